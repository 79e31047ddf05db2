# Invalid values that the validations refuse before anything is created.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"
}

run "names_invalid_for_buckets" {
  command = plan

  variables {
    environment = "my test"
    tags        = { environment = "mine" }
  }

  expect_failures = [var.environment, var.tags]
}

run "names_too_long" {
  command = plan

  variables {
    name = "clickstream-of-the-shop"
  }

  expect_failures = [var.environment]
}

run "environment_in_capitals" {
  command = plan

  variables {
    environment = "Test"
  }

  expect_failures = [var.environment]
}

run "invalid_streams" {
  command = plan

  variables {
    stream_mode                = "SERVERLESS"
    stream_shards              = 0
    stream_retention_hours     = -1
    stream_shard_level_metrics = ["Latency"]
    archive_buffer_mib         = 0
    archive_buffer_seconds     = 10
  }

  expect_failures = [var.stream_mode, var.stream_shards, var.stream_retention_hours, var.stream_shard_level_metrics, var.archive_buffer_mib, var.archive_buffer_seconds]
}

run "fractional_shards_and_name_in_capitals" {
  command = plan

  variables {
    stream_shards = 1.5
    name          = "Clickstream"
  }

  expect_failures = [var.stream_shards, var.name]
}

run "retentions_that_would_lose_data" {
  command = plan

  variables {
    raw_retention_days       = -1
    rejected_retention_days  = 7
    events_tiering_days      = 30
    events_retention_days    = 30
    snapshot_retention_days  = 0
    results_retention_days   = -1
    log_retention_days       = 42
    kms_deletion_window_days = 1
  }

  expect_failures = [var.raw_retention_days, var.rejected_retention_days, var.events_retention_days, var.snapshot_retention_days, var.results_retention_days, var.log_retention_days, var.kms_deletion_window_days]
}

run "negative_tiering_age_and_vpc_without_subnets" {
  command = plan

  variables {
    events_tiering_days = -1
    vpc                 = { vpc_id = "vpc-0123456789abcdef0", subnet_ids = [] }
  }

  expect_failures = [var.events_tiering_days, var.vpc]
}

run "invalid_jobs" {
  command = plan

  variables {
    job_settings                = { "roll.intervall" = "1 h" }
    job_files                   = { "roll.interval" = "tests/fixtures/mapping.yaml" }
    privacy_hash_key_secret_arn = "hash-key"
    parallelism                 = 0
    parallelism_per_kpu         = 9
    checkpoint_interval_seconds = 1
    log_level                   = "LOUD"
    metrics_level               = "ALL"
    vpc_endpoints               = true
  }

  expect_failures = [var.job_settings, var.job_files, var.privacy_hash_key_secret_arn, var.parallelism, var.parallelism_per_kpu, var.checkpoint_interval_seconds, var.log_level, var.metrics_level, var.vpc_endpoints]
}

run "secret_in_job_settings" {
  command = plan

  variables {
    job_settings = { "privacy.hash-key" = "0123456789abcdef" }
    job_files    = { "parse.mapping" = "tests/fixtures/absent.yaml" }
  }

  expect_failures = [var.job_settings, var.job_files]
}

run "empty_job_setting" {
  command = plan

  variables {
    job_settings = { "enrich.chain" = "" }
  }

  expect_failures = [var.job_settings]
}

run "invalid_catalogs_and_queries" {
  command = plan

  variables {
    catalog_mode                  = "manual"
    crawl_schedule                = "rate(1 hour)"
    raw_crawl_schedule            = "daily"
    nightly_crawl_schedule        = "at night"
    projection_first_arrival_year = 26
    athena_bytes_scanned_limit    = 1000
    ledger_check_schedule         = "hourly"
    nightly_ledger_check_schedule = "nightly"
  }

  expect_failures = [
    var.catalog_mode, var.crawl_schedule, var.raw_crawl_schedule, var.nightly_crawl_schedule, var.projection_first_arrival_year,
    var.athena_bytes_scanned_limit, var.ledger_check_schedule, var.nightly_ledger_check_schedule,
  ]
}

run "invalid_alarms_and_budget" {
  command = plan

  variables {
    alarm_emails           = ["on-call"]
    archive_buffer_seconds = 900
    alarm_thresholds       = { archive_age_minutes = 10 }
    monthly_budget_usd     = 0
  }

  expect_failures = [var.alarm_emails, var.alarm_thresholds, var.monthly_budget_usd]
}
