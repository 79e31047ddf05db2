# The job's property group: names as in JobOptions of flink-app, from job_contract.json.

locals {
  # What the infrastructure knows. A setting of one's own wins, as with source.initial-position.
  known_settings = {
    "job.name"      = local.prefix
    "source.stream" = local.prefix
    "source.region" = local.region
    "sink.path"     = "s3://${local.bucket_names.processed}"
    "sink.type"     = "ROLLING"
  }

  file_settings = {
    for option, object in aws_s3_object.job_file : option => "s3://${local.bucket_names.artifacts}/${object.key}"
  }

  # Whether there is a key is no secret: otherwise the plan would hide all settings.
  secret_settings = nonsensitive(var.privacy_hash_key == null) ? {} : { "privacy.hash-key" = var.privacy_hash_key }

  job_settings = merge(local.known_settings, var.job_settings, local.file_settings, local.secret_settings)

  # The earliest day that the job accepts is the first one that projection computes.
  first_event_year = substr(lookup(var.job_settings, "time.min", local.job.timeMin), 0, 4)
}

# The content's hash is part of the key: a changed file is a changed setting, and the job restarts with it.
resource "aws_s3_object" "job_file" {
  for_each = var.job_files

  bucket      = aws_s3_bucket.bucket["artifacts"].id
  key         = "config/${each.key}/${substr(filesha256(each.value), 0, 16)}-${basename(each.value)}"
  source      = each.value
  source_hash = filesha256(each.value)
  tags        = local.tags
}
