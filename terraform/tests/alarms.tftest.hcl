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

# The slowest of everything that the variables permit.
run "slowest" {
  command = plan

  variables {
    archive_buffer_seconds      = 900
    checkpoint_interval_seconds = 900
    alarm_thresholds            = { checkpoint_age_minutes = 30, checkpoint_duration_seconds = 1000 }
  }
}
