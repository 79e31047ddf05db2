locals {
  needed_log_groups = {
    for service, name in local.log_groups : service => name
    if(service != "archive" || local.reads_stream) && (service != "batch" || var.batch_task != null)
  }
}

resource "aws_cloudwatch_log_group" "log" {
  for_each = local.needed_log_groups

  name              = each.value
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.key["operations"].arn
  tags              = local.tags
}

# The services write only to existing log streams.

resource "aws_cloudwatch_log_stream" "job" {
  name           = "job"
  log_group_name = aws_cloudwatch_log_group.log["job"].name
}

resource "aws_cloudwatch_log_stream" "archive" {
  count = local.reads_stream ? 1 : 0

  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.log["archive"].name
}
