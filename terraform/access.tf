# Policies for people and programs, to attach to their roles:
#
#   producer  puts events into the stream, and can read nothing
#   analyst   queries click_events, the ledger and the views; raw and rejected events are closed,
#             since they hold the original bytes, perhaps with personal data
#   operator  starts, stops, upgrades and rolls back the job, runs crawlers, makes the views

locals {
  view_arns = [
    for view in keys(local.views) : "arn:${local.partition}:glue:${local.region}:${local.account}:table/${local.database_name}/${view}"
  ]

  access_policies = {
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
        Condition = { StringEquals = { "kms:ViaService" = "kinesis.${local.region}.amazonaws.com" } }
      },
    ]

    analyst = [
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
        # The console's lists; Athena knows no resources for them.
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
          [local.arns.catalog, local.arns.database, local.table_arns.click_events, local.table_arns.ledger],
          local.view_arns,
        )
      },
      {
        Sid      = "ReadTables"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arns.processed}/click_events/*", "${local.bucket_arns.processed}/ledger/*"]
      },
      {
        Sid       = "ListTables"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arns.processed]
        Condition = { StringLike = { "s3:prefix" = ["click_events/*", "ledger/*"] } }
      },
      {
        Sid      = "KeepResults"
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
        Resource = [local.bucket_arns.processed, local.bucket_arns.results]
      },
      {
        Sid       = "UseDataKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [local.data_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.amazonaws.com" } }
      },
      {
        # Holds whatever other policies the person has.
        Sid      = "NoOriginalBytes"
        Effect   = "Deny"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = ["${local.bucket_arns.raw}/*", "${local.bucket_arns.processed}/rejected_events/*"]
      },
    ]

    operator = [
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
        # An update may only hand on the job's own role, and only to the service that runs it.
        Sid       = "PassJobRole"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [aws_iam_role.service["job"].arn]
        Condition = { StringEquals = { "iam:PassedToService" = "kinesisanalytics.amazonaws.com" } }
      },
      {
        Sid      = "RunCrawlers"
        Effect   = "Allow"
        Action   = ["glue:GetCrawler", "glue:StartCrawler", "glue:StopCrawler"]
        Resource = [for name in values(local.crawler_names) : "arn:${local.partition}:glue:${local.region}:${local.account}:crawler/${name}"]
      },
      {
        Sid      = "MakeViews"
        Effect   = "Allow"
        Action   = ["glue:CreateTable", "glue:GetTable", "glue:UpdateTable"]
        Resource = concat([local.arns.catalog, local.arns.database], local.view_arns)
      },
      {
        Sid      = "ReadLogs"
        Effect   = "Allow"
        Action   = ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"]
        Resource = [for name in values(local.log_groups) : "${local.arns.logs}:${name}:*"]
      },
      {
        Sid      = "ReadCheckResults"
        Effect   = "Allow"
        Action   = ["athena:GetQueryExecution", "athena:ListQueryExecutions"]
        Resource = [local.workgroup_arns.checks]
      },
      {
        Sid      = "ListOpenUploads"
        Effect   = "Allow"
        Action   = ["s3:ListBucketMultipartUploads"]
        Resource = [local.bucket_arns.processed]
      },
      {
        Sid      = "WorkOffDeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"]
        Resource = [local.arns.dead_letters]
      },
      {
        # Moving messages back to the queue that they came from sends them there.
        Sid      = "ReturnDeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = values(local.file_event_queue_arns)
      },
    ]
  }
}

resource "aws_iam_policy" "access" {
  for_each = local.access_policies

  name        = "${local.prefix}-${each.key}-${local.region}"
  description = "${local.prefix}: what a ${each.key} may do"
  policy      = jsonencode({ Version = "2012-10-17", Statement = each.value })
  tags        = local.tags
}
