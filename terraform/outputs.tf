output "stream_name" {
  description = "Name of the stream to which producers send events; null with source_files."
  value       = local.reads_stream ? local.stream_name : null
}

output "stream_arn" {
  description = "ARN of the stream; null with source_files."
  value       = local.reads_stream ? local.arns.stream : null
}

output "bucket_names" {
  description = "Bucket names by purpose: raw, processed, results, artifacts."
  value       = local.bucket_names
}

output "application_name" {
  description = "Name of the Managed Flink application."
  value       = aws_kinesisanalyticsv2_application.job.name
}

output "job_jar_key" {
  description = "Key of the job's jars in the artifacts bucket."
  value       = aws_s3_object.jar.key
}

output "job_jar_version" {
  description = "Object version of the jar that the job runs."
  value       = aws_s3_object.jar.version_id
}

output "database_name" {
  description = "Glue database of the tables."
  value       = aws_glue_catalog_database.clickstream.name
}

output "workgroup_name" {
  description = "Athena workgroup for people."
  value       = aws_athena_workgroup.workgroup["analysts"].name
}

output "policy_arns" {
  description = "ARNs of the policies to attach: producer, unless the source is files; analyst; operator and operator-queries; batch and erase; run-batch, with batch_task."
  value       = { for name, policy in aws_iam_policy.access : name => policy.arn }
}

output "role_arns" {
  description = "ARNs of the service roles."
  value       = { for name, role in aws_iam_role.service : name => role.arn }
}

output "alarm_topic_arn" {
  description = "ARN of the SNS topic of the alarms."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_url" {
  description = "URL of the CloudWatch dashboard."
  value       = "https://${local.region}.${local.console}/cloudwatch/home?region=${local.region}#dashboards/dashboard/${local.dashboard_name}"
}

output "send_event" {
  description = "Command that sends one event; with source_files, a command that adds a file with one event."
  value       = local.reads_stream ? "aws kinesis put-record --region ${local.region} --stream-name ${local.stream_name} --partition-key $RANDOM --cli-binary-format raw-in-base64-out --data \"{\\\"event_type\\\":\\\"page_view\\\",\\\"event_time\\\":\\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\\",\\\"page\\\":{\\\"url\\\":\\\"https://shop.example/\\\"}}\"" : local.send_file
}

output "first_query" {
  description = "Command that starts a query that counts events by type, and prints the query execution ID."
  value       = "aws athena start-query-execution --region ${local.region} --work-group ${local.prefix}-analysts --query-execution-context Database=${local.database_name} --query-string 'SELECT event_type, count(*) AS events FROM click_events GROUP BY event_type ORDER BY events DESC' --query QueryExecutionId --output text"
}

output "create_views" {
  description = "Commands that create the views in athena/views; run them again after a change."
  value = join("\n", [
    for view in sort(keys(local.views)) :
    "aws athena start-query-execution --region ${local.region} --work-group ${local.prefix}-analysts --query-execution-context Database=${local.database_name} --query-string \"$(aws athena get-named-query --region ${local.region} --named-query-id ${aws_athena_named_query.view[view].id} --query NamedQuery.QueryString --output text)\""
  ])
}

output "lake_url" {
  description = "URL of the settings of this environment for batches: ./lake fill --aws URL."
  value       = local.lake_url
}

output "run_batch" {
  description = "Command that starts a batch as a task, here a fill: replace the arguments of lake in its overrides. It prints the ARN of the task; null without batch_task."
  value       = local.run_batch
}

output "account_wide_names" {
  description = "Account-wide or global names, which must differ between regions."
  value = concat(
    values(aws_s3_bucket.bucket)[*].bucket,
    values(aws_iam_role.service)[*].name,
    values(aws_iam_policy.access)[*].name,
    aws_iam_role.analyst[*].name,
    aws_budgets_budget.monthly[*].name,
    [aws_cloudwatch_dashboard.flow.dashboard_name],
  )
}
