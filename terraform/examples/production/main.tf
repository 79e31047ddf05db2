# A production environment: state in S3 (from terraform/bootstrap), provisioned shards, a VPC without internet access, longer
# retention, alarms by e-mail. The workflow .github/workflows/terraform.yml plans and applies this folder.

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == null ? null : [var.account_id]
}

module "clickstream" {
  source = "../.."

  environment         = var.environment
  deletion_protection = var.deletion_protection
  job_jar             = var.job_jar
  tags                = { Owner = "data-platform", CostCenter = "analytics" }

  stream_mode                = "PROVISIONED"
  stream_shards              = 4
  stream_retention_hours     = 168
  stream_shard_level_metrics = ["WriteProvisionedThroughputExceeded", "IteratorAgeMilliseconds"]

  archive_buffer_mib     = 128
  archive_buffer_seconds = 900

  raw_retention_days      = 30
  rejected_retention_days = 30
  snapshot_retention_days = 30
  events_tiering_days     = 60

  parallelism         = 4
  parallelism_per_kpu = 1
  autoscaling         = true

  vpc = {
    vpc_id          = aws_vpc.job.id
    subnet_ids      = aws_subnet.job[*].id
    route_table_ids = [aws_route_table.job.id]
  }
  vpc_endpoints = true

  privacy_hash_key_secret_arn = var.privacy_hash_key_secret_arn
  job_settings = merge(
    { "roll.interval" = "1 h" },
    var.privacy_hash_key_secret_arn == null ? {} : { "privacy.fields" = "ip_address:drop,user_agent:drop,user_id:hash" },
  )
  job_files = {
    "quality.rules" = "${path.module}/quality-rules.yaml"
  }

  catalog_mode               = "crawler"
  athena_bytes_scanned_limit = 1099511627776

  alarm_emails       = var.alarm_emails
  log_retention_days = 90
  monthly_budget_usd = 2500
  runbook_url        = "https://github.com/OWNER/REPOSITORY/blob/main/terraform/docs/runbook.md"
}
