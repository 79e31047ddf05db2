# Existing resources: stream, key, buckets; producers and analysts of other accounts; Lake Formation.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment = "test"
  job_jar     = "tests/fixtures/job.jar"
}

run "existing_stream_key_and_buckets" {
  command = plan

  variables {
    existing_stream_arn  = "arn:aws:kinesis:eu-central-1:111122223333:stream/clicks_of_the_shop"
    existing_kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
    existing_buckets     = { raw = "shop-raw", processed = "shop-lake", results = "shop-results", artifacts = "shop-artifacts" }
    catalog_mode         = "projection"
  }

  assert {
    condition     = length(aws_kinesis_stream.events) == 0 && keys(aws_kms_key.key) == ["operations"] && length(aws_s3_bucket.bucket) == 0
    error_message = "The module creates a stream, key or bucket that exists already."
  }

  assert {
    condition     = length(aws_s3_bucket_policy.bucket) + length(aws_s3_bucket_lifecycle_configuration.bucket) + length(aws_s3_bucket_versioning.bucket) == 0
    error_message = "The module changes an existing bucket."
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [
          for resource in flatten([statement.Resource]) :
          (strcontains(resource, ":s3:::") ? can(regex(":::shop-", resource)) : true)
          && (strcontains(resource, ":kinesis:") ? strcontains(resource, ":stream/clicks_of_the_shop") : true)
          && (strcontains(resource, ":kms:") ? endswith(resource, "555555555555") : true)
        ]
      ]
    ]))
    error_message = "A policy names a bucket, stream or key that the module does not create."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive[0].kinesis_source_configuration[0].kinesis_stream_arn == var.existing_stream_arn && output.stream_name == "clicks_of_the_shop"
    error_message = "The archive does not read the existing stream."
  }

  assert {
    condition     = aws_glue_catalog_table.table["click_events"].storage_descriptor[0].location == "s3://shop-lake/click_events/"
    error_message = "A table is not in the bucket that the job writes to."
  }
}

run "invalid_switches" {
  command = plan

  variables {
    existing_kms_key_arn         = "alias/shop"
    existing_buckets             = { raw = "shop-raw" }
    analyst_principal_arns       = ["everyone"]
    max_kpus                     = 1
    parallelism                  = 2
    privacy_hash_key_kms_key_arn = "alias/shop"
    force_destroy                = true
  }

  expect_failures = [
    var.existing_kms_key_arn, var.existing_buckets, var.analyst_principal_arns, var.max_kpus,
    var.privacy_hash_key_kms_key_arn, var.force_destroy,
  ]
}

run "invalid_stream" {
  command = plan

  variables {
    existing_stream_arn  = "clicks"
    existing_kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  }

  expect_failures = [var.existing_stream_arn]
}

run "stream_without_its_key" {
  command = plan

  variables {
    existing_stream_arn = "arn:aws:kinesis:eu-central-1:111122223333:stream/clicks"
  }

  expect_failures = [var.existing_stream_arn]
}

run "invalid_producers" {
  command = plan

  variables {
    producer_principal_arns = ["111122223333"]
  }

  expect_failures = [var.producer_principal_arns]
}

run "an_artifacts_bucket_without_versions" {
  command = plan

  variables {
    existing_buckets = { artifacts = "shop-artifacts" }
  }

  override_resource {
    target          = aws_s3_object.jar
    override_during = plan
    values          = { version_id = "" }
  }

  expect_failures = [aws_s3_object.jar]
}

run "producers_and_analysts_of_other_accounts" {
  command = plan

  variables {
    producer_principal_arns = ["arn:aws:iam::444455556666:role/shop", "arn:aws:iam::111122223333:role/own"]
    analyst_principal_arns  = ["arn:aws:iam::444455556666:root"]
  }

  # A producer of this account uses the policy `producer`.
  assert {
    condition     = jsondecode(aws_kinesis_resource_policy.producers[0].policy).Statement[0].Principal.AWS == ["arn:aws:iam::444455556666:role/shop"]
    error_message = "The stream does not allow exactly the producers of other accounts."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_kms_key.key["data"].policy).Statement : [statement.Principal.AWS, statement.Action, statement.Condition.StringEquals["kms:ViaService"]]
      if statement.Sid == "EncryptEventsOfOtherAccounts"
    ] == [[["arn:aws:iam::444455556666:role/shop"], ["kms:GenerateDataKey"], "kinesis.eu-central-1.amazonaws.com"]]
    error_message = "A producer of another account cannot encrypt events, or can do more with the key."
  }

  assert {
    condition     = jsondecode(aws_iam_role.analyst[0].assume_role_policy).Statement[0].Principal.AWS == ["arn:aws:iam::444455556666:root"]
    error_message = "Analysts of another account cannot assume the role."
  }
}

run "lake_formation" {
  command = plan

  variables {
    lake_formation         = true
    analyst_principal_arns = ["arn:aws:iam::444455556666:root"]
  }

  assert {
    condition     = toset([for key in keys(aws_lakeformation_permissions.table) : key if startswith(key, "analyst/")]) == toset([for table, contract in local.contracts : "analyst/${table}" if contains(contract.table.readers, "analyst")])
    error_message = "The grants of analysts differ from the tables with the reader analyst."
  }

  assert {
    condition     = toset(keys(aws_lakeformation_permissions.database)) == toset(["analyst", "crawler", "ledger-check"])
    error_message = "A reader of the catalog has no permission on the database."
  }
}

run "defaults_without_switches" {
  command = plan

  assert {
    condition     = length(aws_kinesis_resource_policy.producers) + length(aws_iam_role.analyst) + length(aws_lakeformation_permissions.table) == 0
    error_message = "Optional resources are created by default."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.kpus[0].threshold == 16
    error_message = "No alarm fires when autoscaling exceeds the maximum."
  }
}
