# GovCloud: see ../README.md. Each run is one environment; its policies are read from the plan.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

override_data {
  target = data.aws_region.current
  values = { name = "us-gov-west-1" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com", reverse_dns_prefix = "com.amazonaws" }
}

override_resource {
  target          = aws_kms_key.key["data"]
  override_during = plan
  values          = { arn = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/data", key_id = "data" }
}

override_resource {
  target          = aws_kms_key.key["operations"]
  override_during = plan
  values          = { arn = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/operations", key_id = "operations" }
}

override_resource {
  target          = aws_iam_role.service["job"]
  override_during = plan
  values          = { arn = "arn:aws-us-gov:iam::111122223333:role/clickstream-test-job-us-gov-west-1" }
}

variables {
  environment  = "test"
  job_jar      = "tests/fixtures/job.jar"
  alarm_emails = ["on-call@shop.example"]
}

run "crawler" {
  command = plan
}

run "files" {
  command = plan

  variables {
    source_files = {
      bucket      = "shop-incoming"
      prefix      = "web/events"
      kms_key_arn = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/source"
    }
  }
}

run "ci" {
  command = plan

  module {
    source = "./bootstrap"
  }

  variables {
    github_repository = "shop/clickstream-lake"
  }

  override_data {
    target = data.aws_region.current
    values = { name = "us-gov-west-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com", reverse_dns_prefix = "com.amazonaws" }
  }

  override_resource {
    target          = aws_kms_key.state
    override_during = plan
    values          = { arn = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/state", key_id = "state" }
  }

  override_resource {
    target          = aws_iam_openid_connect_provider.github
    override_during = plan
    values          = { arn = "arn:aws-us-gov:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }
}
