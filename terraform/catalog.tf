# The catalog is a contract: tables have the columns of the Avro contracts, and nothing that runs later may change one.

locals {
  formats = {
    parquet = {
      input      = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
      output     = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
      serde      = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      properties = { "serialization.format" = "1" }
      parameters = { "classification" = "parquet", "parquet.compression" = "ZSTD" }
    }
    # One column holds the whole line, whatever the producer sent. The SerDe splits at control character 1, which no JSON
    # text contains.
    json-lines = {
      input      = "org.apache.hadoop.mapred.TextInputFormat"
      output     = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
      serde      = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
      properties = { "serialization.format" = "1" }
      parameters = { "classification" = "json", "compressionType" = "gzip" }
    }
  }

  # How Athena computes the partitions. year is a date, so that the end of the range advances with time. For a query without
  # a condition on the day, Athena lists 372 folders per year of the range, so the range holds only years that can exist.
  key_projections = {
    year  = { type = "date", format = "yyyy", interval = "1", "interval.unit" = "YEARS" }
    month = { type = "integer", range = "1,12", digits = "2" }
    day   = { type = "integer", range = "1,31", digits = "2" }
    hour  = { type = "integer", range = "0,23", digits = "2" }
  }
  projections = {
    for table, definition in local.tables : table => merge(
      {
        "projection.enabled"        = "true"
        "projection.year.range"     = definition.years
        "storage.location.template" = "${definition.location}${join("/", [for key in definition.keys : "${key.name}=$${${key.name}}"])}/"
      },
      [
        for key in definition.keys : {
          for property, value in local.key_projections[key.name] : "projection.${key.name}.${property}" => value
        }
      ]...
    )
  }
}

resource "aws_glue_catalog_database" "clickstream" {
  name        = local.database_name
  description = "${local.prefix}: clickstream events, what was rejected, and the ledger"
  tags        = local.tags
}

# The type that each custom column had first. Files with that type exist, so another one would make them unreadable.
resource "terraform_data" "custom_column" {
  for_each = { for column in local.custom_columns : column.name => column.type... }

  input = each.value[0]

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_glue_catalog_table" "table" {
  for_each = local.tables

  database_name = aws_glue_catalog_database.clickstream.name
  name          = each.key
  description   = local.contracts[each.key].doc
  table_type    = "EXTERNAL_TABLE"

  parameters = merge(
    { EXTERNAL = "TRUE" },
    local.formats[each.value.format].parameters,
    var.catalog_mode == "projection" ? local.projections[each.key] : {},
  )

  storage_descriptor {
    location      = each.value.location
    input_format  = local.formats[each.value.format].input
    output_format = local.formats[each.value.format].output

    ser_de_info {
      serialization_library = local.formats[each.value.format].serde
      parameters            = local.formats[each.value.format].properties
    }

    dynamic "columns" {
      for_each = local.columns[each.key]

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }

  dynamic "partition_keys" {
    for_each = each.value.keys

    content {
      name    = partition_keys.value.name
      type    = "string"
      comment = partition_keys.value.comment
    }
  }

  lifecycle {
    # A crawler records its runs in these parameters.
    ignore_changes = [
      parameters["CRAWL_RUN_ID"],
      parameters["CrawlerSchemaDeserializerVersion"],
      parameters["CrawlerSchemaSerializerVersion"],
      parameters["UPDATED_BY_CRAWLER"],
      parameters["averageRecordSize"],
      parameters["objectCount"],
      parameters["partition_filtering.enabled"],
      parameters["recordCount"],
      parameters["sizeKey"],
      parameters["typeOfData"],
    ]

    precondition {
      condition     = length(local.unknown_types) == 0
      error_message = "The contract has types that contract.tf cannot convert to Hive types: ${join(", ", local.unknown_types)}. Add a rule there and to HiveTypes of the module athena."
    }

    precondition {
      condition     = each.key != "click_events" || length(local.wrong_custom_columns) == 0
      error_message = "${join(", ", local.wrong_custom_columns)} of the mapping has no valid name or type: use lower case letters, digits and underscores, and one of string, boolean, int, bigint, double, timestamp, decimal(precision,scale)."
    }

    precondition {
      condition     = each.key != "click_events" || length(local.repeated_custom_columns) == 0
      error_message = "custom_columns of the mapping repeats ${join(", ", local.repeated_custom_columns)}, which another column or a partition key has. Choose other names."
    }

    precondition {
      condition     = each.key != "click_events" || alltrue([for column in local.custom_columns : terraform_data.custom_column[column.name].output == column.type])
      error_message = "The mapping changes the type of a custom column: ${join(", ", [for column in local.custom_columns : "${column.name} from ${terraform_data.custom_column[column.name].output} to ${column.type}" if terraform_data.custom_column[column.name].output != column.type])}. Existing files have the old type. Keep it, and add a column with another name for the new one."
    }

    precondition {
      condition     = length(local.table_problems) == 0
      error_message = "The property \"table\" of an Avro contract is invalid: ${join("; ", local.table_problems)}."
    }
  }
}

resource "aws_glue_data_quality_ruleset" "click_events" {
  count = var.data_quality_ruleset ? 1 : 0

  name        = "${local.prefix}-click-events"
  description = "What the contract promises about every row of click_events"

  # Required columns are those whose type is not a union.
  ruleset = format("Rules = [\n  RowCount > 0,\n%s\n]", join(",\n", [
    for field in local.contracts.click_events.fields : "  IsComplete \"${field.name}\"" if can(field.type[1]) == false
  ]))

  target_table {
    database_name = aws_glue_catalog_database.clickstream.name
    table_name    = aws_glue_catalog_table.table["click_events"].name
  }

  tags = local.tags
}
