# Managed Service for Apache Flink has no configurable maximum per application: autoscaling stops only at the KPU quota. This
# alarm reports growth before the bill does. To limit it, set autoscaling = false, or request a lower quota from AWS.
resource "aws_cloudwatch_metric_alarm" "kpus" {
  count = var.max_kpus == null ? 0 : 1

  alarm_name        = "${local.prefix}-kpus"
  alarm_description = "The job has more than ${var.max_kpus} KPUs (max_kpus): autoscaling follows the load, and each KPU is billed. Runbook: ${var.runbook_url}#kpus"
  namespace         = "AWS/KinesisAnalytics"
  metric_name       = "KPUs"
  dimensions        = local.job_dimensions
  statistic         = "Maximum"
  # The service reports the metric once per hour: the alarm fires with that report and lasts until the next one.
  period              = 300
  evaluation_periods  = 13
  datapoints_to_alarm = 1
  threshold           = var.max_kpus
  comparison_operator = "GreaterThanThreshold"
  # No data: the job is down (see job-down) and does not grow.
  treat_missing_data = "notBreaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]
  ok_actions         = [aws_sns_topic.alarms.arn]
  tags               = local.tags
}
