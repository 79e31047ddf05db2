# Plans the alarms for alarm_model/, which evaluates them in Node.

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
    error_message = "An alarm needs more data points than it evaluates, so it can never fire."
  }
}

run "projection" {
  command = plan

  variables {
    catalog_mode = "projection"
  }
}

# With enhanced fan-out only the archive polls the stream, so consumer-lag does not cover the job.
run "fan_out" {
  command = plan

  variables {
    job_settings = { "source.reader" = "EFO", "source.efo-consumer" = "lake" }
  }

  assert {
    condition = jsonencode([
      for query in aws_cloudwatch_metric_alarm.alarm["job-lag"].metric_query : query.metric[*].dimensions
    ]) == jsonencode([[{ ConsumerName = "lake", StreamName = "clickstream-test" }]])
    error_message = "job-lag does not use the metric of the job's subscription."
  }
}

# The slowest intervals that the variables allow.
run "slowest" {
  command = plan

  variables {
    archive_buffer_seconds      = 900
    checkpoint_interval_seconds = 900
    alarm_thresholds            = { checkpoint_age_minutes = 30, checkpoint_duration_seconds = 1000 }
  }
}

# Without a stream, its metrics do not exist.
run "files" {
  command = plan

  variables {
    source_files = { bucket = "shop-incoming" }
  }
}
