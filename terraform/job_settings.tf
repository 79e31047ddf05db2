# The job's property groups: names as in JobOptions of flink-app, from job_contract.json.

locals {
  # What the infrastructure knows. A setting of one's own wins, as with source.initial-position.
  known_settings = {
    "job.name"      = local.prefix
    "source.stream" = local.stream_name
    "source.region" = local.region
    "sink.path"     = "s3://${local.bucket_names.processed}"
    "sink.type"     = "ROLLING"
  }

  file_settings = {
    for option, object in aws_s3_object.job_file : option => "s3://${local.bucket_names.artifacts}/${object.key}"
  }

  # The reference, never the key: state and DescribeApplication show every setting in clear.
  secret_settings = var.privacy_hash_key_secret_arn == null ? {} : { "privacy.hash-key-secret" = var.privacy_hash_key_secret_arn }

  job_settings = merge(local.known_settings, var.job_settings, local.file_settings, local.secret_settings)

  # A property group holds 50 entries at most, and the job merges all groups whose id begins alike.
  setting_chunks = chunklist(sort(keys(local.job_settings)), 50)
  setting_groups = {
    for index, names in local.setting_chunks :
    index == 0 ? local.job.propertyGroup : "${local.job.propertyGroup}-${index + 1}" => { for name in names : name => local.job_settings[name] }
  }

  # The versions of the uploaded files. The job ignores this group; a changed version is a changed
  # application, which restarts and reads the file again.
  file_versions   = { for option, object in aws_s3_object.job_file : option => object.version_id }
  property_groups = merge(local.setting_groups, length(var.job_files) == 0 ? {} : { (local.job.fileVersionsGroup) = local.file_versions })

  # The earliest day that the job accepts is the first one that projection computes.
  first_event_year = substr(lookup(var.job_settings, "time.min", local.job.timeMin), 0, 4)
}

# One key for each setting, for the same reason as the jar: a changed file is a new version, and the
# file before stays.
resource "aws_s3_object" "job_file" {
  for_each = var.job_files

  bucket      = local.bucket_names.artifacts
  key         = "config/${each.key}/${basename(each.value)}"
  source      = each.value
  source_hash = filesha256(each.value)
  tags        = local.tags

  depends_on = [
    aws_s3_bucket_policy.bucket,
    aws_s3_bucket_server_side_encryption_configuration.bucket,
    aws_s3_bucket_versioning.bucket,
  ]
}
