# Counts, every hour, the rows that lie in the tables against what the job says it received. No
# function and no state machine: the query itself fails on an imbalance, and the alarm watches
# failed queries of the workgroup.

locals {
  ledger_check_sql = templatefile("${path.module}/queries/ledger_check.sql.tftpl", {
    ledger_imbalance = trimspace(local.queries.ledger_imbalance.text)
  })
}

# The role trusts Scheduler on behalf of this group: a group of its own keeps other schedules of the account out.
resource "aws_scheduler_schedule_group" "checks" {
  name = local.prefix
  tags = local.tags
}

resource "aws_scheduler_schedule" "ledger_check" {
  name                         = "${local.prefix}-ledger-check"
  group_name                   = aws_scheduler_schedule_group.checks.name
  description                  = "Starts the ledger check in Athena"
  schedule_expression          = var.ledger_check_schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${local.partition}:scheduler:::aws-sdk:athena:startQueryExecution"
    role_arn = aws_iam_role.service["ledger-check"].arn

    input = jsonencode({
      QueryString           = local.ledger_check_sql
      WorkGroup             = aws_athena_workgroup.workgroup["checks"].name
      QueryExecutionContext = { Catalog = "AwsDataCatalog", Database = aws_glue_catalog_database.clickstream.name }
    })

    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 900
    }

    dead_letter_config {
      arn = aws_sqs_queue.dead_letters.arn
    }
  }

  depends_on = [aws_iam_role_policy.service]
}
