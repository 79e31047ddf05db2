# The ledger check compares the rows in the tables with the number of events that the job received. It needs no function and
# no state machine: the query fails on an imbalance, and the alarm counts failed queries of the workgroup.
#
# The hourly check reads the partitions of two days, which hold all on-time events. Late events can be in any partition of
# the last time.max-age; the nightly check reads them all.

locals {
  # With some settings of the job, on-time events can be outside of today and yesterday, so two days do not suffice.
  two_days_suffice = local.job_durations["late.after"] <= 12 * 3600 && local.job_durations["time.max-future"] <= 3 * 3600

  ledger_checks = {
    hourly = {
      schedule = var.ledger_check_schedule
      query    = local.two_days_suffice ? "ledger_imbalance_recent" : "ledger_imbalance"
      suffix   = ""
    }
    nightly = {
      schedule = var.nightly_ledger_check_schedule
      query    = "ledger_imbalance"
      suffix   = "-nightly"
    }
  }

  ledger_check_sql = {
    for check, definition in local.ledger_checks : check => templatefile("${path.module}/queries/ledger_check.sql.tftpl", {
      name      = definition.query
      imbalance = trimspace(local.queries[definition.query].text)
    })
  }
}

# The role trusts Scheduler on behalf of this group. The separate group excludes other schedules of the account.
resource "aws_scheduler_schedule_group" "checks" {
  name = local.prefix
  tags = local.tags
}

resource "aws_scheduler_schedule" "ledger_check" {
  for_each = local.ledger_checks

  name                         = "${local.prefix}-ledger-check${each.value.suffix}"
  group_name                   = aws_scheduler_schedule_group.checks.name
  description                  = "Starts the ${each.key} ledger check in Athena"
  schedule_expression          = each.value.schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = "arn:${local.partition}:scheduler:::aws-sdk:athena:startQueryExecution"
    role_arn = aws_iam_role.service["ledger-check"].arn

    input = jsonencode({
      QueryString           = local.ledger_check_sql[each.key]
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
