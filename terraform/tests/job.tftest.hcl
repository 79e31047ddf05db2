# The Managed Flink application and its settings.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"
}

run "defaults" {
  command = plan

  assert {
    condition     = aws_kinesisanalyticsv2_application.job.runtime_environment == "FLINK-1_20"
    error_message = "The job does not run on Flink 1.20."
  }

  assert {
    condition     = aws_s3_object.jar.key == "jars/clickstream-lake.jar" && aws_s3_bucket_versioning.bucket["artifacts"].versioning_configuration[0].status == "Enabled"
    error_message = "The jars do not share one key of a versioned bucket: an upgrade would delete the running one."
  }

  assert {
    condition     = aws_s3_object.jar.source_hash == filesha256("tests/fixtures/job.jar")
    error_message = "The jar is not uploaded with its hash."
  }

  assert {
    condition     = aws_kinesisanalyticsv2_application.job.application_configuration[0].application_code_configuration[0].code_content[0].s3_content_location[0].file_key == aws_s3_object.jar.key
    error_message = "The job does not run the uploaded jar."
  }

  assert {
    condition     = aws_kinesisanalyticsv2_application.job.application_configuration[0].application_snapshot_configuration[0].snapshots_enabled
    error_message = "Snapshots are disabled: an update would lose in-progress files."
  }

  assert {
    condition = alltrue([
      for checkpoint in aws_kinesisanalyticsv2_application.job.application_configuration[0].flink_application_configuration[0].checkpoint_configuration :
      checkpoint.checkpointing_enabled && checkpoint.checkpoint_interval == 60000
    ])
    error_message = "The checkpoint interval is not one minute."
  }

  assert {
    condition = alltrue([
      for parallelism in aws_kinesisanalyticsv2_application.job.application_configuration[0].flink_application_configuration[0].parallelism_configuration :
      parallelism.auto_scaling_enabled && parallelism.parallelism == 1 && parallelism.parallelism_per_kpu == 1
    ])
    error_message = "The job does not start with one KPU and autoscaling."
  }

  assert {
    condition = alltrue([
      for monitoring in aws_kinesisanalyticsv2_application.job.application_configuration[0].flink_application_configuration[0].monitoring_configuration :
      monitoring.log_level == "INFO" && monitoring.metrics_level == "APPLICATION"
    ])
    error_message = "The levels of the job's logs or metrics are not the defaults."
  }

  assert {
    condition = [
      for run in aws_kinesisanalyticsv2_application.job.application_configuration[0].run_configuration :
      [run.application_restore_configuration[0].application_restore_type, run.flink_run_configuration[0].allow_non_restored_state]
    ] == [["RESTORE_FROM_LATEST_SNAPSHOT", false]]
    error_message = "The job does not start from its latest snapshot."
  }

  assert {
    condition     = length(aws_kinesisanalyticsv2_application.job.application_configuration[0].vpc_configuration) == 0
    error_message = "The job runs in a VPC by default."
  }

  assert {
    condition = tomap(one(aws_kinesisanalyticsv2_application.job.application_configuration[0].environment_properties[0].property_group).property_map) == tomap({
      "job.name"        = "clickstream-test"
      "source.stream"   = "clickstream-test"
      "source.region"   = "eu-central-1"
      "sink.path"       = "s3://clickstream-test-processed-111122223333-eu-central-1"
      "sink.type"       = "ROLLING"
      "catalog.columns" = "s3://clickstream-test-artifacts-111122223333-eu-central-1/config/catalog.columns/click_events.txt"
    })
    error_message = "The default settings of the job do not match the infrastructure."
  }
}

run "parallelism_that_was_asked_for" {
  command = plan

  variables {
    parallelism         = 6
    parallelism_per_kpu = 2
    autoscaling         = false
  }

  assert {
    condition = [
      for parallelism in aws_kinesisanalyticsv2_application.job.application_configuration[0].flink_application_configuration[0].parallelism_configuration :
      [parallelism.configuration_type, parallelism.auto_scaling_enabled, parallelism.parallelism, parallelism.parallelism_per_kpu]
    ] == [["CUSTOM", false, 6, 2]]
    error_message = "The application does not have the parallelism of the variables."
  }
}

run "every_option_of_the_job_and_no_other" {
  command = plan

  variables {
    job_settings                = { for name in jsondecode(file("job_contract.json")).options : name => "any" if !startswith(name, "privacy.hash-key") && !contains(["source.type", "source.files.path"], name) }
    privacy_hash_key_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:clickstream/hash-key-AbCdEf"
  }

  assert {
    condition = alltrue([
      for group in aws_kinesisanalyticsv2_application.job.application_configuration[0].environment_properties[0].property_group :
      length(group.property_map) <= 50 && can(regex("^${jsondecode(file("job_contract.json")).propertyGroup}(-[0-9]+)?$", group.property_group_id))
    ])
    error_message = "The job does not read a property group, or a group has more entries than the service accepts."
  }

  # The key itself must not be set, only its secret. source_files sets the source.
  assert {
    condition = toset(flatten([
      for group in aws_kinesisanalyticsv2_application.job.application_configuration[0].environment_properties[0].property_group : keys(group.property_map)
    ])) == setsubtract(jsondecode(file("job_contract.json")).options, ["privacy.hash-key", "source.type", "source.files.path"])
    error_message = "The property groups do not hold exactly the options of JobOptions."
  }
}

run "files_of_settings" {
  command = apply

  variables {
    job_files = { "parse.mapping" = "tests/fixtures/mapping.yaml" }
  }

  assert {
    condition = (
      merge([for group in aws_kinesisanalyticsv2_application.job.application_configuration[0].environment_properties[0].property_group : group.property_map if group.property_group_id == "clickstream-lake"]...)["parse.mapping"]
      == "s3://clickstream-test-artifacts-111122223333-eu-central-1/config/parse.mapping/mapping.yaml"
    )
    error_message = "The setting does not point to the uploaded file."
  }
}

run "stopped" {
  command = plan

  variables {
    start_application = false
  }

  assert {
    condition     = length(aws_kinesisanalyticsv2_application.job.application_configuration[0].run_configuration) == 0
    error_message = "A stopped job has a run configuration: the provider would show a change in each plan."
  }
}

run "in_a_vpc" {
  command = apply

  variables {
    vpc = {
      vpc_id     = "vpc-0123456789abcdef0"
      subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    }
  }

  assert {
    condition     = one(aws_kinesisanalyticsv2_application.job.application_configuration[0].vpc_configuration).subnet_ids == toset(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
    error_message = "The job does not run in the configured subnets."
  }

  assert {
    condition     = length(aws_security_group.job) == 1 && aws_vpc_security_group_egress_rule.job[0].from_port == 443 && aws_vpc_security_group_egress_rule.job[0].to_port == 443
    error_message = "The created security group allows more than outbound HTTPS."
  }

  assert {
    condition     = length(aws_vpc_endpoint.s3) == 0 && length(aws_vpc_endpoint.kinesis) == 0
    error_message = "Endpoints are created by default."
  }
}

run "without_a_jar" {
  command = plan

  variables {
    job_jar = "tests/fixtures/absent.jar"
  }

  expect_failures = [aws_s3_object.jar]
}
