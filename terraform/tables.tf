# The tables of the lake, from the property "table" of their Avro contracts. Everything that exists per table follows from
# local.tables: Glue table and columns, partition projection, crawler targets, lifecycle rules, the S3 prefixes in the
# policies of job, crawler, analysts, operators and ledger check, and Lake Formation grants.
#
# name        name of the Glue table
# zone        bucket: processed (written by the job) or raw (written by Firehose, closed to analysts)
# prefix      S3 prefix of its files, with a slash at the end
# format      parquet or json-lines
# partitions  by: day or hour; of: the time that decides the partition
# retention   tierDays: age at which files move to Intelligent-Tiering; expireDays: age at which they expire; null: never
# readers     who may query it: analyst, operator, ledger-check

locals {
  # Variables that override the retention of a contract, and the names that the lifecycle rules of these tables have had
  # from the beginning. A table without an entry has the retention of its contract.
  retention_overrides = {
    click_events    = { rule = "tier-events", tierDays = var.events_tiering_days, expireDays = var.events_retention_days }
    raw_events      = { rule = "expire-raw", expireDays = var.raw_retention_days }
    rejected_events = { rule = "expire-rejected", expireDays = var.rejected_retention_days }
  }

  tables = {
    for table, contract in local.contracts : table => {
      zone           = contract.table.zone
      prefix         = contract.table.prefix
      location       = "s3://${local.bucket_names[contract.table.zone]}/${contract.table.prefix}"
      files_arn      = "${local.bucket_arns[contract.table.zone]}/${contract.table.prefix}*"
      format         = contract.table.format
      keys           = local.partition_keys[contract.table.partitions.by]
      years          = contract.table.partitions.of == "event_time" ? local.event_years : local.arrival_years
      readers        = contract.table.readers
      lifecycle_rule = try(local.retention_overrides[table].rule, "expire-${replace(table, "_", "-")}")
      tier_days      = try(coalesce(try(local.retention_overrides[table].tierDays, null), try(contract.table.retention.tierDays, null)), null)
      expire_days    = try(coalesce(try(local.retention_overrides[table].expireDays, null), try(contract.table.retention.expireDays, null)), null)
    }
  }

  # Tables per zone, and those that the job writes.
  zone_tables = {
    for zone in ["processed", "raw"] : zone => [for table, definition in local.tables : table if definition.zone == zone]
  }
  job_tables = local.zone_tables.processed

  # Tables per reader.
  reader_tables = {
    for reader in ["analyst", "operator", "ledger-check"] : reader => [for table, definition in local.tables : table if contains(definition.readers, reader)]
  }
  reader_bucket_arns = {
    for reader, tables in local.reader_tables : reader => [for zone in distinct([for table in tables : local.tables[table].zone]) : local.bucket_arns[zone]]
  }

  # The keys are strings, as in the folder names, so that Athena can prune partitions by name.
  day_keys = [
    { name = "year", comment = "Four digits, UTC" },
    { name = "month", comment = "01 to 12, UTC" },
    { name = "day", comment = "01 to 31, UTC" },
  ]
  partition_keys = {
    day  = local.day_keys
    hour = concat(local.day_keys, [{ name = "hour", comment = "00 to 23, UTC" }])
  }

  # Years that can hold data.
  event_years   = "${local.first_event_year},${local.last_event_year}"
  arrival_years = "${var.projection_first_arrival_year},NOW"

  table_problems = flatten([
    for table, contract in local.contracts : concat(
      [for reader in setsubtract(contract.table.readers, keys(local.reader_tables)) : "${table} names the reader '${reader}': use analyst, operator or ledger-check"],
      endswith(contract.table.prefix, "/") ? [] : ["${table} has the prefix '${contract.table.prefix}': add a slash at its end"],
      contract.table.zone == "raw" && contains(contract.table.readers, "analyst") ? ["${table} is in the zone raw, which is closed to analysts: remove the reader analyst"] : [],
      try(local.tables[table].expire_days <= local.tables[table].tier_days, false) ? ["${table} expires after ${local.tables[table].expire_days} days, before it moves to Intelligent-Tiering: raise expireDays above tierDays (${local.tables[table].tier_days})"] : [],
      contains(contract.table.readers, "ledger-check") && try(local.tables[table].expire_days < 8, false) ? ["${table} expires after ${local.tables[table].expire_days} days: use 8 or more, since the ledger check counts the rows of the last seven days"] : [],
    )
  ])
}
