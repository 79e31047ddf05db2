# China: see ../README.md. Each run is one environment; its policies are read from the plan.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

override_data {
  target = data.aws_region.current
  values = { name = "cn-north-1" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn", reverse_dns_prefix = "cn.com.amazonaws" }
}

override_resource {
  target          = aws_kms_key.key["data"]
  override_during = plan
  values          = { arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/data", key_id = "data" }
}

override_resource {
  target          = aws_kms_key.key["operations"]
  override_during = plan
  values          = { arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/operations", key_id = "operations" }
}

override_resource {
  target          = aws_iam_role.service["job"]
  override_during = plan
  values          = { arn = "arn:aws-cn:iam::111122223333:role/clickstream-test-job-cn-north-1" }
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
      kms_key_arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/source"
    }
  }
}

run "batch_task" {
  command = plan

  variables {
    batch_task = {
      image      = "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/shop/clickstream-lake:1.0"
      subnet_ids = ["subnet-0123456789abcdef0"]
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
    values = { name = "cn-north-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn", reverse_dns_prefix = "cn.com.amazonaws" }
  }

  override_resource {
    target          = aws_kms_key.state
    override_during = plan
    values          = { arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/state", key_id = "state" }
  }

  override_resource {
    target          = aws_iam_openid_connect_provider.github
    override_during = plan
    values          = { arn = "arn:aws-cn:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }
}
