# An environment that people rely on: state in S3 (made by terraform/bootstrap), provisioned
# shards, a VPC without a way out, longer retention, alarms by e-mail. The workflow
# .github/workflows/terraform.yml plans and applies this folder.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # terraform init -backend-config=backend.hcl
  backend "s3" {}
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == null ? null : [var.account_id]
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "account_id" {
  description = "The account that this environment belongs to: a guard against the wrong credentials. null: any."
  type        = string
  default     = null
}

variable "environment" {
  description = "Name of the environment."
  type        = string
  default     = "production"
}

variable "job_jar" {
  description = "Path of the job's jar, as the workflow downloads it. null: the one that this repository's build made."
  type        = string
  default     = null
}

variable "alarm_emails" {
  description = "Who gets the alarms."
  type        = set(string)
  default     = []
}

variable "privacy_hash_key_secret_arn" {
  description = "ARN of the secret in Secrets Manager that holds the key of the privacy action hash. null: nothing is hashed."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether terraform destroy is refused before anything is deleted."
  type        = bool
  default     = true
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

output "clickstream" {
  description = "Everything that the module tells, such as application_name, bucket_names and dashboard_url."
  value       = module.clickstream
}
