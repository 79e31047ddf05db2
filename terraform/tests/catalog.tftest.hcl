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

  assert {
    condition     = toset(keys(aws_glue_catalog_table.table)) == toset(["click_events", "rejected_events", "ledger", "raw_events"])
    error_message = "There are not exactly the four tables."
  }

  # Names and order straight from the contracts.
  assert {
    condition = alltrue([
      for table, contract in {
        click_events    = "../flink-app/src/main/avro/click_event.avsc"
        rejected_events = "../flink-app/src/main/avro/rejected_event.avsc"
        ledger          = "../flink-app/src/main/avro/ledger_entry.avsc"
        raw_events      = "../athena/contracts/raw_event.avsc"
        } : (
        jsonencode([for column in aws_glue_catalog_table.table[table].storage_descriptor[0].columns : [column.name, column.comment]])
        == jsonencode([for field in jsondecode(file(contract)).fields : [field.name, field.doc]])
      )
    ])
    error_message = "A table has other columns than its contract."
  }

  # Types as the module athena derives them, in Java, from the same contracts.
  assert {
    condition = alltrue([
      for table, ddl in {
        click_events    = "../athena/ddl/10_click_events.sql"
        rejected_events = "../athena/ddl/20_rejected_events.sql"
        ledger          = "../athena/ddl/30_ledger.sql"
        } : (
        jsonencode(concat(
          [for column in aws_glue_catalog_table.table[table].storage_descriptor[0].columns : [column.name, column.type]],
          [for key in aws_glue_catalog_table.table[table].partition_keys : [key.name, key.type]],
        )) == jsonencode(regexall("(?m)^  `(\\w+)` (\\S+) COMMENT", file(ddl)))
      )
    ])
    error_message = "A table has other columns, types or partition keys than its DDL in athena/ddl."
  }

  assert {
    condition = (
      [for column in aws_glue_catalog_table.table["click_events"].storage_descriptor[0].columns : column.type if contains(["event_time", "price", "quantity", "items", "properties", "quality_flags", "is_bot"], column.name)]
      == ["timestamp", "decimal(18,4)", "int", "array<struct<product_id:string,price:decimal(18,4),quantity:int>>", "map<string,string>", "boolean", "array<string>"]
    )
    error_message = "A type of the contract became a wrong type of Hive."
  }

  assert {
    condition = { for name, table in aws_glue_catalog_table.table : name => table.storage_descriptor[0].location } == {
      click_events    = "s3://clickstream-test-processed-111122223333-eu-central-1/click_events/"
      rejected_events = "s3://clickstream-test-processed-111122223333-eu-central-1/rejected_events/"
      ledger          = "s3://clickstream-test-processed-111122223333-eu-central-1/ledger/"
      raw_events      = "s3://clickstream-test-raw-111122223333-eu-central-1/raw/"
    }
    error_message = "A table does not lie where it is written."
  }

  assert {
    condition     = aws_glue_catalog_table.table["raw_events"].partition_keys[*].name == tolist(["year", "month", "day", "hour"])
    error_message = "raw_events has other partition keys than the archive's folders."
  }

  assert {
    condition     = length(aws_glue_data_quality_ruleset.click_events) == 0
    error_message = "A data quality ruleset was made though nobody asked for it."
  }
}

run "crawler" {
  command = apply

  assert {
    condition = jsonencode({ for bucket, crawler in aws_glue_crawler.files : bucket => sort(crawler.catalog_target[0].tables) }) == jsonencode({
      processed = ["click_events", "ledger", "rejected_events"]
      raw       = ["raw_events"]
    })
    error_message = "The crawlers do not crawl the catalog's tables, a bucket each."
  }

  assert {
    condition     = alltrue([for crawler in aws_glue_crawler.files : crawler.recrawl_policy[0].recrawl_behavior == "CRAWL_EVENT_MODE" && length(crawler.s3_target) == 0])
    error_message = "A crawler does not work from S3 events, or guesses tables from folders."
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
    condition     = aws_glue_crawler.nightly[0].recrawl_policy[0].recrawl_behavior == "CRAWL_EVERYTHING" && length(aws_glue_crawler.nightly[0].catalog_target[0].tables) == 4
    error_message = "The nightly crawl does not list everything."
  }

  assert {
    condition = jsonencode({ for bucket, notification in aws_s3_bucket_notification.files : bucket => sort(notification.queue[*].filter_prefix) }) == jsonencode({
      processed = ["click_events/", "ledger/", "rejected_events/"]
      raw       = ["raw/"]
    })
    error_message = "Other folders than the tables' send file events."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.files : queue.sqs_managed_sse_enabled && jsondecode(queue.redrive_policy).maxReceiveCount == 5])
    error_message = "A queue is not encrypted, or gives nothing up."
  }

  assert {
    condition     = alltrue([for table in aws_glue_catalog_table.table : !contains(keys(table.parameters), "projection.enabled")])
    error_message = "Partitions are projected though crawlers add them: Athena would not look at theirs."
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
    error_message = "Crawlers or their queues are made though Athena projects the partitions."
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
    error_message = "click_events is not projected over the days of which the job accepts events, and no more."
  }

  assert {
    condition     = aws_glue_catalog_table.table["rejected_events"].parameters["projection.year.range"] == "2026,NOW"
    error_message = "rejected_events is not projected from the first year of arrival until now."
  }

  assert {
    condition     = endswith(aws_glue_catalog_table.table["raw_events"].parameters["storage.location.template"], "/raw/year=$${year}/month=$${month}/day=$${day}/hour=$${hour}/")
    error_message = "raw_events is not projected by the hour."
  }

  assert {
    condition     = strcontains(aws_glue_data_quality_ruleset.click_events[0].ruleset, "IsComplete \"event_id\"") && !strcontains(aws_glue_data_quality_ruleset.click_events[0].ruleset, "IsComplete \"user_id\"")
    error_message = "The ruleset does not ask for the required columns alone."
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
    error_message = "A workgroup's settings can be left out, or its results are not encrypted, or its queries not bounded."
  }

  assert {
    condition     = toset(keys(aws_athena_named_query.view)) == toset([for file in fileset("../athena/views", "*.sql") : trimsuffix(file, ".sql")]) && length(aws_athena_named_query.view) > 0
    error_message = "Not every view of athena/views is saved."
  }

  assert {
    condition     = toset(keys(aws_athena_named_query.query)) == toset([for file in fileset("../athena/queries", "*.sql") : trimsuffix(file, ".sql")]) && length(aws_athena_named_query.query) > 0
    error_message = "Not every query of athena/queries is saved."
  }

  assert {
    condition     = alltrue([for name, query in aws_athena_named_query.query : query.query == file("../athena/queries/${name}.sql")])
    error_message = "A saved query has another text than its file."
  }

  assert {
    condition = alltrue([
      for check, query in { hourly = "ledger_imbalance_recent", nightly = "ledger_imbalance" } :
      strcontains(jsondecode(aws_scheduler_schedule.ledger_check[check].target[0].input).QueryString, trimspace(file("../athena/queries/${query}.sql")))
    ])
    error_message = "A ledger check does not run the saved query of its name."
  }

  # Each table that a query reads every hour has a condition on all three keys.
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
    error_message = "The ledger check runs in another workgroup than the alarm watches."
  }

  assert {
    condition     = length(aws_quicksight_data_source.athena) == 0
    error_message = "A QuickSight data source was made though nobody asked for it."
  }
}

run "projection_by_default" {
  command = plan

  variables {
    catalog_mode                  = "projection"
    projection_first_arrival_year = 2026
  }

  # Events of 366 days before the first arrival: those of 2024 begin on its last day.
  assert {
    condition     = aws_glue_catalog_table.table["click_events"].parameters["projection.year.range"] == "2024,NOW+1DAYS"
    error_message = "click_events is projected over years of which the job accepts no event, or not over all of which it does."
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
    error_message = "The hourly check reads two days, although events in time lie in four: it would report a false imbalance."
  }

  assert {
    condition     = aws_glue_catalog_table.table["click_events"].parameters["projection.year.range"] == "2025,NOW+2DAYS"
    error_message = "The projected years do not follow time.max-age and time.max-future."
  }
}
