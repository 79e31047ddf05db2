# Batches: the settings that a batch reads, its policies, and the optional task.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

override_resource {
  target          = aws_security_group.batch
  override_during = plan
  values          = { id = "sg-0123456789abcdef0" }
}

override_resource {
  target          = aws_iam_role.service["batch"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:role/clickstream-test-batch-eu-central-1" }
}

override_resource {
  target          = aws_iam_role.service["batch-execution"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:role/clickstream-test-batch-execution-eu-central-1" }
}

override_data {
  target          = data.aws_subnet.batch
  override_during = plan
  values          = { vpc_id = "vpc-0123456789abcdef0" }
}

variables {
  environment = "test"
  job_jar     = "tests/fixtures/job.jar"
}

run "no_task_by_default" {
  command = plan

  assert {
    condition     = length(aws_ecs_cluster.batch) + length(aws_ecs_task_definition.batch) + length(aws_security_group.batch) + length(aws_vpc_security_group_egress_rule.batch) + length(aws_iam_role_policy_attachment.batch) + length(data.aws_subnet.batch) == 0
    error_message = "There is a part of a task that nobody asked for."
  }

  assert {
    condition     = output.run_batch == null && !contains(keys(aws_iam_role.service), "batch") && !contains(keys(aws_iam_role.service), "batch-execution") && !contains(keys(aws_iam_policy.access), "run-batch") && !contains(keys(aws_cloudwatch_log_group.log), "batch")
    error_message = "There is a role, a policy, a log group or a command of a task that nobody asked for."
  }

  # For batches on any machine.
  assert {
    condition     = length(setsubtract(["batch", "erase"], keys(output.policy_arns))) == 0
    error_message = "The policies for batches are missing."
  }

  assert {
    condition     = output.lake_url == "s3://clickstream-test-artifacts-111122223333-eu-central-1/config/lake.properties"
    error_message = "The URL of the settings is '${output.lake_url}'."
  }

  assert {
    condition = aws_s3_object.lake_settings.content == join("", [
      "catalog.columns=s3://clickstream-test-artifacts-111122223333-eu-central-1/config/catalog.columns/click_events.txt\n",
      "job.name=clickstream-test\n",
      "lake.archive=s3://clickstream-test-raw-111122223333-eu-central-1/raw/\n",
      "lake.archive-errors=s3://clickstream-test-raw-111122223333-eu-central-1/raw-errors/\n",
      "lake.crawlers=clickstream-test-processed\n",
      "lake.database=clickstream_test\n",
      "lake.region=eu-central-1\n",
      "lake.workgroup=clickstream-test-analysts\n",
      "sink.path=s3://clickstream-test-processed-111122223333-eu-central-1\n",
      "sink.type=ROLLING\n",
      "source.region=eu-central-1\n",
      "source.stream=clickstream-test\n",
    ])
    error_message = "The settings for batches are not those of the job and the environment: ${aws_s3_object.lake_settings.content}"
  }
}

run "settings_in_the_syntax_of_java" {
  command = plan

  variables {
    catalog_mode                = "projection"
    privacy_hash_key_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:clickstream/hash-key-AbCdEf"
    job_settings = {
      "parse.no-ids"            = " "
      "privacy.redact-patterns" = "\\b[0-9]{16}\\b"
      "privacy.fields"          = "user_id:hash,name=#!"
      "quality.rules"           = "- name: price\n\tcolumn: price\r\n"
      "enrich.chain"            = "  page, größe"
    }
  }

  # Written by hand from the documentation of java.util.Properties.load.
  assert {
    condition = alltrue([
      for line in [
        "parse.no-ids=\\ ",
        "privacy.redact-patterns=\\\\b[0-9]{16}\\\\b",
        "privacy.fields=user_id:hash,name=#!",
        "quality.rules=- name: price\\n\\tcolumn: price\\r\\n",
        "enrich.chain=\\  page, größe",
        "privacy.hash-key-secret=arn:aws:secretsmanager:eu-central-1:111122223333:secret:clickstream/hash-key-AbCdEf",
        "lake.crawlers=",
      ] : contains(split("\n", aws_s3_object.lake_settings.content), line)
    ])
    error_message = "Java would read other settings: ${aws_s3_object.lake_settings.content}"
  }

  # No key of the job's settings is lost, and none is a secret.
  assert {
    condition     = length(split("\n", trimspace(aws_s3_object.lake_settings.content))) == length(local.job_settings) + 6 && !strcontains(aws_s3_object.lake_settings.content, "privacy.hash-key=")
    error_message = "A setting is missing, or the key of the hashes is readable."
  }

  # The application would restart with each change of a value that only batches read.
  assert {
    condition     = length([for group in aws_kinesisanalyticsv2_application.job.application_configuration[0].environment_properties[0].property_group : group if anytrue([for name, value in group.property_map : startswith(name, "lake.") || strcontains(value, "lake.properties")])]) == 0
    error_message = "The application depends on the settings for batches."
  }

  assert {
    condition     = length([for statement in jsondecode(aws_iam_policy.access["batch"].policy).Statement : statement if statement.Sid == "RunCrawlers"]) == 0
    error_message = "With projection there is no crawler to start."
  }
}

run "files_have_no_archive" {
  command = plan

  variables {
    source_files = { bucket = "shop-incoming", prefix = "web/events" }
  }

  assert {
    condition     = !strcontains(aws_s3_object.lake_settings.content, "lake.archive") && !strcontains(aws_s3_object.lake_settings.content, "lake.archive-errors")
    error_message = "The settings name an archive that nothing writes."
  }

  assert {
    condition     = !strcontains(aws_iam_policy.access["batch"].policy, "-raw-") && !strcontains(aws_iam_policy.access["erase"].policy, "-raw-") && !strcontains(aws_iam_policy.access["erase"].policy, "shop-incoming")
    error_message = "A batch has access to the raw bucket, or may change the files of others."
  }
}

run "a_task" {
  command = plan

  variables {
    batch_task = {
      image            = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/clickstream-lake:1.0"
      subnet_ids       = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
      assign_public_ip = true
    }
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
    log_retention_days       = 90
  }

  assert {
    condition     = output.run_batch == "aws ecs run-task --region eu-central-1 --cluster clickstream-test-batch --task-definition clickstream-test-batch --launch-type FARGATE --network-configuration 'awsvpcConfiguration={subnets=[subnet-0123456789abcdef0,subnet-0123456789abcdef1],securityGroups=[sg-0123456789abcdef0],assignPublicIp=ENABLED}' --overrides '{\"containerOverrides\":[{\"command\":[\"fill\",\"--from\",\"2026-11-20\"],\"name\":\"lake\"}]}' --query '[tasks[0].taskArn, failures[0].reason]' --output text"
    error_message = "The command is: ${output.run_batch}"
  }

  assert {
    condition = [
      aws_ecs_task_definition.batch[0].cpu, aws_ecs_task_definition.batch[0].memory, aws_ecs_task_definition.batch[0].ephemeral_storage[0].size_in_gib,
      aws_ecs_task_definition.batch[0].network_mode, aws_ecs_task_definition.batch[0].runtime_platform[0].cpu_architecture,
    ] == ["2048", "4096", 50, "awsvpc", "X86_64"] && aws_ecs_task_definition.batch[0].requires_compatibilities == toset(["FARGATE"])
    error_message = "The task does not have the size of the documentation, or does not run on Fargate."
  }

  assert {
    condition     = endswith(aws_ecs_task_definition.batch[0].task_role_arn, "-batch-eu-central-1") && endswith(aws_ecs_task_definition.batch[0].execution_role_arn, "-batch-execution-eu-central-1")
    error_message = "The task has other roles."
  }

  assert {
    condition = jsondecode(aws_ecs_task_definition.batch[0].container_definitions) == [
      {
        name      = "lake"
        image     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/clickstream-lake:1.0"
        essential = true
        command   = ["help"]
        environment = [
          { name = "AWS_REGION", value = "eu-central-1" },
          { name = "LAKE_AWS", value = output.lake_url },
        ]
        linuxParameters = { initProcessEnabled = true }
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/aws/ecs/clickstream-test-batch", awslogs-region = "eu-central-1", awslogs-stream-prefix = "batch" }
        }
      },
    ]
    error_message = "The container does not run lake with the settings of this environment."
  }

  assert {
    condition     = aws_cloudwatch_log_group.log["batch"].name == "/aws/ecs/clickstream-test-batch" && aws_cloudwatch_log_group.log["batch"].retention_in_days == 90 && aws_cloudwatch_log_group.log["batch"].kms_key_id == aws_kms_key.key["operations"].arn
    error_message = "The log of the task is not kept and encrypted like the others."
  }

  assert {
    condition     = aws_security_group.batch[0].vpc_id == "vpc-0123456789abcdef0" && [aws_vpc_security_group_egress_rule.batch[0].ip_protocol, aws_vpc_security_group_egress_rule.batch[0].from_port, aws_vpc_security_group_egress_rule.batch[0].to_port] == ["tcp", 443, 443]
    error_message = "The task is not limited to HTTPS, or its group is in another VPC."
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy_attachment.batch)) == toset(["batch", "erase"]) && !contains(keys(aws_iam_role_policy.service), "batch")
    error_message = "The role of the task does not have exactly the policies batch and erase."
  }

  assert {
    condition     = alltrue([for role in ["batch", "batch-execution"] : aws_iam_role.service[role].permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"])
    error_message = "A role of the task has no permissions boundary."
  }

  assert {
    condition = alltrue([
      for role in ["batch", "batch-execution"] : jsondecode(aws_iam_role.service[role].assume_role_policy).Statement[0].Condition == {
        StringEquals = { "aws:SourceAccount" = "111122223333" }
        ArnLike      = { "aws:SourceArn" = ["arn:aws:ecs:eu-central-1:111122223333:*"] }
      }
    ])
    error_message = "A role of the task trusts ECS on behalf of others."
  }

  # The repository is in another region.
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.service["batch-execution"].policy).Statement : statement.Resource if statement.Sid == "PullImage"]) == ["arn:aws:ecr:eu-west-1:111122223333:repository/shop/clickstream-lake"]
    error_message = "The task may not pull exactly its image."
  }
}

run "an_image_of_another_registry" {
  command = plan

  variables {
    batch_task = {
      image                 = "registry.shop.example:5000/clickstream-lake@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      subnet_ids            = ["subnet-0123456789abcdef0"]
      cpu                   = 4096
      memory                = 30720
      ephemeral_storage_gib = 200
      cpu_architecture      = "ARM64"
    }
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.service["batch-execution"].policy).Statement[*].Sid == ["WriteLog"]
    error_message = "The task has permissions on a registry that it does not use."
  }
}

# Rules of policies.tftest.hcl, for what exists only with a task.
run "policies_of_a_task" {
  command = plan

  variables {
    batch_task = {
      image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/clickstream-lake:1.0"
      subnet_ids = ["subnet-0123456789abcdef0"]
    }
  }

  assert {
    condition = alltrue(flatten([
      for policy in [aws_iam_role_policy.service["batch-execution"].policy, aws_iam_policy.access["run-batch"].policy] : [
        for statement in jsondecode(policy).Statement : [
          for action in flatten([statement.Action]) : can(regex("^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$", action))
        ]
      ]
    ]))
    error_message = "An action contains a wildcard or is incomplete."
  }

  assert {
    condition = length(flatten([
      for policy in [aws_iam_role_policy.service["batch-execution"].policy, aws_iam_policy.access["run-batch"].policy] : [
        for statement in jsondecode(policy).Statement : [
          for resource in flatten([statement.Resource]) : "${statement.Sid}: ${resource}"
          if !(
            strcontains(resource, "clickstream-test")
            || statement.Sid == "PullImage" && resource == "arn:aws:ecr:eu-central-1:111122223333:repository/shop/clickstream-lake"
            || statement.Sid == "LogInToRegistry" && statement.Action == ["ecr:GetAuthorizationToken"] && resource == "*"
          )
        ]
      ]
    ])) == 0
    error_message = "A statement has resources outside of this environment."
  }
}

# The port of a registry is no tag.
run "no_tag" {
  command = plan

  variables {
    batch_task = { image = "registry.shop.example:5000/clickstream-lake", subnet_ids = ["subnet-0123456789abcdef0"] }
  }

  expect_failures = [var.batch_task]
}

run "no_subnet" {
  command = plan

  variables {
    batch_task = { image = "registry.shop.example/clickstream-lake:1.0", subnet_ids = [] }
  }

  expect_failures = [var.batch_task]
}

run "a_size_that_fargate_lacks" {
  command = plan

  variables {
    batch_task = {
      image      = "registry.shop.example/clickstream-lake:1.0"
      subnet_ids = ["subnet-0123456789abcdef0"]
      cpu        = 2048
      memory     = 2048
    }
  }

  expect_failures = [var.batch_task]
}

run "too_little_storage" {
  command = plan

  variables {
    batch_task = {
      image                 = "registry.shop.example/clickstream-lake:1.0"
      subnet_ids            = ["subnet-0123456789abcdef0"]
      ephemeral_storage_gib = 20
    }
  }

  expect_failures = [var.batch_task]
}

run "an_unknown_architecture" {
  command = plan

  variables {
    batch_task = {
      image            = "registry.shop.example/clickstream-lake:1.0"
      subnet_ids       = ["subnet-0123456789abcdef0"]
      cpu_architecture = "arm64"
    }
  }

  expect_failures = [var.batch_task]
}

run "subnets_whose_endpoint_accepts_only_the_job" {
  command = plan

  variables {
    batch_task = {
      image      = "registry.shop.example/clickstream-lake:1.0"
      subnet_ids = ["subnet-0123456789abcdef0"]
    }
    vpc = {
      vpc_id          = "vpc-0123456789abcdef0"
      subnet_ids      = ["subnet-0123456789abcdef0"]
      route_table_ids = ["rtb-0123456789abcdef0"]
    }
    vpc_endpoints = true
  }

  expect_failures = [var.batch_task]
}
