# Files as the source: the settings of the job, its permissions, and what exists only with a stream.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment  = "test"
  job_jar      = "tests/fixtures/job.jar"
  source_files = { bucket = "shop-incoming", prefix = "web/events/" }
}

run "files_instead_of_a_stream" {
  command = plan

  assert {
    condition = tomap(one(aws_kinesisanalyticsv2_application.job.application_configuration[0].environment_properties[0].property_group).property_map) == tomap({
      "job.name"          = "clickstream-test"
      "source.type"       = "FILES"
      "source.files.path" = "s3://shop-incoming/web/events"
      "source.region"     = "eu-central-1"
      "sink.path"         = "s3://clickstream-test-processed-111122223333-eu-central-1"
      "sink.type"         = "ROLLING"
      "catalog.columns"   = "s3://clickstream-test-artifacts-111122223333-eu-central-1/config/catalog.columns/click_events.txt"
    })
    error_message = "The job does not read the folder, or has settings of a stream."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.service["job"].policy).Statement :
      statement.Sid => [statement.Action, statement.Resource, try(statement.Condition, null)] if endswith(statement.Sid, "SourceFiles")
      } == {
      ReadSourceFiles = [["s3:GetObject"], ["arn:aws:s3:::shop-incoming/web/events", "arn:aws:s3:::shop-incoming/web/events/*"], null]
      ListSourceFiles = [["s3:ListBucket"], ["arn:aws:s3:::shop-incoming"], { StringLikeIfExists = { "s3:prefix" = ["web/events", "web/events/*"] } }]
    }
    error_message = "The job may not read exactly the folder."
  }

  assert {
    condition     = length(aws_kinesis_stream.events) + length(aws_kinesis_firehose_delivery_stream.archive) + length(aws_cloudwatch_log_stream.archive) == 0 && keys(aws_cloudwatch_log_group.log) == ["job"]
    error_message = "There is a stream or an archive, which nothing uses."
  }

  assert {
    condition     = toset(keys(aws_iam_role.service)) == toset(["job", "crawler", "ledger-check"]) && toset(keys(aws_iam_policy.access)) == toset(["analyst", "batch", "erase", "operator", "operator-queries"])
    error_message = "There is a role or policy for a stream that does not exist."
  }

  # No permission and no key policy mentions the services of the stream.
  assert {
    condition = length(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy, values(aws_kms_key.key)[*].policy) :
      regexall("\"kinesis:[^\"]*|firehose[^\"]*|kinesis\\.[^\"]*", policy)
    ])) == 0
    error_message = "A policy has statements for Kinesis or Firehose."
  }

  # Kinesis and Firehose report nothing, so an alarm on them would fire, or lack data for ever.
  assert {
    condition = length(flatten([
      for alarm in aws_cloudwatch_metric_alarm.alarm : [
        for query in alarm.metric_query : [
          for metric in query.metric : metric.metric_name if contains(["AWS/Kinesis", "AWS/Firehose"], metric.namespace) || metric.metric_name == "millisBehindLatest"
        ]
      ]
    ])) == 0
    error_message = "An alarm uses a metric of the stream or of the archive."
  }

  assert {
    condition     = length(regexall("AWS/Kinesis\"|AWS/Firehose|millisBehindLatest", aws_cloudwatch_dashboard.flow.dashboard_body)) == 0
    error_message = "The dashboard shows metrics that nothing reports."
  }

  assert {
    condition = [
      for widget in jsondecode(aws_cloudwatch_dashboard.flow.dashboard_body).widgets : split("\n", widget.properties.markdown)[0] if widget.type == "text"
    ] == ["## 1 · Files", "## 2 · Flink job", "## 3 · S3", "## 4 · Catalog and Athena"]
    error_message = "The dashboard does not show the data flow from left to right."
  }

  assert {
    condition     = output.stream_name == null && output.stream_arn == null && endswith(output.send_event, "| aws s3 cp --region eu-central-1 - s3://shop-incoming/web/events/event-$(date +%s)-$RANDOM.json")
    error_message = "The outputs name a stream, or the command does not add a file."
  }
}

run "a_whole_bucket_with_a_key" {
  command = plan

  variables {
    source_files = { bucket = "shop-incoming", kms_key_arn = "arn:aws:kms:eu-central-1:444455556666:key/incoming" }
    # A setting of a stream has no effect.
    job_settings = { "source.reader" = "EFO" }
  }

  assert {
    condition     = local.job_settings["source.files.path"] == "s3://shop-incoming"
    error_message = "The job does not read the bucket."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.service["job"].policy).Statement :
      statement.Sid => [statement.Action, statement.Resource, try(statement.Condition, null)] if endswith(statement.Sid, "SourceFiles")
      } == {
      ReadSourceFiles    = [["s3:GetObject"], ["arn:aws:s3:::shop-incoming/*"], null]
      ListSourceFiles    = [["s3:ListBucket"], ["arn:aws:s3:::shop-incoming"], null]
      DecryptSourceFiles = [["kms:Decrypt"], ["arn:aws:kms:eu-central-1:444455556666:key/incoming"], { StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } }]
    }
    error_message = "The job may not read exactly the bucket, or not decrypt its objects."
  }

  assert {
    condition     = length(regexall("\"kinesis:[^\"]*", aws_iam_role_policy.service["job"].policy)) == 0
    error_message = "The job may register with a stream that does not exist."
  }
}

run "in_a_vpc_without_an_endpoint_of_kinesis" {
  command = plan

  variables {
    vpc = {
      vpc_id          = "vpc-0123456789abcdef0"
      subnet_ids      = ["subnet-0123456789abcdef0"]
      route_table_ids = ["rtb-0123456789abcdef0"]
    }
    vpc_endpoints = true
  }

  assert {
    condition     = length(aws_vpc_endpoint.kinesis) + length(aws_security_group.endpoint) + length(aws_vpc_security_group_ingress_rule.endpoint) == 0 && length(aws_vpc_endpoint.s3) == 1
    error_message = "There is an endpoint of Kinesis, which costs extra, or none of S3."
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_vpc_endpoint.s3[0].policy).Statement : statement.Resource if endswith(statement.Sid, "SourceFiles")])) == toset(["arn:aws:s3:::shop-incoming", "arn:aws:s3:::shop-incoming/web/events", "arn:aws:s3:::shop-incoming/web/events/*"])
    error_message = "The endpoint of S3 does not let the job read the files."
  }
}

run "no_bucket_name" {
  command = plan

  variables {
    source_files = { bucket = "s3://shop-incoming" }
  }

  expect_failures = [var.source_files]
}

run "no_folder" {
  command = plan

  variables {
    source_files = { bucket = "shop-incoming", prefix = "/web/events" }
  }

  expect_failures = [var.source_files]
}

# In a policy it would stand for other folders.
run "a_wildcard_in_the_folder" {
  command = plan

  variables {
    source_files = { bucket = "shop-incoming", prefix = "web/*" }
  }

  expect_failures = [var.source_files]
}

run "an_alias_of_a_key" {
  command = plan

  variables {
    source_files = { bucket = "shop-incoming", kms_key_arn = "alias/incoming" }
  }

  expect_failures = [var.source_files]
}

run "the_lake_as_its_own_source" {
  command = plan

  variables {
    source_files = { bucket = "clickstream-test-processed-111122223333-eu-central-1" }
  }

  expect_failures = [var.source_files]
}

run "files_and_a_stream" {
  command = plan

  variables {
    existing_stream_arn  = "arn:aws:kinesis:eu-central-1:111122223333:stream/clicks"
    existing_kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  }

  expect_failures = [var.source_files]
}

run "files_and_producers_of_other_accounts" {
  command = plan

  variables {
    producer_principal_arns = ["arn:aws:iam::444455556666:role/shop"]
  }

  expect_failures = [var.source_files]
}

run "a_source_among_the_settings" {
  command = plan

  variables {
    source_files = null
    job_settings = { "source.type" = "FILES" }
  }

  expect_failures = [var.job_settings]
}
