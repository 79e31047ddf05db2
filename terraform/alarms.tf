# One alarm per way in which events can be late, lost or invisible. The runbook has a section with the name of the alarm.
#
# metrics      one metric, or several with an expression (CloudWatch metric math) over their keys
# helpers      expressions that the expression uses
# period       seconds that one data point covers; CloudWatch evaluates the last PERIODS of them every minute
# periods      number of data points that are evaluated
# datapoints   number of them that must breach; all by default
# missing      how a period without data is treated, with the reason as a comment
#
# alarm_model/ evaluates every alarm against the metrics over time, as the services report them: in health and in each
# failure. alarm_model/checklist.mjs lists what a new alarm lacks elsewhere.

locals {
  job_dimensions = { Application = local.prefix }

  # In this dimension the service replaces hyphens of the stream's name with underscores.
  job_lag_dimensions = { Application = local.prefix, Id = replace(local.stream_name, "-", "_"), Flow = "Input" }

  stream_dimensions  = { StreamName = local.stream_name }
  archive_dimensions = { DeliveryStreamName = "${local.prefix}-archive" }

  # With enhanced fan-out, Kinesis reports the lag of the job's subscription. With polling, the job reports it.
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

  # Only with a stream.
  stream_alarms = {
    job-lag = {
      description = "The job reads events long after they arrived (millisBehindLatest)."
      metrics     = { behind = local.job_lag_metric }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.job_lag_minutes * 60000
      comparison  = "GreaterThanThreshold"
      # No data: the job is down (see job-down), or the service uses other dimensions. For the latter, the console shows
      # "Insufficient data" without a false alarm.
      missing = "missing"
    }
    consumer-lag = {
      description = "The slowest reader of the stream, job or archive, is far behind."
      metrics     = { age = { namespace = "AWS/Kinesis", name = "GetRecords.IteratorAgeMilliseconds", dimensions = local.stream_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.consumer_lag_minutes * 60000
      comparison  = "GreaterThanThreshold"
      # Every read reports an age, 0 if there is nothing to read, and Firehose reads all the time. No data: nothing reads.
      missing = "breaching"
    }
    producer-throttled = {
      description = "The stream refuses records: producers must retry, or lose them."
      metrics     = { refused = { namespace = "AWS/Kinesis", name = "WriteProvisionedThroughputExceeded", dimensions = local.stream_dimensions, statistic = "Sum" } }
      period      = 300
      periods     = 3
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      # No data: nothing is written, so nothing is refused.
      missing = "notBreaching"
    }
    archive-freshness = {
      description = "Firehose does not deliver events to the raw archive in time."
      metrics     = { age = { namespace = "AWS/Firehose", name = "DeliveryToS3.DataFreshness", dimensions = local.archive_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.archive_age_minutes * 60
      comparison  = "GreaterThanThreshold"
      # No data: Firehose holds no record. archive-unread covers records that it does not read.
      missing = "notBreaching"
    }
    archive-failures = {
      description = "Firehose fails to write objects of the raw archive."
      metrics     = { success = { namespace = "AWS/Firehose", name = "DeliveryToS3.Success", dimensions = local.archive_dimensions, statistic = "Minimum" } }
      # Firehose writes once per archive_buffer_seconds, up to 900: with a shorter period, only some periods would contain a
      # failure. A single failure after which the next attempt succeeds does not fire.
      period     = 900
      periods    = 3
      datapoints = 2
      threshold  = 1
      comparison = "LessThanThreshold"
      # No data: there was nothing to write.
      missing = "notBreaching"
    }
    archive-behind = {
      description = "Firehose reads the stream too slowly: the archive loses records that are older than the stream's retention."
      metrics     = { behind = { namespace = "AWS/Firehose", name = "KinesisMillisBehindLatest", dimensions = local.archive_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.archive_age_minutes * 60000
      comparison  = "GreaterThanThreshold"
      # No data: Firehose reads nothing. archive-unread covers records that it does not read.
      missing = "notBreaching"
    }
    archive-unread = {
      description = "Events arrive in the stream, but Firehose reads none of them."
      metrics = {
        incoming = { namespace = "AWS/Kinesis", name = "IncomingRecords", dimensions = local.stream_dimensions, statistic = "Sum" }
        read     = { namespace = "AWS/Firehose", name = "DataReadFromKinesisStream.Records", dimensions = local.archive_dimensions, statistic = "Sum" }
      }
      # Without permission to read, Firehose reports zeros or nothing. SUM over a list turns both into 0.
      helpers    = { zero = "incoming * 0" }
      expression = "IF(incoming > 0 AND SUM([read, zero]) == 0, 1, 0)"
      period     = 300
      periods    = 3
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # No data: nothing arrived.
      missing = "notBreaching"
    }
  }

  alarms = merge({
    job-down = {
      description = local.reads_stream ? "The job does not run: events wait in the stream, and are lost when they are older than ${var.stream_retention_hours} hours." : "The job does not run: files wait in their bucket."
      metrics     = { down = { namespace = "AWS/KinesisAnalytics", name = "downtime", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period      = 60
      # Nothing is reported during the minutes of an update.
      periods    = 10
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # The service reports every minute while the job runs, so missing data means that it does not run.
      missing = "breaching"
    }
    job-restarts = {
      description = "The job restarts again and again: an error recurs after each restart."
      metrics     = { restarts = { namespace = "AWS/KinesisAnalytics", name = "fullRestarts", dimensions = local.job_dimensions, statistic = "Maximum" } }
      # The metric counts since the job's start; the alarm is on its growth.
      expression = "DIFF(restarts)"
      period     = 900
      periods    = 1
      threshold  = var.alarm_thresholds.restarts_per_15_minutes
      comparison = "GreaterThanThreshold"
      # No data: the job is down (see job-down).
      missing = "notBreaching"
    }
    checkpoint-failures = {
      description = "Checkpoints fail: nothing becomes visible in the lake, and a restart would repeat more and more events."
      metrics     = { failed = { namespace = "AWS/KinesisAnalytics", name = "numberOfFailedCheckpoints", dimensions = local.job_dimensions, statistic = "Maximum" } }
      expression  = "DIFF(failed)"
      # A checkpoint that hangs fails after its timeout of ten minutes, which is not configurable in the service. So one
      # failure must be enough, and a period must be longer than ten minutes.
      period     = 900
      periods    = 1
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # No data: the job is down (see job-down).
      missing = "notBreaching"
    }
    checkpoint-age = {
      description = "No checkpoint has completed for ${var.alarm_thresholds.checkpoint_age_minutes} minutes: nothing becomes visible in the lake."
      # Reported by the job itself: the age grows whatever stops checkpoints, even if no failure is counted.
      metrics    = { age = { namespace = "AWS/KinesisAnalytics", name = "secondsSinceCheckpoint", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period     = 300
      periods    = 2
      threshold  = var.alarm_thresholds.checkpoint_age_minutes * 60
      comparison = "GreaterThanThreshold"
      # No data: the job is down (see job-down).
      missing = "notBreaching"
    }
    checkpoint-duration = {
      description = "Checkpoints take too long: S3 is slow, or the job cannot keep up."
      metrics     = { duration = { namespace = "AWS/KinesisAnalytics", name = "lastCheckpointDuration", dimensions = local.job_dimensions, statistic = "Maximum" } }
      period      = 300
      periods     = 3
      threshold   = var.alarm_thresholds.checkpoint_duration_seconds * 1000
      comparison  = "GreaterThanThreshold"
      # No data: the job is down (see job-down), or has completed no checkpoint yet (see checkpoint-age).
      missing = "notBreaching"
    }
    rejected-share = {
      description = "Many events are rejected: a producer sends events that the job cannot parse."
      metrics = {
        rejected = { namespace = "AWS/KinesisAnalytics", name = "eventsRejectedPerSecond", dimensions = local.job_dimensions, statistic = "Sum" }
        received = { namespace = "AWS/KinesisAnalytics", name = "eventsReceivedPerSecond", dimensions = local.job_dimensions, statistic = "Sum" }
      }
      # Both have the same number of samples, which cancels out.
      expression = "IF(received > 0, 100 * rejected / received, 0)"
      period     = 300
      periods    = 3
      threshold  = var.alarm_thresholds.rejected_percent
      comparison = "GreaterThanThreshold"
      # No data: the job is down (see job-down).
      missing = "notBreaching"
    }
    settings-changed = {
      description = "The job was started with other settings than before that alter what lands in the lake, such as privacy, mapping or rules."
      metrics     = { changed = { namespace = "AWS/KinesisAnalytics", name = "dataSettingsChanged", dimensions = local.job_dimensions, statistic = "Maximum" } }
      # The job reports the number for an hour after the change, and 0 from then on.
      period     = 300
      periods    = 1
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # No data: the job is down (see job-down).
      missing = "notBreaching"
    }
    ledger-imbalance = {
      description = "Closed hours do not add up: received differs from written + rejected + duplicate."
      metrics     = { failed = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.FAILED, statistic = "SampleCount" } }
      period      = 300
      # One failure in two hours is enough: the alarm fires minutes after the check, and lasts until the next check, even if
      # that one takes longer.
      periods    = 24
      datapoints = 1
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # No data: no check failed. ledger-check-missing covers checks that did not run.
      missing = "notBreaching"
    }
    ledger-check-missing = {
      description = "The ledger check has not run for three hours: an imbalance would not be noticed."
      metrics = {
        succeeded = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.SUCCEEDED, statistic = "SampleCount" }
        failed    = { namespace = "AWS/Athena", name = "TotalExecutionTime", dimensions = local.check_dimensions.FAILED, statistic = "SampleCount" }
      }
      # In health no check ever fails, so the second metric does not exist. SUM over a list adds the existing ones; the
      # operator + would have no result, and FILL would have no data to fill.
      expression = "SUM([succeeded, failed])"
      period     = 3600
      periods    = 3
      threshold  = 1
      comparison = "LessThanThreshold"
      # Athena reports only queries that have ended, so missing data means that no check ran.
      missing = "breaching"
    }
    dead-letters = {
      description = "Messages were not processed: file events that no crawler consumed, or a ledger check that could not start."
      metrics     = { waiting = { namespace = "AWS/SQS", name = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = "${local.prefix}-dead-letters" }, statistic = "Maximum" } }
      period      = 300
      periods     = 1
      threshold   = 0
      comparison  = "GreaterThanThreshold"
      # SQS stops reporting for a queue that has been empty for six hours.
      missing = "notBreaching"
    }
    }, { for name, alarm in local.stream_alarms : name => alarm if local.reads_stream }, var.catalog_mode == "crawler" ? {
    crawler-failed = {
      description = "A crawler failed: new days may be invisible in Athena. A second message names the crawler."
      metrics     = { failed = { namespace = "AWS/Events", name = "TriggeredRules", dimensions = { RuleName = "${local.prefix}-crawler-failed" }, statistic = "Sum" } }
      period      = 300
      # Fires minutes after the event and lasts for an hour, until the next run.
      periods    = 12
      datapoints = 1
      threshold  = 0
      comparison = "GreaterThanThreshold"
      # A rule reports only matches: no data means no failure.
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
