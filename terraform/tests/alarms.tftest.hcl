# The alarms as planned, for alarm_model/: these runs plan, and the model in Node judges what they print.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment = "test"
  job_jar     = "tests/fixtures/job.jar"
}

run "defaults" {
  command = plan

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.alarm : alarm.datapoints_to_alarm <= alarm.evaluation_periods])
    error_message = "An alarm needs more data points than it looks at, so it can never fire."
  }
}

run "projection" {
  command = plan

  variables {
    catalog_mode = "projection"
  }
}

# The archive alone polls the stream then, so consumer-lag does not see the job.
run "fan_out" {
  command = plan

  variables {
    job_settings = { "source.reader" = "EFO", "source.efo-consumer" = "lake" }
  }

  assert {
    condition = jsonencode([
      for query in aws_cloudwatch_metric_alarm.alarm["job-lag"].metric_query : query.metric[*].dimensions
    ]) == jsonencode([[{ ConsumerName = "lake", StreamName = "clickstream-test" }]])
    error_message = "job-lag does not watch the subscription of the job."
  }
}

# The slowest of everything that the variables permit.
run "slowest" {
  command = plan

  variables {
    archive_buffer_seconds      = 900
    checkpoint_interval_seconds = 900
    alarm_thresholds            = { checkpoint_age_minutes = 30, checkpoint_duration_seconds = 1000 }
  }
}
