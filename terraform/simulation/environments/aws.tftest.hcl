# Partition aws, with every variant of the module: see ../README.md. Each run is one environment; its policies are read from the plan.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

override_data {
  target = data.aws_region.current
  values = { name = "eu-central-1" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws", dns_suffix = "amazonaws.com", reverse_dns_prefix = "com.amazonaws" }
}

override_resource {
  target          = aws_kms_key.key["data"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/data", key_id = "data" }
}

override_resource {
  target          = aws_kms_key.key["operations"]
  override_during = plan
  values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/operations", key_id = "operations" }
}

override_resource {
  target          = aws_iam_role.service["job"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:role/clickstream-test-job-eu-central-1" }
}

variables {
  environment  = "test"
  job_jar      = "tests/fixtures/job.jar"
  alarm_emails = ["on-call@shop.example"]
}

run "crawler" {
  command = plan
}

run "projection" {
  command = plan

  variables {
    catalog_mode = "projection"
  }
}

run "vpc" {
  command = plan

  variables {
    vpc = {
      vpc_id             = "vpc-0123456789abcdef0"
      subnet_ids         = ["subnet-0123456789abcdef0"]
      security_group_ids = ["sg-0123456789abcdef0"]
      route_table_ids    = ["rtb-0123456789abcdef0"]
    }
    vpc_endpoints = true
  }
}

run "rewind" {
  command = plan

  variables {
    job_settings = { "sink.on-older-snapshot" = "REWIND" }
  }
}

run "fan_out_in_vpc" {
  command = plan

  variables {
    job_settings = { "source.reader" = "EFO", "source.efo-consumer" = "lake" }
    vpc = {
      vpc_id             = "vpc-0123456789abcdef0"
      subnet_ids         = ["subnet-0123456789abcdef0"]
      security_group_ids = ["sg-0123456789abcdef0"]
      route_table_ids    = ["rtb-0123456789abcdef0"]
    }
    vpc_endpoints = true
  }
}

run "shared" {
  command = plan

  variables {
    producer_principal_arns      = ["arn:aws:iam::444455556666:role/producer"]
    analyst_principal_arns       = ["arn:aws:iam::444455556666:role/analyst"]
    privacy_hash_key_secret_arn  = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:clickstream/hash-key-AbCdEf"
    privacy_hash_key_kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/secret"
    lake_formation               = true
  }
}

run "existing" {
  command = plan

  variables {
    catalog_mode         = "projection"
    existing_stream_arn  = "arn:aws:kinesis:eu-central-1:111122223333:stream/orders"
    existing_kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/own"
    existing_buckets     = { processed = "own-lake", artifacts = "own-artifacts" }
  }
}

run "files" {
  command = plan

  variables {
    source_files = {
      bucket      = "shop-incoming"
      prefix      = "web/events"
      kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/source"
    }
  }
}

# The whole bucket, whose objects have no customer managed key.
run "files_in_vpc" {
  command = plan

  variables {
    source_files = { bucket = "shop-incoming" }
    vpc = {
      vpc_id             = "vpc-0123456789abcdef0"
      subnet_ids         = ["subnet-0123456789abcdef0"]
      security_group_ids = ["sg-0123456789abcdef0"]
      route_table_ids    = ["rtb-0123456789abcdef0"]
    }
    vpc_endpoints = true
  }
}

run "batch_task" {
  command = plan

  variables {
    batch_task = {
      image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/clickstream-lake:1.0"
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
    values = { name = "eu-central-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws", dns_suffix = "amazonaws.com", reverse_dns_prefix = "com.amazonaws" }
  }

  override_resource {
    target          = aws_kms_key.state
    override_during = plan
    values          = { arn = "arn:aws:kms:eu-central-1:111122223333:key/state", key_id = "state" }
  }

  override_resource {
    target          = aws_iam_openid_connect_provider.github
    override_during = plan
    values          = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
  }
}
