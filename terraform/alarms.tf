# One alarm for each way in which events can be late, lost or unseen. Its page in the runbook has
# its name: what it means, what to look at, what to do.
#
# metrics      one of them, or several with an expression (CloudWatch metric math) over their names
# missing      what no data means: a job that reports nothing is down, a rule that never matched is well

locals {
  job_dimensions = { Application = local.prefix }

  # The service writes hyphens of the stream's name as underscores here.
  job_lag_dimensions = { Application = local.prefix, Id = replace(local.stream_name, "-", "_"), Flow = "Input" }

  stream_dimensions  = { StreamName = local.stream_name }
  archive_dimensions = { DeliveryStreamName = "${local.prefix}-archive" }

  check_dimensions = {
    for state in ["SUCCEEDED", "FAILED"] : state => { WorkGroup = "${local.prefix}-checks", QueryType = "DML", QueryState = state }
  }

  alarms = merge({
    job-down = {
      description = "The job does not run: events wait in the stream, and are lost when they are older than ${var.stream_retention_hours} hours."
      metrics     = { down = { namespace = "AWS/KinesisAnalytics", name = "downtime", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period      = 60
      periods     = 5
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      missing     = "breaching"
    }
    job-restarts = {
      description = "The job restarts again and again: something that it cannot get past."
      metrics     = { restarts = { namespace = "AWS/KinesisAnalytics", name = "fullRestarts", dimensions = local.job_dimensions, statistic = "Maximum" } }
      # A counter since the job's start; what counts is how fast it grows.
      expression = "DIFF(restarts)"
      period     = 900
      periods    = 1
      threshold  = var.alarm_thresholds.restarts_per_15_minutes
      comparison = "GreaterThanThreshold"
      missing    = "notBreaching"
    }
    checkpoint-failures = {
      description = "Checkpoints fail: nothing becomes visible in the lake, and a restart goes further back each time."
      metrics     = { failed = { namespace = "AWS/KinesisAnalytics", name = "numberOfFailedCheckpoints", dimensions = local.job_dimensions, statistic = "Maximum" } }
      expression  = "DIFF(failed)"
      period      = 300
      periods     = 2
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      missing     = "notBreaching"
    }
    checkpoint-duration = {
      description = "Checkpoints take long: S3 is slow, or the job cannot keep up."
      metrics     = { duration = { namespace = "AWS/KinesisAnalytics", name = "lastCheckpointDuration", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.checkpoint_duration_seconds * 1000
      comparison  = "GreaterThanThreshold"
      missing     = "notBreaching"
    }
    job-lag = {
      description = "The job reads events long after they arrived (millisBehindLatest)."
      metrics     = { behind = { namespace = "AWS/KinesisAnalytics", name = "millisBehindLatest", dimensions = local.job_lag_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.job_lag_minutes * 60000
      comparison  = "GreaterThanThreshold"
      missing     = "missing"
    }
    consumer-lag = {
      description = "The slowest reader of the stream, job or archive, is far behind."
      metrics     = { age = { namespace = "AWS/Kinesis", name = "GetRecords.IteratorAgeMilliseconds", dimensions = local.stream_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.consumer_lag_minutes * 60000
      comparison  = "GreaterThanThreshold"
      missing     = "breaching"
    }
    producer-throttled = {
      description = "The stream refuses records: producers must send them again, or lose them."
      metrics     = { refused = { namespace = "AWS/Kinesis", name = "WriteProvisionedThroughputExceeded", dimensions = local.stream_dimensions, statistic = "Sum" } }
      period      = 300
      periods     = 3
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      missing     = "notBreaching"
    }
    rejected-share = {
      description = "Many events are rejected: a producer sends what the job cannot read."
      metrics = {
        rejected = { namespace = "AWS/KinesisAnalytics", name = "eventsRejectedPerSecond", dimensions = local.job_dimensions, statistic = "Sum" }
        received = { namespace = "AWS/KinesisAnalytics", name = "eventsReceivedPerSecond", dimensions = local.job_dimensions, statistic = "Sum" }
      }
      # Both are sampled alike, so the number of samples cancels out.
      expression = "IF(received > 0, 100 * rejected / received, 0)"
      period     = 300
      periods    = 3
      threshold  = var.alarm_thresholds.rejected_percent
      comparison = "GreaterThanThreshold"
      missing    = "notBreaching"
    }
    ledger-imbalance = {
      description = "Closed hours do not add up: received is not written + rejected + duplicate."
      metrics     = { failed = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.FAILED, statistic = "SampleCount" } }
      period      = 3600
      periods     = 1
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      missing     = "notBreaching"
    }
    ledger-check-missing = {
      description = "The ledger check has not run for three hours: an imbalance would go unseen."
      metrics = {
        succeeded = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.SUCCEEDED, statistic = "SampleCount" }
        failed    = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.FAILED, statistic = "SampleCount" }
      }
      expression = "FILL(succeeded, 0) + FILL(failed, 0)"
      period     = 3600
      periods    = 3
      threshold  = 1
      comparison = "LessThanThreshold"
      missing    = "breaching"
    }
    archive-freshness = {
      description = "Firehose does not get events into the raw archive in time."
      metrics     = { age = { namespace = "AWS/Firehose", name = "DeliveryToS3.DataFreshness", dimensions = local.archive_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.archive_age_minutes * 60
      comparison  = "GreaterThanThreshold"
      missing     = "notBreaching"
    }
    archive-failures = {
      description = "Firehose fails to write objects of the raw archive."
      metrics     = { success = { namespace = "AWS/Firehose", name = "DeliveryToS3.Success", dimensions = local.archive_dimensions, statistic = "Minimum" } }
      period      = 300
      periods     = 2
      threshold   = 1
      comparison  = "LessThanThreshold"
      missing     = "notBreaching"
    }
    dead-letters = {
      description = "Something was given up: file events that no crawler took, or a ledger check that could not start."
      metrics     = { waiting = { namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = "${local.prefix}-dead-letters" }, statistic = "Maximum" } }
      period      = 300
      periods     = 1
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      missing     = "notBreaching"
    }
    }, var.catalog_mode == "crawler" ? {
    crawler-failed = {
      description = "A crawler failed: new days may be invisible in Athena. A second message names it."
      metrics     = { failed = { namespace = "AWS/Events", name = "TriggeredRules", dimensions = { RuleName = "${local.prefix}-crawler-failed" }, statistic = "Sum" } }
      period      = 3600
      periods     = 1
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      missing     = "notBreaching"
    }
  } : {})
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each = local.alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = "${each.value.description} Runbook: ${var.runbook_url}#${each.key}"
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  dynamic "metric_query" {
    for_each = each.value.metrics

    content {
      id          = metric_query.key
      return_data = !can(each.value.expression)

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.statistic
        period      = each.value.period
      }
    }
  }

  dynamic "metric_query" {
    for_each = try([each.value.expression], [])

    content {
      id          = "result"
      expression  = metric_query.value
      label       = each.key
      return_data = true
    }
  }

  tags = local.tags
}
