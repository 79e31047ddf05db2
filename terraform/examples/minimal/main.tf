# The smallest environment that is whole: on demand, one KPU, state on this machine. To try it:
#
#   terraform init && terraform apply

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "job_jar" {
  description = "Path of the job's jar. null: the one that this repository's build made."
  type        = string
  default     = null
}

module "clickstream" {
  source = "../.."

  environment = "dev"
  job_jar     = var.job_jar

  # For trying: destroy deletes everything, and nothing costs more than it must.
  deletion_protection      = false
  force_destroy            = true
  kms_deletion_window_days = 7
  stream_retention_hours   = 24
  autoscaling              = false
  catalog_mode             = "projection"
  monthly_budget_usd       = 200

  # Files are finished every five minutes, to see events soon.
  job_settings = {
    "roll.interval" = "5 min"
  }
}

output "send_event" {
  description = "Command that sends one event."
  value       = module.clickstream.send_event
}

output "first_query" {
  description = "Command that counts events by type."
  value       = module.clickstream.first_query
}

output "create_views" {
  description = "Commands that create the views."
  value       = module.clickstream.create_views
}

output "clickstream" {
  description = "Everything else, such as application_name and bucket_names."
  value       = module.clickstream
}
