# The job's property groups: names as in JobOptions of flink-app, from job_contract.json.

locals {
  # Settings that follow from the infrastructure. job_settings overrides them.
  known_settings = merge(local.source_settings, {
    "job.name"      = local.prefix
    "source.region" = local.region
    "sink.path"     = "s3://${local.bucket_names.processed}"
    "sink.type"     = "ROLLING"
  })

  file_settings = {
    for option, object in aws_s3_object.job_file : option => "s3://${local.bucket_names.artifacts}/${object.key}"
  }

  # The job refuses to write a column that the table lacks: a jar of another version, or a mapping that only the job reads.
  catalog_settings = { "catalog.columns" = "s3://${local.bucket_names.artifacts}/${aws_s3_object.catalog_columns.key}" }

  # The ARN, never the key: state and DescribeApplication show every setting in plain text.
  secret_settings = var.privacy_hash_key_secret_arn == null ? {} : { "privacy.hash-key-secret" = var.privacy_hash_key_secret_arn }

  job_settings = merge(local.known_settings, local.catalog_settings, var.job_settings, local.file_settings, local.secret_settings)

  # A property group holds up to 50 entries; the job merges all groups whose ID has the same prefix.
  setting_chunks = chunklist(sort(keys(local.job_settings)), 50)
  setting_groups = {
    for index, names in local.setting_chunks :
    index == 0 ? local.job.propertyGroup : "${local.job.propertyGroup}-${index + 1}" => { for name in names : name => local.job_settings[name] }
  }

  # The versions of the uploaded files. The job ignores this group, but a changed version changes the application, so that
  # it restarts and reads the file again.
  file_versions   = { for option, object in aws_s3_object.job_file : option => object.version_id }
  property_groups = merge(local.setting_groups, length(var.job_files) == 0 ? {} : { (local.job.fileVersionsGroup) = local.file_versions })

  # Durations in Flink's syntax: "1 h", "90 min", "366 d".
  second_units = merge(
    { for unit in ["d", "day", "days"] : unit => 86400 },
    { for unit in ["h", "hour", "hours"] : unit => 3600 },
    { for unit in ["m", "min", "minute", "minutes"] : unit => 60 },
    { for unit in ["s", "sec", "second", "seconds"] : unit => 1 },
    { for unit in ["", "ms", "milli", "millis", "millisecond", "milliseconds"] : unit => 0.001 },
  )
  # Seconds per setting, from job_settings or the job's default. A value that cannot be parsed counts as a thousand years:
  # the job refuses it at its start, and until then no partition is left out.
  job_durations = {
    for option, seconds in local.job.durations : option => contains(keys(var.job_settings), option) ? try(
      ceil(tonumber(regex("^([0-9]+)", trimspace(var.job_settings[option]))[0]) * local.second_units[lower(regex("^[0-9]+ *([A-Za-z]*)$", trimspace(var.job_settings[option]))[0])]),
      31536000000,
    ) : seconds
  }

  # Years in which events can exist: the job accepts none before time.min, or more than time.max-age before the first arrival.
  earliest_event = try(
    timeadd("${var.projection_first_arrival_year}-01-01T00:00:00Z", "-${local.job_durations["time.max-age"]}s"),
    "0001-01-01T00:00:00Z",
  )
  first_event_year = format("%04d", max(
    try(tonumber(substr(lookup(var.job_settings, "time.min", local.job.timeMin), 0, 4)), 1),
    tonumber(substr(local.earliest_event, 0, 4)),
  ))
  # On New Year's Eve, an event up to time.max-future ahead can be in the next year.
  last_event_year = "NOW+${ceil(local.job_durations["time.max-future"] / 86400)}DAYS"
}

# A setting has at most 2,048 characters, and a hundred custom columns need more. The table is changed before the job.
resource "aws_s3_object" "catalog_columns" {
  bucket       = local.bucket_names.artifacts
  key          = "config/catalog.columns/click_events.txt"
  content      = join("\n", [for column in aws_glue_catalog_table.table["click_events"].storage_descriptor[0].columns : column.name])
  content_type = "text/plain"
  tags         = local.tags

  depends_on = [
    aws_s3_bucket_policy.bucket,
    aws_s3_bucket_server_side_encryption_configuration.bucket,
    aws_s3_bucket_versioning.bucket,
  ]
}

# One key per setting, for the same reason as for the jar: a changed file is a new version, and the previous one remains.
resource "aws_s3_object" "job_file" {
  for_each = var.job_files

  bucket      = local.bucket_names.artifacts
  key         = "config/${each.key}/${basename(each.value)}"
  source      = each.value
  source_hash = filesha256(each.value)
  tags        = local.tags

  # The mapping must not be live before the table has its columns.
  depends_on = [
    aws_s3_object.catalog_columns,
    aws_s3_bucket_policy.bucket,
    aws_s3_bucket_server_side_encryption_configuration.bucket,
    aws_s3_bucket_versioning.bucket,
  ]
}
