# Policies for people and programs, to attach to their roles:
#
#   producer  puts events into the stream and reads nothing
#   analyst   queries the tables with the reader analyst, and the views. Raw and rejected events are closed, since they hold
#             the original bytes, which may include personal data
#   operator, operator-queries
#             all steps of README and runbook: start, stop, upgrade and roll back the job, inspect all parts, run crawlers,
#             create the views, query all tables. Two policies, since IAM allows 6,144 characters per policy
#   batch     ./lake load, fill, replay and check; erase what ./lake erase needs besides: batch.tf
#   run-batch starts such a batch as a task; only with batch_task: batch_task.tf
#
# Analysts and operators have the same query statements, for different tables. The Deny of analyst overrides operator, so a
# person with both policies is an analyst. Each command is a row in simulation/requests.

locals {
  view_arns = [
    for view in keys(local.views) : "arn:${local.partition}:glue:${local.region}:${local.account}:table/${local.database_name}/${view}"
  ]

  query_statements = {
    for person, tables in local.reader_tables : person => concat([
      {
        Sid    = "Query"
        Effect = "Allow"
        Action = [
          "athena:BatchGetNamedQuery",
          "athena:BatchGetQueryExecution",
          "athena:GetNamedQuery",
          "athena:GetQueryExecution",
          "athena:GetQueryResults",
          "athena:GetQueryResultsStream",
          "athena:GetQueryRuntimeStatistics",
          "athena:GetWorkGroup",
          "athena:ListNamedQueries",
          "athena:ListQueryExecutions",
          "athena:StartQueryExecution",
          "athena:StopQueryExecution",
        ]
        Resource = [local.workgroup_arns.analysts]
      },
      {
        Sid      = "FindCatalog"
        Effect   = "Allow"
        Action   = ["athena:GetDataCatalog", "athena:GetDatabase", "athena:GetTableMetadata", "athena:ListDatabases", "athena:ListTableMetadata"]
        Resource = ["arn:${local.partition}:athena:${local.region}:${local.account}:datacatalog/AwsDataCatalog"]
      },
      {
        # Lists in the console; the actions support no resource.
        Sid      = "ListInConsole"
        Effect   = "Allow"
        Action   = ["athena:ListDataCatalogs", "athena:ListWorkGroups"]
        Resource = ["*"]
      },
      {
        Sid    = "FindTables"
        Effect = "Allow"
        Action = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
        Resource = concat(
          [local.arns.catalog, local.arns.database],
          [for table in tables : local.table_arns[table]],
          local.view_arns,
        )
      },
      {
        Sid      = "ReadTables"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for table in tables : local.tables[table].files_arn]
      },
      {
        Sid      = "StoreResults"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
        Resource = ["${local.bucket_arns.results}/analysts/*"]
      },
      {
        Sid       = "ListResults"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arns.results]
        Condition = { StringLike = { "s3:prefix" = ["analysts/*"] } }
      },
      {
        Sid      = "FindBuckets"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation"]
        Resource = concat([local.bucket_arns.results], local.reader_bucket_arns[person])
      },
      {
        Sid       = "UseDataKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [local.data_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.${local.dns_suffix}" } }
      },
    ]) if person != "ledger-check"
  }

  access_policies = {
    batch     = [for statement in local.batch_statements : merge({ Effect = "Allow" }, statement)]
    erase     = [for statement in local.erase_statements : merge({ Effect = "Allow" }, statement)]
    run-batch = [for statement in local.run_batch_statements : merge({ Effect = "Allow" }, statement)]

    producer = [
      {
        Sid      = "PutEvents"
        Effect   = "Allow"
        Action   = ["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"]
        Resource = [local.arns.stream]
      },
      {
        Sid       = "EncryptEvents"
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey"]
        Resource  = [local.data_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = "kinesis.${local.region}.${local.dns_suffix}" } }
      },
    ]

    analyst = concat(local.query_statements.analyst, [
      {
        Sid       = "ListTables"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = local.reader_bucket_arns.analyst
        Condition = { StringLike = { "s3:prefix" = [for table in local.reader_tables.analyst : "${local.tables[table].prefix}*"] } }
      },
      {
        # A Deny holds even if the person has other policies that allow it.
        Sid    = "NoOriginalBytes"
        Effect = "Deny"
        Action = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = concat(
          ["${local.bucket_arns.raw}/*"],
          [for table in local.zone_tables.processed : local.tables[table].files_arn if !contains(local.reader_tables.analyst, table)],
        )
      },
    ])

    operator-queries = local.query_statements.operator

    operator = concat([
      {
        Sid    = "RunJob"
        Effect = "Allow"
        Action = [
          "kinesisanalytics:CreateApplicationPresignedUrl",
          "kinesisanalytics:CreateApplicationSnapshot",
          "kinesisanalytics:DeleteApplicationSnapshot",
          "kinesisanalytics:DescribeApplication",
          "kinesisanalytics:DescribeApplicationOperation",
          "kinesisanalytics:DescribeApplicationSnapshot",
          "kinesisanalytics:DescribeApplicationVersion",
          "kinesisanalytics:ListApplicationOperations",
          "kinesisanalytics:ListApplicationSnapshots",
          "kinesisanalytics:ListApplicationVersions",
          "kinesisanalytics:RollbackApplication",
          "kinesisanalytics:StartApplication",
          "kinesisanalytics:StopApplication",
          "kinesisanalytics:UpdateApplication",
        ]
        Resource = [local.arns.application]
      },
      {
        # An update may pass only the job's role, and only to the service that runs the job.
        Sid       = "PassJobRole"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [aws_iam_role.service["job"].arn]
        Condition = { StringEquals = { "iam:PassedToService" = "kinesisanalytics.amazonaws.com" } }
      },
      {
        # Upgrade and rollback by hand: earlier jars and files are object versions, which are copied with their tags.
        Sid      = "ReplaceArtifacts"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutObject", "s3:PutObjectTagging"]
        Resource = ["${local.bucket_arns.artifacts}/config/*", "${local.bucket_arns.artifacts}/jars/*"]
      },
      {
        Sid       = "ListArtifacts"
        Effect    = "Allow"
        Action    = ["s3:ListBucket", "s3:ListBucketVersions"]
        Resource  = [local.bucket_arns.artifacts]
        Condition = { StringLike = { "s3:prefix" = ["config/*", "jars/*"] } }
      },
      {
        Sid      = "ListFiles"
        Effect   = "Allow"
        Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"]
        Resource = [local.bucket_arns.processed]
      },
      {
        Sid       = "ListArchive"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arns.raw]
        Condition = { StringLike = { "s3:prefix" = local.archive_prefixes } }
      },
      {
        Sid      = "ReadPublicationLog"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arns.processed}/_sink/*"]
      },
      {
        # Files that a rewind moved aside, when they are no longer needed.
        Sid      = "RemoveRewoundFiles"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject"]
        Resource = ["${local.bucket_arns.processed}/_sink/*/rewound/*"]
      },
      {
        Sid      = "CreateViews"
        Effect   = "Allow"
        Action   = ["glue:CreateTable", "glue:UpdateTable"]
        Resource = concat([local.arns.catalog, local.arns.database], local.view_arns)
      },
      {
        Sid      = "ReadLogs"
        Effect   = "Allow"
        Action   = ["logs:FilterLogEvents", "logs:GetLogEvents"]
        Resource = [for name in concat(values(local.needed_log_groups), ["/aws-glue/crawlers"]) : "${local.arns.logs}:${name}:*"]
      },
      {
        Sid    = "ReadAlarms"
        Effect = "Allow"
        Action = ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard"]
        Resource = [
          "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${local.prefix}-*",
          "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${local.dashboard_name}",
        ]
      },
      {
        # Metrics have no ARN.
        Sid      = "ReadMetrics"
        Effect   = "Allow"
        Action   = ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]
        Resource = ["*"]
      },
      {
        Sid      = "InspectSchedule"
        Effect   = "Allow"
        Action   = ["scheduler:GetSchedule"]
        Resource = [for check in values(local.ledger_checks) : "arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule/${local.prefix}/${local.prefix}-ledger-check${check.suffix}"]
      },
      {
        Sid      = "ReadCheckResults"
        Effect   = "Allow"
        Action   = ["athena:GetQueryExecution", "athena:ListQueryExecutions"]
        Resource = [local.workgroup_arns.checks]
      },
      {
        Sid      = "ProcessDeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"]
        Resource = [local.arns.dead_letters]
      },
      ],
      [for statement in local.stream_operation_statements : statement if local.reads_stream],
      [for statement in local.crawler_operation_statements : statement if var.catalog_mode == "crawler"],
    )
  }

  needed_access_policies = {
    for name, policy in local.access_policies : name => policy
    if(name != "producer" || local.reads_stream) && (name != "run-batch" || var.batch_task != null)
  }

  stream_operation_statements = [
    {
      Sid      = "InspectStream"
      Effect   = "Allow"
      Action   = ["kinesis:DescribeStreamSummary", "kinesis:ListStreamConsumers"]
      Resource = [local.arns.stream]
    },
    {
      Sid      = "InspectArchive"
      Effect   = "Allow"
      Action   = ["firehose:DescribeDeliveryStream"]
      Resource = [local.arns.delivery_stream]
    },
  ]

  crawler_operation_statements = [
    {
      Sid      = "RunCrawlers"
      Effect   = "Allow"
      Action   = ["glue:GetCrawler", "glue:StartCrawler", "glue:StopCrawler"]
      Resource = [for name in values(local.crawler_names) : "arn:${local.partition}:glue:${local.region}:${local.account}:crawler/${name}"]
    },
    {
      # The redrive of dead letters sends messages to their source queue.
      Sid      = "ReturnDeadLetters"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = values(local.file_event_queue_arns)
    },
  ]
}

resource "aws_iam_policy" "access" {
  for_each = local.needed_access_policies

  name = "${local.prefix}-${each.key}-${local.region}"
  # A changed description would replace the policy, which fails while it is attached.
  description = contains(["erase", "run-batch"], each.key) ? "${local.prefix}: permission to ${replace(each.key, "-", " ")}" : "${local.prefix}: what a ${split("-", each.key)[0]} may do"
  policy      = jsonencode({ Version = "2012-10-17", Statement = each.value })
  tags        = local.tags
}
