# Tables, partitions, queries.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"
}

run "tables" {
  command = plan

  # Of each contract, not only of those with the property "table".
  assert {
    condition     = length(aws_glue_catalog_table.table) == length(setunion(fileset("..", "flink-app/src/main/avro/*.avsc"), fileset("..", "athena/contracts/*.avsc")))
    error_message = "A contract in flink-app/src/main/avro or athena/contracts has no table."
  }

  # Names and order straight from the contracts.
  assert {
    condition = alltrue([
      for contract in [for file in setunion(fileset("..", "flink-app/src/main/avro/*.avsc"), fileset("..", "athena/contracts/*.avsc")) : jsondecode(file("../${file}"))] : (
        jsonencode([for column in aws_glue_catalog_table.table[contract.table.name].storage_descriptor[0].columns : [column.name, column.comment]])
        == jsonencode([for field in contract.fields : [field.name, field.doc]])
      )
    ])
    error_message = "The columns of a table differ from its contract."
  }

  # Types as the module athena derives them, in Java, from the same contracts.
  assert {
    condition = alltrue([
      for name, table in aws_glue_catalog_table.table : (
        jsonencode(concat(
          [for column in table.storage_descriptor[0].columns : [column.name, column.type]],
          [for key in table.partition_keys : [key.name, key.type]],
        )) == jsonencode(regexall("(?m)^  `(\\w+)` (\\S+) COMMENT", file("../athena/ddl/${name}.sql")))
      )
    ])
    error_message = "Columns, types or partition keys of a table differ from its DDL in athena/ddl."
  }

  assert {
    condition = (
      [for column in aws_glue_catalog_table.table["click_events"].storage_descriptor[0].columns : column.type if contains(["event_time", "price", "quantity", "items", "properties", "quality_flags", "is_bot"], column.name)]
      == ["timestamp", "decimal(18,4)", "int", "array<struct<product_id:string,price:decimal(18,4),quantity:int,product_name:string,category:string,brand:string,discount:decimal(18,4),coupon:string>>", "map<string,string>", "boolean", "array<string>"]
    )
    error_message = "A type of the contract was converted to a wrong Hive type."
  }

  # The tables that other parts of the module rely on.
  assert {
    condition = { for name, table in aws_glue_catalog_table.table : name => table.storage_descriptor[0].location if contains(["click_events", "rejected_events", "ledger", "raw_events"], name) } == {
      click_events    = "s3://clickstream-test-processed-111122223333-eu-central-1/click_events/"
      rejected_events = "s3://clickstream-test-processed-111122223333-eu-central-1/rejected_events/"
      ledger          = "s3://clickstream-test-processed-111122223333-eu-central-1/ledger/"
      raw_events      = "s3://clickstream-test-raw-111122223333-eu-central-1/raw/"
    }
    error_message = "The location of a table differs from the prefix to which it is written."
  }

  assert {
    condition     = aws_glue_catalog_table.table["raw_events"].partition_keys[*].name == tolist(["year", "month", "day", "hour"])
    error_message = "The partition keys of raw_events differ from the folders of the archive."
  }

  assert {
    condition     = length(aws_glue_data_quality_ruleset.click_events) == 0
    error_message = "A data quality ruleset is created by default."
  }
}

run "crawler" {
  command = apply

  assert {
    condition = alltrue([
      for name, table in aws_glue_catalog_table.table :
      [for bucket, crawler in aws_glue_crawler.files : bucket if contains(crawler.catalog_target[0].tables, name)] == [strcontains(table.storage_descriptor[0].location, "-raw-") ? "raw" : "processed"]
    ])
    error_message = "A table is not crawled by exactly the crawler of its bucket."
  }

  assert {
    condition     = alltrue([for crawler in aws_glue_crawler.files : crawler.recrawl_policy[0].recrawl_behavior == "CRAWL_EVENT_MODE" && length(crawler.s3_target) == 0])
    error_message = "A crawler does not use S3 events, or infers tables from folders."
  }

  assert {
    condition     = alltrue([for bucket, crawler in aws_glue_crawler.files : crawler.catalog_target[0].event_queue_arn == aws_sqs_queue.files[bucket].arn && crawler.catalog_target[0].dlq_event_queue_arn == aws_sqs_queue.dead_letters.arn])
    error_message = "A crawler does not read the queue of its bucket."
  }

  assert {
    condition = alltrue([
      for crawler in concat(values(aws_glue_crawler.files), aws_glue_crawler.nightly) :
      crawler.schema_change_policy[0].update_behavior == "LOG" && crawler.schema_change_policy[0].delete_behavior == "LOG"
      && jsondecode(crawler.configuration).CrawlerOutput.Partitions.AddOrUpdateBehavior == "InheritFromTable"
    ])
    error_message = "A crawler may change a table's columns."
  }

  assert {
    condition     = aws_glue_crawler.nightly[0].recrawl_policy[0].recrawl_behavior == "CRAWL_EVERYTHING" && toset(aws_glue_crawler.nightly[0].catalog_target[0].tables) == toset(keys(aws_glue_catalog_table.table))
    error_message = "The nightly crawl does not list everything."
  }

  assert {
    condition = toset(flatten([for bucket, notification in aws_s3_bucket_notification.files : [for prefix in notification.queue[*].filter_prefix : "s3://${aws_s3_bucket.bucket[bucket].bucket}/${prefix}"]])) == toset([
      for table in aws_glue_catalog_table.table : table.storage_descriptor[0].location
    ])
    error_message = "The prefixes with file events differ from the locations of the tables."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.files : queue.sqs_managed_sse_enabled && jsondecode(queue.redrive_policy).maxReceiveCount == 5])
    error_message = "A queue is not encrypted, or has no dead-letter queue."
  }

  assert {
    condition     = alltrue([for table in aws_glue_catalog_table.table : !contains(keys(table.parameters), "projection.enabled")])
    error_message = "Partitions are projected although crawlers add them: Athena would ignore those of the crawlers."
  }
}

run "projection" {
  command = plan

  variables {
    catalog_mode                  = "projection"
    projection_first_arrival_year = 2026
    job_settings                  = { "time.min" = "2024-07-01T00:00:00Z" }
    data_quality_ruleset          = true
  }

  assert {
    condition     = length(aws_glue_crawler.files) == 0 && length(aws_glue_crawler.nightly) == 0 && length(aws_sqs_queue.files) == 0 && length(aws_s3_bucket_notification.files) == 0
    error_message = "Crawlers or their queues are created although Athena projects the partitions."
  }

  assert {
    condition = { for property, value in aws_glue_catalog_table.table["click_events"].parameters : property => value if startswith(property, "projection.") || property == "storage.location.template" } == {
      "projection.enabled"            = "true"
      "projection.year.type"          = "date"
      "projection.year.format"        = "yyyy"
      "projection.year.range"         = "2024,NOW+1DAYS"
      "projection.year.interval"      = "1"
      "projection.year.interval.unit" = "YEARS"
      "projection.month.type"         = "integer"
      "projection.month.range"        = "1,12"
      "projection.month.digits"       = "2"
      "projection.day.type"           = "integer"
      "projection.day.range"          = "1,31"
      "projection.day.digits"         = "2"
      "storage.location.template"     = "s3://clickstream-test-processed-111122223333-eu-central-1/click_events/year=$${year}/month=$${month}/day=$${day}/"
    }
    error_message = "The projection of click_events does not cover exactly the days for which the job accepts events."
  }

  assert {
    condition     = aws_glue_catalog_table.table["rejected_events"].parameters["projection.year.range"] == "2026,NOW"
    error_message = "rejected_events is not projected from the first year of arrival until now."
  }

  assert {
    condition     = endswith(aws_glue_catalog_table.table["raw_events"].parameters["storage.location.template"], "/raw/year=$${year}/month=$${month}/day=$${day}/hour=$${hour}/")
    error_message = "raw_events is not projected by hour."
  }

  assert {
    condition     = strcontains(aws_glue_data_quality_ruleset.click_events[0].ruleset, "IsComplete \"event_id\"") && !strcontains(aws_glue_data_quality_ruleset.click_events[0].ruleset, "IsComplete \"user_id\"")
    error_message = "The ruleset does not check exactly the required columns."
  }
}

run "athena" {
  command = apply

  assert {
    condition = alltrue([
      for workgroup in aws_athena_workgroup.workgroup :
      workgroup.configuration[0].enforce_workgroup_configuration
      && workgroup.configuration[0].publish_cloudwatch_metrics_enabled
      && workgroup.configuration[0].bytes_scanned_cutoff_per_query == 107374182400
      && workgroup.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS"
    ])
    error_message = "A workgroup's settings can be overridden, its results are not encrypted, or its queries have no scan limit."
  }

  assert {
    condition     = toset(keys(aws_athena_named_query.view)) == toset([for file in fileset("../athena/views", "*.sql") : trimsuffix(file, ".sql")]) && length(aws_athena_named_query.view) > 0
    error_message = "The saved views differ from those of athena/views."
  }

  assert {
    condition     = toset(keys(aws_athena_named_query.query)) == toset([for file in fileset("../athena/queries", "*.sql") : trimsuffix(file, ".sql")]) && length(aws_athena_named_query.query) > 0
    error_message = "The saved queries differ from those of athena/queries."
  }

  assert {
    condition     = alltrue([for name, query in aws_athena_named_query.query : query.query == file("../athena/queries/${name}.sql")])
    error_message = "The text of a saved query differs from its file."
  }

  assert {
    condition = alltrue([
      for check, query in { hourly = "ledger_imbalance_recent", nightly = "ledger_imbalance" } :
      strcontains(jsondecode(aws_scheduler_schedule.ledger_check[check].target[0].input).QueryString, trimspace(file("../athena/queries/${query}.sql")))
    ])
    error_message = "A ledger check does not run the saved query of its name."
  }

  # The hourly query must have a condition on all three keys for each table that it reads.
  assert {
    condition = alltrue(flatten([
      for table in ["ledger", "click_events", "rejected_events"] : [
        for key in ["year", "month", "day"] :
        strcontains(regex("(?s)FROM ${table}\n *(.*?)GROUP BY", jsondecode(aws_scheduler_schedule.ledger_check["hourly"].target[0].input).QueryString)[0], "${key} = ")
      ]
    ]))
    error_message = "The hourly check reads a table without a condition on its partitions."
  }

  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.ledger_check : jsondecode(schedule.target[0].input).WorkGroup == "clickstream-test-checks"])
    error_message = "The ledger check does not run in the workgroup that the alarm watches."
  }

  assert {
    condition     = length(aws_quicksight_data_source.athena) == 0
    error_message = "A QuickSight data source is created by default."
  }
}

run "projection_by_default" {
  command = plan

  variables {
    catalog_mode                  = "projection"
    projection_first_arrival_year = 2026
  }

  # Events up to 366 days before the first arrival are accepted, so the last day of 2024 counts.
  assert {
    condition     = aws_glue_catalog_table.table["click_events"].parameters["projection.year.range"] == "2024,NOW+1DAYS"
    error_message = "The projection of click_events does not cover exactly the years for which the job accepts events."
  }
}

run "settings_that_spread_events_in_time_over_more_than_two_days" {
  command = plan

  variables {
    catalog_mode                  = "projection"
    projection_first_arrival_year = 2026
    job_settings                  = { "late.after" = "3 days", "time.max-age" = "30 d", "time.max-future" = "30h" }
  }

  assert {
    condition     = strcontains(jsondecode(aws_scheduler_schedule.ledger_check["hourly"].target[0].input).QueryString, trimspace(file("../athena/queries/ledger_imbalance.sql")))
    error_message = "The hourly check reads two days, although events in time span four: it would report a false imbalance."
  }

  assert {
    condition     = aws_glue_catalog_table.table["click_events"].parameters["projection.year.range"] == "2025,NOW+2DAYS"
    error_message = "The projected years do not follow time.max-age and time.max-future."
  }
}

# Columns of a mapping are columns of the table, behind those of the contract and in the order of the mapping.
run "custom_columns" {
  variables {
    job_files = { "parse.mapping" = "tests/fixtures/custom_columns.yaml" }
  }

  assert {
    condition = jsonencode(slice(
      [for column in aws_glue_catalog_table.table["click_events"].storage_descriptor[0].columns : [column.name, column.type, column.comment]],
      length(local.contracts.click_events.fields),
      length(local.contracts.click_events.fields) + 2,
      )) == jsonencode([
      ["loyalty_tier", "string", "Tier of the customer"],
      ["basket", "decimal(12,2)", "Custom column of the mapping."],
    ])
    error_message = "The custom columns of the mapping are not the last columns of click_events."
  }

  assert {
    condition     = length([for column in aws_glue_catalog_table.table["ledger"].storage_descriptor[0].columns : column if column.name == "loyalty_tier"]) == 0
    error_message = "Another table has the custom columns."
  }

  assert {
    condition     = aws_s3_object.catalog_columns.content == join("\n", [for column in aws_glue_catalog_table.table["click_events"].storage_descriptor[0].columns : column.name])
    error_message = "The job does not get the columns of the table."
  }

  assert {
    condition     = local.property_groups["clickstream-lake"]["catalog.columns"] == "s3://${aws_s3_object.catalog_columns.bucket}/${aws_s3_object.catalog_columns.key}"
    error_message = "The job does not check the columns of the table."
  }
}

# In the state of the run before, loyalty_tier is a string.
run "custom_column_with_another_type" {
  command = plan

  variables {
    job_files = { "parse.mapping" = "tests/fixtures/retyped_columns.yaml" }
  }

  expect_failures = [aws_glue_catalog_table.table["click_events"]]
}

run "custom_column_without_a_valid_name_or_type" {
  command = plan

  variables {
    job_files = { "parse.mapping" = "tests/fixtures/wrong_columns.yaml" }
  }

  expect_failures = [aws_glue_catalog_table.table["click_events"]]
}

run "custom_column_with_the_name_of_another_column" {
  command = plan

  variables {
    job_files = { "parse.mapping" = "tests/fixtures/repeated_columns.yaml" }
  }

  expect_failures = [aws_glue_catalog_table.table["click_events"]]
}
