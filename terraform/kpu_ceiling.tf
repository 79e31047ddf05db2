# Managed Service for Apache Flink knows no ceiling per application: autoscaling stops at the
# account's quota of KPUs, and for the whole region at that. What can be done is to tell people before the bill
# does; to stop it, set autoscaling = false, or ask AWS for a lower quota.
resource "aws_cloudwatch_metric_alarm" "kpus" {
  count = var.max_kpus == null ? 0 : 1

  alarm_name        = "${local.prefix}-kpus"
  alarm_description = "The job has more than ${var.max_kpus} KPUs (max_kpus): autoscaling follows the load, and each KPU is paid. Runbook: ${var.runbook_url}#kpus"
  namespace         = "AWS/KinesisAnalytics"
  metric_name       = "KPUs"
  dimensions        = local.job_dimensions
  statistic         = "Maximum"
  # The service reports it once per hour: the alarm comes with that report, and stays until the next.
  period              = 300
  evaluation_periods  = 13
  datapoints_to_alarm = 1
  threshold           = var.max_kpus
  comparison_operator = "GreaterThanThreshold"
  # A job that reports nothing is down, which job-down tells; it does not grow.
  treat_missing_data = "notBreaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]
  ok_actions         = [aws_sns_topic.alarms.arn]
  tags               = local.tags
}
