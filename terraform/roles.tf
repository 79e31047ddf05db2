# One role per service. Policies name every action, and only resources of this environment.
#
#   job           Managed Service for Apache Flink   stream, or files → processed bucket
#   archive       Firehose                           stream → raw bucket
#   crawler       Glue                               buckets → partitions of the catalog's tables
#   ledger-check  EventBridge Scheduler              one query in the workgroup checks
#   batch         ECS, with batch_task               the policies batch and erase of access.tf
#   batch-execution  the same                        pulls the image, writes the log
#
# A trust policy names the account and the resource on whose behalf a service may assume the role, in the form that the
# service documents. So a resource of another customer cannot use the service as a confused deputy. The folder simulation
# evaluates every request of each role, and tests each trust policy with wrong resources.

locals {
  data_key_arn = var.existing_kms_key_arn != null ? var.existing_kms_key_arn : aws_kms_key.key["data"].arn

  # Files of the tables that the job writes.
  job_file_arns = [for table in local.job_tables : local.tables[table].files_arn]

  # Unless the job reads files.
  stream_statements = [
    {
      Sid      = "ReadStream"
      Action   = ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
      Resource = [local.arns.stream]
    },
  ]

  # Only with the setting source.reader = EFO: the job registers itself with the stream and subscribes to shards.
  fan_out_statements = [
    {
      Sid      = "RegisterConsumer"
      Action   = ["kinesis:DescribeStreamSummary", "kinesis:RegisterStreamConsumer"]
      Resource = [local.arns.stream]
    },
    {
      Sid      = "SubscribeToShards"
      Action   = ["kinesis:DeregisterStreamConsumer", "kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"]
      Resource = ["${local.arns.stream}/consumer/*"]
    },
  ]

  # Only while the setting sink.on-older-snapshot is REWIND: the job copies files that were published after the snapshot to
  # _sink/ and deletes them in their table.
  rewind_statements = [
    {
      Sid      = "MoveFilesAside"
      Action   = ["s3:DeleteObject"]
      Resource = local.job_file_arns
    },
  ]

  # Only with privacy_hash_key_secret_arn: the job reads this secret when it starts.
  secret_statements = concat(
    [
      for arn in [var.privacy_hash_key_secret_arn] : {
        Sid      = "ReadHashKey"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [arn]
      } if arn != null
    ],
    [
      for arn in [var.privacy_hash_key_kms_key_arn] : {
        Sid       = "DecryptHashKey"
        Action    = ["kms:Decrypt"]
        Resource  = [arn]
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.${local.dns_suffix}" } }
      } if arn != null
    ],
  )

  service_roles = {
    job = {
      service     = "kinesisanalytics.amazonaws.com"
      source_arns = [local.arns.application]
      statements = concat([
        {
          Sid      = "WriteTables"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = local.job_file_arns
        },
        {
          # Flink's standard sink stores an incomplete part in a temporary object beside the file. The job cannot delete
          # finished files.
          Sid      = "DeleteTemporaryParts"
          Action   = ["s3:DeleteObject"]
          Resource = [for files in local.job_file_arns : "${files}_tmp_*"]
        },
        {
          # The log of what the sink published and when, by which it detects an older snapshot, and the settings of each start.
          Sid      = "MaintainPublicationLog"
          Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = ["${local.bucket_arns.processed}/_sink/*"]
        },
        {
          # Without a condition on the prefix: with one, S3 returns 403 instead of 404 for an object that does not exist,
          # and the job treats that as an error.
          Sid      = "ListTables"
          Action   = ["s3:ListBucket"]
          Resource = [local.bucket_arns.processed]
        },
        {
          Sid      = "ReadJar"
          Action   = ["s3:GetObject", "s3:GetObjectVersion"]
          Resource = ["${local.bucket_arns.artifacts}/jars/*"]
        },
        {
          Sid      = "ReadConfig"
          Action   = ["s3:GetObject"]
          Resource = ["${local.bucket_arns.artifacts}/config/*"]
        },
        {
          Sid       = "ListConfig"
          Action    = ["s3:ListBucket"]
          Resource  = [local.bucket_arns.artifacts]
          Condition = { StringLike = { "s3:prefix" = ["config/*"] } }
        },
        {
          Sid       = "UseDataKey"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = [local.data_key_arn]
          Condition = { StringEquals = { "kms:ViaService" = local.data_services } }
        },
        {
          Sid      = "WriteLog"
          Action   = ["logs:PutLogEvents"]
          Resource = ["${local.arns.logs}:${local.log_groups.job}:log-stream:job"]
        },
        {
          Sid      = "FindLogStream"
          Action   = ["logs:DescribeLogStreams"]
          Resource = ["${local.arns.logs}:${local.log_groups.job}:log-stream:*"]
        },
        {
          # The action supports no resource.
          Sid      = "FindLogGroup"
          Action   = ["logs:DescribeLogGroups"]
          Resource = ["*"]
        },
        ],
        [for statement in local.stream_statements : statement if local.reads_stream],
        [for statement in local.files_statements : statement if !local.reads_stream],
        local.secret_statements,
        [for statement in local.rewind_statements : statement if lookup(local.job_settings, "sink.on-older-snapshot", "REFUSE") == "REWIND"],
        [for statement in local.fan_out_statements : statement if local.reads_stream && lookup(local.job_settings, "source.reader", "POLLING") == "EFO"],
        [for statement in local.vpc_statements : statement if var.vpc != null],
      )
    }

    archive = {
      service     = "firehose.amazonaws.com"
      source_arns = [local.arns.delivery_stream]
      statements = [
        {
          Sid      = "ReadStream"
          Action   = ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
          Resource = [local.arns.stream]
        },
        {
          Sid      = "WriteArchive"
          Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
          Resource = [for prefix in local.archive_prefixes : "${local.bucket_arns.raw}/${prefix}"]
        },
        {
          Sid      = "FindBucket"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
          Resource = [local.bucket_arns.raw]
        },
        {
          Sid       = "UseDataKey"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = [local.data_key_arn]
          Condition = { StringEquals = { "kms:ViaService" = ["kinesis.${local.region}.${local.dns_suffix}", "s3.${local.region}.${local.dns_suffix}"] } }
        },
        {
          Sid      = "WriteLog"
          Action   = ["logs:PutLogEvents"]
          Resource = ["${local.arns.logs}:${local.log_groups.archive}:log-stream:delivery"]
        },
      ]
    }

    crawler = {
      service = "glue.amazonaws.com"
      # For Glue, the documented source ARN is any of the account, not that of a crawler.
      source_arns = ["arn:${local.partition}:glue:${local.region}:${local.account}:*"]
      statements = [
        {
          # No permission to delete a partition or to create a table.
          Sid = "AddPartitions"
          Action = [
            "glue:BatchCreatePartition",
            "glue:BatchGetPartition",
            "glue:CreatePartition",
            "glue:GetDatabase",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
            "glue:GetTables",
            "glue:UpdatePartition",
            "glue:UpdateTable",
          ]
          Resource = concat([local.arns.catalog, local.arns.database], values(local.table_arns))
        },
        {
          Sid      = "ReadFiles"
          Action   = ["s3:GetObject"]
          Resource = flatten([for tables in values(local.zone_tables) : [for table in tables : local.tables[table].files_arn]])
        },
        {
          Sid      = "ListFiles"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
          Resource = [for zone in keys(local.zone_tables) : local.bucket_arns[zone]]
        },
        {
          # The actions that the Glue developer guide lists for event mode.
          Sid = "ConsumeFileEvents"
          Action = [
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ListDeadLetterSourceQueues",
            "sqs:ListQueueTags",
            "sqs:PurgeQueue",
            "sqs:ReceiveMessage",
            "sqs:SetQueueAttributes",
          ]
          Resource = values(local.file_event_queue_arns)
        },
        {
          Sid      = "SendToDeadLetters"
          Action   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
          Resource = [local.arns.dead_letters]
        },
        {
          Sid       = "DecryptFiles"
          Action    = ["kms:Decrypt"]
          Resource  = [local.data_key_arn]
          Condition = { StringEquals = { "kms:ViaService" = ["s3.${local.region}.${local.dns_suffix}"] } }
        },
        {
          # All crawlers of an account share one log group, with one log stream each.
          Sid      = "CreateLogGroup"
          Action   = ["logs:CreateLogGroup"]
          Resource = ["${local.arns.logs}:/aws-glue/crawlers:*"]
        },
        {
          Sid      = "WriteLog"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = [for name in values(local.crawler_names) : "${local.arns.logs}:/aws-glue/crawlers:log-stream:${name}"]
        },
      ]
    }

    ledger-check = {
      service = "scheduler.amazonaws.com"
      # Scheduler sends the ARN of the schedule's group.
      source_arns = [local.arns.schedule_group]
      statements = [
        {
          Sid      = "StartCheck"
          Action   = ["athena:StartQueryExecution"]
          Resource = [local.workgroup_arns.checks]
        },
        {
          Sid      = "FindTables"
          Action   = ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"]
          Resource = concat([local.arns.catalog, local.arns.database], [for table in local.reader_tables["ledger-check"] : local.table_arns[table]])
        },
        {
          Sid      = "ReadFiles"
          Action   = ["s3:GetObject"]
          Resource = [for table in local.reader_tables["ledger-check"] : local.tables[table].files_arn]
        },
        {
          Sid      = "ListFiles"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
          Resource = local.reader_bucket_arns["ledger-check"]
        },
        {
          Sid      = "WriteResult"
          Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
          Resource = ["${local.bucket_arns.results}/checks/*"]
        },
        {
          Sid      = "FindResults"
          Action   = ["s3:GetBucketLocation"]
          Resource = [local.bucket_arns.results]
        },
        {
          Sid       = "ListResults"
          Action    = ["s3:ListBucket"]
          Resource  = [local.bucket_arns.results]
          Condition = { StringLike = { "s3:prefix" = ["checks/*"] } }
        },
        {
          Sid       = "UseDataKey"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = [local.data_key_arn]
          Condition = { StringEquals = { "kms:ViaService" = ["s3.${local.region}.${local.dns_suffix}"] } }
        },
        {
          Sid      = "ReportFailure"
          Action   = ["sqs:SendMessage"]
          Resource = [local.arns.dead_letters]
        },
      ]
    }

    batch = {
      service     = "ecs-tasks.amazonaws.com"
      source_arns = local.batch_source_arns
      statements  = []
    }

    batch-execution = {
      service     = "ecs-tasks.amazonaws.com"
      source_arns = local.batch_source_arns
      statements  = local.batch_execution_statements
    }
  }

  needed_roles = {
    for name, role in local.service_roles : name => role
    if(name != "crawler" || var.catalog_mode == "crawler") && (name != "archive" || local.reads_stream) && (!startswith(name, "batch") || var.batch_task != null)
  }

  # Required by Managed Service for Apache Flink for a job in a VPC. The Describe actions of EC2 support no resource.
  # Interfaces have no ID before they are created, so a condition limits them to the VPC.
  vpc_statements = [
    {
      Sid      = "DescribeNetwork"
      Action   = ["ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]
      Resource = ["*"]
    },
    {
      Sid    = "CreateInterfaces"
      Action = ["ec2:CreateNetworkInterface"]
      Resource = concat(
        ["arn:${local.partition}:ec2:${local.region}:${local.account}:network-interface/*"],
        [for id in try(var.vpc.subnet_ids, []) : "arn:${local.partition}:ec2:${local.region}:${local.account}:subnet/${id}"],
        [for id in local.job_security_group_ids : "arn:${local.partition}:ec2:${local.region}:${local.account}:security-group/${id}"],
      )
    },
    {
      Sid      = "ManageInterfaces"
      Action   = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"]
      Resource = ["arn:${local.partition}:ec2:${local.region}:${local.account}:network-interface/*"]
      Condition = {
        ArnEquals = { "ec2:Vpc" = "arn:${local.partition}:ec2:${local.region}:${local.account}:vpc/${try(var.vpc.vpc_id, "")}" }
      }
    },
  ]
}

resource "aws_iam_role" "service" {
  for_each = local.needed_roles

  name        = "${local.prefix}-${each.key}-${local.region}"
  description = "${local.prefix}: ${each.key}, for ${each.value.service}"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyForThisEnvironment"
        Effect    = "Allow"
        Principal = { Service = each.value.service }
        Action    = "sts:AssumeRole"
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = each.value.source_arns }
        }
      },
    ]
  })

  tags = local.tags
}

resource "aws_iam_role_policy" "service" {
  for_each = { for name, role in local.needed_roles : name => role if length(role.statements) > 0 }

  name = each.key
  role = aws_iam_role.service[each.key].id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in each.value.statements : merge({ Effect = "Allow" }, statement)]
  })
}
