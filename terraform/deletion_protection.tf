# Stops `terraform destroy` for environments with valuable data. prevent_destroy accepts no variable, so this is a resource
# whose destruction fails while deletion_protection is on.
#
# Terraform destroys a resource before those that it depends on. This one depends on all other resources, so Terraform
# destroys it first, and nothing has been deleted when that fails.

resource "terraform_data" "deletion_protection" {
  input = {
    on      = var.deletion_protection
    message = "deletion_protection of ${local.prefix} is on: nothing was deleted. To delete this environment with its data, set deletion_protection = false, run terraform apply, and then terraform destroy."
  }

  # Replacing a bucket, stream or key deletes its data, so it also replaces (destroys) this resource.
  triggers_replace = {
    buckets = { for name, bucket in aws_s3_bucket.bucket : name => bucket.id }
    keys    = { for name, key in aws_kms_key.key : name => key.id }
    stream  = aws_kinesis_stream.events[*].id
  }

  provisioner "local-exec" {
    when        = destroy
    command     = self.output.on ? "echo \"$MESSAGE\" >&2; exit 1" : "true"
    environment = { MESSAGE = self.output.message }
    quiet       = true
  }

  depends_on = [
    aws_athena_named_query.query,
    aws_athena_named_query.view,
    aws_athena_workgroup.workgroup,
    aws_budgets_budget.monthly,
    aws_cloudwatch_dashboard.flow,
    aws_cloudwatch_event_rule.crawler_failed,
    aws_cloudwatch_event_target.crawler_failed,
    aws_cloudwatch_log_group.log,
    aws_cloudwatch_log_stream.archive,
    aws_cloudwatch_log_stream.job,
    aws_cloudwatch_metric_alarm.alarm,
    aws_ecs_cluster.batch,
    aws_ecs_task_definition.batch,
    aws_glue_catalog_database.clickstream,
    aws_glue_catalog_table.table,
    aws_glue_crawler.files,
    aws_glue_crawler.nightly,
    aws_glue_data_quality_ruleset.click_events,
    aws_iam_policy.access,
    aws_iam_role.service,
    aws_iam_role_policy.service,
    aws_iam_role.analyst,
    aws_iam_role_policy_attachment.analyst,
    aws_iam_role_policy_attachment.batch,
    aws_kinesis_firehose_delivery_stream.archive,
    aws_kinesis_resource_policy.producers,
    aws_lakeformation_permissions.database,
    aws_lakeformation_permissions.table,
    aws_cloudwatch_metric_alarm.kpus,
    aws_kinesis_stream.events,
    aws_kinesisanalyticsv2_application.job,
    aws_kms_alias.key,
    aws_kms_key.key,
    aws_quicksight_data_source.athena,
    aws_s3_bucket.bucket,
    aws_s3_bucket_lifecycle_configuration.bucket,
    aws_s3_bucket_logging.bucket,
    aws_s3_bucket_notification.files,
    aws_s3_bucket_ownership_controls.bucket,
    aws_s3_bucket_policy.bucket,
    aws_s3_bucket_public_access_block.bucket,
    aws_s3_bucket_server_side_encryption_configuration.bucket,
    aws_s3_bucket_versioning.bucket,
    aws_s3_object.catalog_columns,
    aws_s3_object.jar,
    aws_s3_object.job_file,
    aws_s3_object.lake_settings,
    aws_scheduler_schedule.ledger_check,
    aws_scheduler_schedule_group.checks,
    aws_security_group.batch,
    aws_security_group.endpoint,
    aws_security_group.job,
    aws_sns_topic.alarms,
    aws_sns_topic_policy.alarms,
    aws_sns_topic_subscription.email,
    aws_sqs_queue.dead_letters,
    aws_sqs_queue.files,
    aws_sqs_queue_policy.dead_letters,
    aws_sqs_queue_policy.files,
    aws_vpc_endpoint.kinesis,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.batch,
    aws_vpc_security_group_egress_rule.job,
    aws_vpc_security_group_ingress_rule.endpoint,
    terraform_data.custom_column,
  ]
}
