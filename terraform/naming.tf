# Names and ARNs of all resources. ARNs are composed here instead of being read from the resources, so that policies are
# known at plan time: a reviewer can read in the plan what each role may do.

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.name
  partition = data.aws_partition.current.partition

  # Suffix of the services' regional names, such as those in kms:ViaService. Service principals end in amazonaws.com in
  # every partition, except that of CloudWatch Logs.
  dns_suffix = data.aws_partition.current.dns_suffix

  console = lookup({ aws-cn = "console.amazonaws.cn", aws-us-gov = "console.amazonaws-us-gov.com" }, local.partition, "console.aws.amazon.com")

  prefix = "${var.name}-${var.environment}"

  tags = merge(var.tags, {
    Project     = var.name
    Environment = var.environment
    System      = local.prefix
  })

  # Bucket names are global, so they contain account and region.
  bucket_names = {
    for bucket in ["raw", "processed", "results", "artifacts"] :
    bucket => lookup(var.existing_buckets, bucket, "${local.prefix}-${bucket}-${local.account}-${local.region}")
  }
  bucket_arns = { for bucket, name in local.bucket_names : bucket => "arn:${local.partition}:s3:::${name}" }

  # Budgets and dashboards are account-wide, so their names contain the region.
  budget_name    = "${local.prefix}-${local.region}"
  dashboard_name = "${local.prefix}-${local.region}"

  database_name = replace(local.prefix, "-", "_")

  stream_name = var.existing_stream_arn == null ? local.prefix : element(split("/", var.existing_stream_arn), 1)

  foreign_producers = [for arn in sort(tolist(var.producer_principal_arns)) : arn if split(":", arn)[4] != local.account]

  arns = {
    stream                = var.existing_stream_arn != null ? var.existing_stream_arn : "arn:${local.partition}:kinesis:${local.region}:${local.account}:stream/${local.prefix}"
    delivery_stream       = "arn:${local.partition}:firehose:${local.region}:${local.account}:deliverystream/${local.prefix}-archive"
    application           = "arn:${local.partition}:kinesisanalytics:${local.region}:${local.account}:application/${local.prefix}"
    topic                 = "arn:${local.partition}:sns:${local.region}:${local.account}:${local.prefix}-alarms"
    dead_letters          = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.prefix}-dead-letters"
    catalog               = "arn:${local.partition}:glue:${local.region}:${local.account}:catalog"
    database              = "arn:${local.partition}:glue:${local.region}:${local.account}:database/${local.database_name}"
    schedule_group        = "arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule-group/${local.prefix}"
    batch_cluster         = "arn:${local.partition}:ecs:${local.region}:${local.account}:cluster/${local.prefix}-batch"
    batch_task_definition = "arn:${local.partition}:ecs:${local.region}:${local.account}:task-definition/${local.prefix}-batch"
    logs                  = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group"
  }

  table_arns = {
    for table in keys(local.contracts) :
    table => "arn:${local.partition}:glue:${local.region}:${local.account}:table/${local.database_name}/${table}"
  }
  workgroup_arns = {
    for workgroup in ["analysts", "checks"] :
    workgroup => "arn:${local.partition}:athena:${local.region}:${local.account}:workgroup/${local.prefix}-${workgroup}"
  }
  log_groups = {
    job     = "/aws/kinesis-analytics/${local.prefix}"
    archive = "/aws/kinesisfirehose/${local.prefix}-archive"
    batch   = "/aws/ecs/${local.prefix}-batch"
  }
}
