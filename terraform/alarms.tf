# One alarm for each way in which events can be late, lost or unseen. Its page in the runbook has
# its name: what it means, what to look at, what to do.
#
# metrics      one of them, or several with an expression (CloudWatch metric math) over their names
# helpers      expressions that the expression uses
# period       seconds that one data point covers; CloudWatch looks every minute at the last PERIODS of them
# periods      number of data points that are looked at
# datapoints   how many of them must breach; without it, all
# missing      what a period without data means, with the reason beside it
#
# alarm_model/ plays every alarm against the metrics over time, as the services report them: in health
# and in each failure. An alarm without a failure in which it fires fails that test.

locals {
  job_dimensions = { Application = local.prefix }

  # The service writes hyphens of the stream's name as underscores here.
  job_lag_dimensions = { Application = local.prefix, Id = replace(local.stream_name, "-", "_"), Flow = "Input" }

  stream_dimensions  = { StreamName = local.stream_name }
  archive_dimensions = { DeliveryStreamName = "${local.prefix}-archive" }

  # With enhanced fan-out Kinesis itself reports how far the job's subscription is behind. By polling the job does.
  fan_out = lookup(var.job_settings, "source.reader", "POLLING") == "EFO"
  job_lag_metric = local.fan_out ? {
    namespace  = "AWS/Kinesis"
    name       = "SubscribeToShardEvent.MillisBehindLatest"
    dimensions = merge(local.stream_dimensions, { ConsumerName = lookup(var.job_settings, "source.efo-consumer", local.prefix) })
    statistic  = "Maximum"
    } : {
    namespace  = "AWS/KinesisAnalytics"
    name       = "millisBehindLatest"
    dimensions = local.job_lag_dimensions
    statistic  = "Maximum"
  }

  check_dimensions = {
    for state in ["SUCCEEDED", "FAILED"] : state => { WorkGroup = "${local.prefix}-checks", QueryType = "DML", QueryState = state }
  }

  alarms = merge({
    job-down = {
      description = "The job does not run: events wait in the stream, and are lost when they are older than ${var.stream_retention_hours} hours."
      metrics     = { down = { namespace = "AWS/KinesisAnalytics", name = "downtime", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period      = 60
      # An update takes some minutes in which nothing is reported.
      periods    = 10
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # The service reports every minute while the job runs, so silence means that it does not.
      missing = "breaching"
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
      # No data: the job is down, which job-down says.
      missing = "notBreaching"
    }
    checkpoint-failures = {
      description = "Checkpoints fail: nothing becomes visible in the lake, and a restart goes further back each time."
      metrics     = { failed = { namespace = "AWS/KinesisAnalytics", name = "numberOfFailedCheckpoints", dimensions = local.job_dimensions, statistic = "Maximum" } }
      expression  = "DIFF(failed)"
      # A checkpoint that hangs fails when its timeout ends: ten minutes, and the service has no setting for it. One
      # failure in ten minutes must be enough, and a period must be longer than that.
      period     = 900
      periods    = 1
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # No data: the job is down, which job-down says.
      missing = "notBreaching"
    }
    checkpoint-age = {
      description = "No checkpoint has completed for ${var.alarm_thresholds.checkpoint_age_minutes} minutes: nothing becomes visible in the lake."
      # Reported by the job itself: whatever stops checkpoints, with or without a failure that is counted, the age grows.
      metrics    = { age = { namespace = "AWS/KinesisAnalytics", name = "secondsSinceCheckpoint", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period     = 300
      periods    = 2
      threshold  = var.alarm_thresholds.checkpoint_age_minutes * 60
      comparison = "GreaterThanThreshold"
      # No data: the job is down, which job-down says.
      missing = "notBreaching"
    }
    checkpoint-duration = {
      description = "Checkpoints take long: S3 is slow, or the job cannot keep up."
      metrics     = { duration = { namespace = "AWS/KinesisAnalytics", name = "lastCheckpointDuration", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.checkpoint_duration_seconds * 1000
      comparison  = "GreaterThanThreshold"
      # No data: the job is down, which job-down says, or has made no checkpoint yet, which checkpoint-age says.
      missing = "notBreaching"
    }
    job-lag = {
      description = "The job reads events long after they arrived (millisBehindLatest)."
      metrics     = { behind = local.job_lag_metric }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.job_lag_minutes * 60000
      comparison  = "GreaterThanThreshold"
      # No data: the job is down, which job-down says, or the service names the dimensions differently.
      # "Insufficient data" shows the second on the console, without a false message.
      missing = "missing"
    }
    consumer-lag = {
      description = "The slowest reader of the stream, job or archive, is far behind."
      metrics     = { age = { namespace = "AWS/Kinesis", name = "GetRecords.IteratorAgeMilliseconds", dimensions = local.stream_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.consumer_lag_minutes * 60000
      comparison  = "GreaterThanThreshold"
      # Every read reports an age, 0 when there is nothing to read; Firehose reads all the time. No data: nobody reads.
      missing = "breaching"
    }
    producer-throttled = {
      description = "The stream refuses records: producers must send them again, or lose them."
      metrics     = { refused = { namespace = "AWS/Kinesis", name = "WriteProvisionedThroughputExceeded", dimensions = local.stream_dimensions, statistic = "Sum" } }
      period      = 300
      periods     = 3
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      # No data: nobody writes, so nothing is refused.
      missing = "notBreaching"
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
      # No data: the job is down, which job-down says.
      missing = "notBreaching"
    }
    ledger-imbalance = {
      description = "Closed hours do not add up: received is not written + rejected + duplicate."
      metrics     = { failed = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.FAILED, statistic = "SampleCount" } }
      period      = 300
      # One in two hours is enough: the alarm fires minutes after the check, and does not end before the
      # next one, which may take longer.
      periods    = 24
      datapoints = 1
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # No data: no check failed. Whether one ran at all, ledger-check-missing says.
      missing = "notBreaching"
    }
    ledger-check-missing = {
      description = "The ledger check has not run for three hours: an imbalance would go unseen."
      metrics = {
        succeeded = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.SUCCEEDED, statistic = "SampleCount" }
        failed    = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.FAILED, statistic = "SampleCount" }
      }
      # In health no check ever fails, so the second metric does not exist. SUM over a list adds those that
      # do; an addition would have no result, or FILL nothing to fill.
      expression = "SUM([succeeded, failed])"
      period     = 3600
      periods    = 3
      threshold  = 1
      comparison = "LessThanThreshold"
      # Athena reports queries that have ended, and nothing else: no data is a check that did not run.
      missing = "breaching"
    }
    archive-freshness = {
      description = "Firehose does not get events into the raw archive in time."
      metrics     = { age = { namespace = "AWS/Firehose", name = "DeliveryToS3.DataFreshness", dimensions = local.archive_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.archive_age_minutes * 60
      comparison  = "GreaterThanThreshold"
      # No data: Firehose holds no record. Whether there were any to read, archive-unread says.
      missing = "notBreaching"
    }
    archive-failures = {
      description = "Firehose fails to write objects of the raw archive."
      metrics     = { success = { namespace = "AWS/Firehose", name = "DeliveryToS3.Success", dimensions = local.archive_dimensions, statistic = "Minimum" } }
      # Firehose writes once per archive_buffer_seconds, at most 900: a shorter period would see a failure
      # in every third one. One failure that the next attempt heals stays silent.
      period     = 900
      periods    = 3
      datapoints = 2
      threshold  = 1
      comparison = "LessThanThreshold"
      # No data: nothing was to be written.
      missing = "notBreaching"
    }
    archive-behind = {
      description = "Firehose reads the stream too slowly: what is older than the stream's retention is lost for the archive."
      metrics     = { behind = { namespace = "AWS/Firehose", name = "KinesisMillisBehindLatest", dimensions = local.archive_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.archive_age_minutes * 60000
      comparison  = "GreaterThanThreshold"
      # No data: Firehose reads nothing. Whether there was something to read, archive-unread says.
      missing = "notBreaching"
    }
    archive-unread = {
      description = "Events arrive in the stream, and Firehose reads none of them."
      metrics = {
        incoming = { namespace = "AWS/Kinesis", name = "IncomingRecords", dimensions = local.stream_dimensions, statistic = "Sum" }
        read     = { namespace = "AWS/Firehose", name = "DataReadFromKinesisStream.Records", dimensions = local.archive_dimensions, statistic = "Sum" }
      }
      # A Firehose that may not read reports zeros or nothing at all. SUM over a list makes both a 0.
      helpers    = { zero = "incoming * 0" }
      expression = "IF(incoming > 0 AND SUM([read, zero]) == 0, 1, 0)"
      period     = 300
      periods    = 3
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # No data: nothing arrived.
      missing = "notBreaching"
    }
    dead-letters = {
      description = "Something was given up: file events that no crawler took, or a ledger check that could not start."
      metrics     = { waiting = { namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = "${local.prefix}-dead-letters" }, statistic = "Maximum" } }
      period      = 300
      periods     = 1
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      # SQS stops reporting a queue that has been empty for six hours.
      missing = "notBreaching"
    }
    }, var.catalog_mode == "crawler" ? {
    crawler-failed = {
      description = "A crawler failed: new days may be invisible in Athena. A second message names it."
      metrics     = { failed = { namespace = "AWS/Events", name = "TriggeredRules", dimensions = { RuleName = "${local.prefix}-crawler-failed" }, statistic = "Sum" } }
      period      = 300
      # Fires minutes after the event, and stays for an hour: until the next run.
      periods    = 12
      datapoints = 1
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # A rule reports only when it matches: no data is no failure.
      missing = "notBreaching"
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
  datapoints_to_alarm = try(each.value.datapoints, each.value.periods)
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
    for_each = try(each.value.helpers, {})

    content {
      id          = metric_query.key
      expression  = metric_query.value
      return_data = false
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
