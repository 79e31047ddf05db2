# The smallest complete environment: on-demand stream, or files; one KPU, local state. To try it:
#
#   terraform init && terraform apply

provider "aws" {
  region = var.region
}

module "clickstream" {
  source = "../.."

  environment  = "dev"
  job_jar      = var.job_jar
  source_files = var.source_files

  # For trials: destroy deletes everything, and costs are minimal.
  deletion_protection      = false
  force_destroy            = true
  kms_deletion_window_days = 7
  stream_retention_hours   = 24
  autoscaling              = false
  catalog_mode             = "projection"
  monthly_budget_usd       = var.monthly_budget_usd

  # Finish files every five minutes, so that events are visible soon.
  job_settings = {
    "roll.interval" = "5 min"
  }
}
