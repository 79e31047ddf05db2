# Alarms, dashboard, budget, logs.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"
}

run "alarms" {
  command = apply

  variables {
    alarm_emails = ["on-call@shop.example"]
  }

  assert {
    condition     = setunion(keys(aws_cloudwatch_metric_alarm.alarm), ["kpus"]) == toset(flatten(regexall("(?m)^## ([a-z-]+)$", file("docs/runbook.md"))))
    error_message = "The alarms differ from the sections of the runbook."
  }

  # An alarm on a metric that does not exist causes no error and never fires. cloudwatch_metrics.json lists the documented
  # metrics of the services, and job_contract.json those that the job registers.
  assert {
    condition = length(flatten([
      for key, alarm in aws_cloudwatch_metric_alarm.alarm : [
        for query in alarm.metric_query : [
          for metric in query.metric : "${key}: ${metric.namespace} ${metric.metric_name} by ${join(", ", keys(metric.dimensions))}"
          if !contains(try(jsondecode(file("tests/fixtures/cloudwatch_metrics.json")).metrics[metric.namespace][metric.metric_name], []), join(",", sort(keys(metric.dimensions))))
          && !(metric.namespace == "AWS/KinesisAnalytics" && contains(jsondecode(file("job_contract.json")).metrics, metric.metric_name) && join(",", keys(metric.dimensions)) == "Application")
        ]
      ]
    ])) == 0
    error_message = "An alarm uses a metric or dimensions that neither a service nor the job reports."
  }

  assert {
    condition = length(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.flow.dashboard_body).widgets : [
        for metric in try(widget.properties.metrics, []) : "${metric[0]} ${metric[1]}"
        if length(metric) > 1
        && !can(jsondecode(file("tests/fixtures/cloudwatch_metrics.json")).metrics[metric[0]][metric[1]])
        && !contains(jsondecode(file("job_contract.json")).metrics, try(metric[1], ""))
      ]
    ])) == 0
    error_message = "The dashboard shows a metric that neither a service nor the job reports."
  }

  assert {
    condition = alltrue([
      for key, alarm in aws_cloudwatch_metric_alarm.alarm :
      can(regex("(?m)^## ${key}$", file("docs/runbook.md"))) && endswith(alarm.alarm_description, "Runbook: terraform/docs/runbook.md#${key}")
    ])
    error_message = "An alarm has no section in the runbook, or does not link to it."
  }

  assert {
    condition = alltrue(flatten([
      for key in keys(aws_cloudwatch_metric_alarm.alarm) : [
        for part in ["**What it means**", "**What to check**", "**What to do**"] :
        strcontains(split("\n## ", split("\n## ${key}\n", file("docs/runbook.md"))[1])[0], part)
      ]
    ]))
    error_message = "A section of the runbook lacks what the alarm means, what to check or what to do."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "An alarm does not notify the topic."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : length([for query in alarm.metric_query : query if query.return_data]) == 1])
    error_message = "An alarm does not have exactly one result."
  }

  assert {
    condition     = toset([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.alarm_name if alarm.treat_missing_data == "breaching"]) == toset(["clickstream-test-job-down", "clickstream-test-consumer-lag", "clickstream-test-ledger-check-missing"])
    error_message = "Missing data of the job, its stream or the ledger check counts as healthy."
  }

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == aws_kms_key.key["operations"].arn && toset(keys(aws_sns_topic_subscription.email)) == toset(["on-call@shop.example"])
    error_message = "The topic is not encrypted, or has other subscriptions than the e-mail addresses."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.crawler_failed[0].event_pattern).detail.crawlerName == ["clickstream-test-nightly", "clickstream-test-processed", "clickstream-test-raw"]
    error_message = "The rule does not match exactly the crawlers of this environment."
  }
}

run "dashboard" {
  command = plan

  assert {
    condition = [
      for widget in jsondecode(aws_cloudwatch_dashboard.flow.dashboard_body).widgets : [widget.x, split("\n", widget.properties.markdown)[0]] if widget.type == "text"
    ] == [[0, "## 1 · Kinesis"], [6, "## 2 · Flink job"], [12, "## 3 · S3"], [18, "## 4 · Catalog and Athena"]]
    error_message = "The dashboard does not show the data flow from left to right."
  }

  assert {
    condition = alltrue([
      for widget in jsondecode(aws_cloudwatch_dashboard.flow.dashboard_body).widgets : widget.x + widget.width <= 24
    ])
    error_message = "A graph exceeds the width of the dashboard."
  }
}

run "projection_has_no_crawler_alarm" {
  command = plan

  variables {
    catalog_mode = "projection"
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.alarm), "crawler-failed") && length(aws_cloudwatch_event_rule.crawler_failed) == 0
    error_message = "There is an alarm for crawlers although there are none."
  }
}

run "logs_and_budget" {
  command = apply

  variables {
    log_retention_days = 90
    monthly_budget_usd = 750
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.log : group.retention_in_days == 90 && group.kms_key_id == aws_kms_key.key["operations"].arn])
    error_message = "A log group is not encrypted, or does not have the configured retention."
  }

  assert {
    condition     = aws_budgets_budget.monthly[0].limit_amount == "750.0" && { for filter in aws_budgets_budget.monthly[0].cost_filter : filter.name => filter.values[0] } == { Region = "eu-central-1", TagKeyValue = "user:System$clickstream-test" }
    error_message = "The limit or the filters of the budget do not match this environment."
  }

  assert {
    condition     = alltrue([for notification in aws_budgets_budget.monthly[0].notification : contains(notification.subscriber_sns_topic_arns, aws_sns_topic.alarms.arn)]) && length(aws_budgets_budget.monthly[0].notification) == 2
    error_message = "The budget does not notify the topic twice."
  }
}

run "no_budget" {
  command = plan

  variables {
    monthly_budget_usd = null
  }

  assert {
    condition     = length(aws_budgets_budget.monthly) == 0
    error_message = "A budget is created although it is disabled."
  }
}
