# Differences between regions and partitions: account-wide names, and the partition in ARNs.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "second"
  source = "./tests/mocks"

  override_data {
    target = module.second.data.aws_region.current
    values = { name = "ap-southeast-1" }
  }
}

run "one_environment_in_two_regions" {
  command = apply

  module {
    source = "./tests/fixtures/two_regions"
  }

  assert {
    condition     = length(setintersection(output.account_wide_names.first, output.account_wide_names.second)) == 0
    error_message = "Names of two regions of one environment collide: ${join(", ", setintersection(output.account_wide_names.first, output.account_wide_names.second))}."
  }
}

run "longest_names_in_the_longest_region" {
  command = plan

  variables {
    name                   = "abcdefghijkl"
    environment            = "mnopqrstuvwx"
    job_jar                = "tests/fixtures/job.jar"
    analyst_principal_arns = ["arn:aws:iam::111122223333:root"]
  }

  override_data {
    target = data.aws_region.current
    values = { name = "ap-southeast-1" }
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.bucket : length(bucket.bucket) <= 63])
    error_message = "The name of a bucket is longer than 63 characters, the maximum of S3."
  }

  assert {
    condition     = alltrue([for role in concat(values(aws_iam_role.service), aws_iam_role.analyst) : length(role.name) <= 64])
    error_message = "The name of a role is longer than 64 characters, the maximum of IAM."
  }

  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.ledger_check : length(schedule.name) <= 64]) && length(aws_kinesis_firehose_delivery_stream.archive[0].name) <= 64
    error_message = "The name of a schedule or delivery stream is longer than 64 characters."
  }
}

run "names_that_are_too_long" {
  command = plan

  variables {
    name        = "abcdefghijklm"
    environment = "mnopqrstuvwx"
    job_jar     = "tests/fixtures/job.jar"
  }

  expect_failures = [var.environment]
}

run "china" {
  command = apply

  variables {
    environment            = "test"
    deletion_protection    = false
    job_jar                = "tests/fixtures/job.jar"
    analyst_principal_arns = ["arn:aws-cn:iam::111122223333:root"]
    vpc = {
      vpc_id          = "vpc-0123456789abcdef0"
      subnet_ids      = ["subnet-0123456789abcdef0"]
      route_table_ids = ["rtb-0123456789abcdef0"]
    }
    vpc_endpoints = true
  }

  override_data {
    target = data.aws_region.current
    values = { name = "cn-north-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn", reverse_dns_prefix = "cn.com.amazonaws" }
  }

  assert {
    condition = alltrue([
      for statement in flatten([for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : jsondecode(policy).Statement]) : alltrue([
        for resource in flatten([statement.Resource]) : !startswith(resource, "arn:aws:") || strcontains(resource, ":kms:") || endswith(resource, "/mocked")
      ])
    ])
    error_message = "A policy contains an ARN of another partition."
  }

  assert {
    condition     = aws_vpc_endpoint.kinesis[0].service_name == "cn.com.amazonaws.cn-north-1.kinesis-streams" && aws_vpc_endpoint.s3[0].service_name == "com.amazonaws.cn-north-1.s3"
    error_message = "The service name of an endpoint is wrong for China."
  }

  assert {
    condition     = startswith(output.dashboard_url, "https://cn-north-1.console.amazonaws.cn/")
    error_message = "The dashboard URL does not use the console of the partition."
  }
}

run "gov_cloud" {
  command = plan

  variables {
    environment = "test"
    job_jar     = "tests/fixtures/job.jar"
  }

  override_data {
    target = data.aws_region.current
    values = { name = "us-gov-west-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com", reverse_dns_prefix = "com.amazonaws" }
  }

  assert {
    condition     = startswith(output.dashboard_url, "https://us-gov-west-1.console.amazonaws-us-gov.com/") && startswith(local.arns.stream, "arn:aws-us-gov:")
    error_message = "A URL or ARN belongs to another partition."
  }
}
