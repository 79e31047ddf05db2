# The smallest environment that is whole: on demand, one KPU, state on this machine. To try it:
#
#   terraform init && terraform apply

provider "aws" {
  region = var.region
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
  monthly_budget_usd       = var.monthly_budget_usd

  # Files are finished every five minutes, to see events soon.
  job_settings = {
    "roll.interval" = "5 min"
  }
}
