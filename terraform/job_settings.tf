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

  # Durations as Flink writes them: "1 h", "90 min", "366 d".
  second_units = merge(
    { for unit in ["d", "day", "days"] : unit => 86400 },
    { for unit in ["h", "hour", "hours"] : unit => 3600 },
    { for unit in ["m", "min", "minute", "minutes"] : unit => 60 },
    { for unit in ["s", "sec", "second", "seconds"] : unit => 1 },
    { for unit in ["", "ms", "milli", "millis", "millisecond", "milliseconds"] : unit => 0.001 },
  )
  # Seconds, of what somebody sets and else of the job's default. One that cannot be read counts as a thousand years:
  # the job refuses it at its start, and until then nothing is left out.
  job_durations = {
    for option, seconds in local.job.durations : option => contains(keys(var.job_settings), option) ? try(
      ceil(tonumber(regex("^([0-9]+)", trimspace(var.job_settings[option]))[0]) * local.second_units[lower(regex("^[0-9]+ *([A-Za-z]*)$", trimspace(var.job_settings[option]))[0])]),
      31536000000,
    ) : seconds
  }

  # Days of events that can exist: none is accepted before time.min, nor longer than time.max-age before the first arrival.
  earliest_event = try(
    timeadd("${var.projection_first_arrival_year}-01-01T00:00:00Z", "-${local.job_durations["time.max-age"]}s"),
    "0001-01-01T00:00:00Z",
  )
  first_event_year = format("%04d", max(
    try(tonumber(substr(lookup(var.job_settings, "time.min", local.job.timeMin), 0, 4)), 1),
    tonumber(substr(local.earliest_event, 0, 4)),
  ))
  # At New Year's Eve an event may lie time.max-future ahead, in a year that has not begun.
  last_event_year = "NOW+${ceil(local.job_durations["time.max-future"] / 86400)}DAYS"
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
