# Buckets: not public, encrypted, TLS only, with the configured retention.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"
}

run "buckets" {
  command = apply

  assert {
    condition     = toset(keys(aws_s3_bucket.bucket)) == toset(["raw", "processed", "results", "artifacts"])
    error_message = "The buckets are not exactly the four expected ones."
  }

  assert {
    condition     = aws_s3_bucket.bucket["raw"].bucket == "clickstream-test-raw-111122223333-eu-central-1"
    error_message = "The bucket name lacks environment, account or region, so it could collide with that of another environment."
  }

  assert {
    condition = alltrue([
      for bucket in keys(aws_s3_bucket.bucket) :
      aws_s3_bucket_public_access_block.bucket[bucket].block_public_acls
      && aws_s3_bucket_public_access_block.bucket[bucket].block_public_policy
      && aws_s3_bucket_public_access_block.bucket[bucket].ignore_public_acls
      && aws_s3_bucket_public_access_block.bucket[bucket].restrict_public_buckets
    ])
    error_message = "Public access to a bucket is not blocked."
  }

  assert {
    condition = alltrue([
      for bucket in keys(aws_s3_bucket.bucket) : alltrue([
        for rule in aws_s3_bucket_server_side_encryption_configuration.bucket[bucket].rule :
        rule.bucket_key_enabled
        && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
        && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == aws_kms_key.key["data"].arn
      ])
    ])
    error_message = "A bucket is not encrypted with the data key."
  }

  assert {
    condition     = alltrue([for bucket in keys(aws_s3_bucket.bucket) : aws_s3_bucket_ownership_controls.bucket[bucket].rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "Object ownership of a bucket is not enforced."
  }

  assert {
    condition = alltrue([
      for bucket in keys(aws_s3_bucket.bucket) : anytrue([
        for statement in jsondecode(aws_s3_bucket_policy.bucket[bucket].policy).Statement :
        statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:*"
        && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
        && toset(flatten([statement.Resource])) == toset([
          "arn:aws:s3:::${aws_s3_bucket.bucket[bucket].bucket}",
          "arn:aws:s3:::${aws_s3_bucket.bucket[bucket].bucket}/*",
        ])
      ])
    ])
    error_message = "A bucket accepts requests without TLS."
  }

  assert {
    condition = alltrue([
      for bucket in keys(aws_s3_bucket.bucket) : anytrue([
        for statement in jsondecode(aws_s3_bucket_policy.bucket[bucket].policy).Statement :
        statement.Effect == "Deny" && try(statement.Condition.NumericLessThan["s3:TlsVersion"], "") == "1.2"
      ])
    ])
    error_message = "A bucket accepts requests with TLS below 1.2."
  }

  assert {
    condition     = alltrue([for policy in aws_s3_bucket_policy.bucket : alltrue([for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny"])])
    error_message = "A bucket policy has an Allow statement: permissions belong in the roles."
  }

  assert {
    condition     = toset(keys(aws_s3_bucket_versioning.bucket)) == toset(["artifacts", "processed"])
    error_message = "The versioned buckets are not exactly artifacts and processed."
  }

  assert {
    condition     = length(aws_s3_bucket_logging.bucket) == 0
    error_message = "Access logs are written by default."
  }
}

run "lifecycle" {
  command = plan

  variables {
    raw_retention_days      = 12
    rejected_retention_days = 20
    snapshot_retention_days = 40
    events_tiering_days     = 60
  }

  assert {
    condition = alltrue([
      for bucket in aws_s3_bucket_lifecycle_configuration.bucket : anytrue([
        for rule in bucket.rule : rule.id == "abort-incomplete-uploads" && try(rule.abort_incomplete_multipart_upload[0].days_after_initiation, 0) > 40
      ])
    ])
    error_message = "Incomplete uploads are aborted before the snapshots that need them expire."
  }

  assert {
    condition = { for rule in aws_s3_bucket_lifecycle_configuration.bucket["raw"].rule : rule.filter[0].prefix => rule.expiration[0].days if rule.id != "abort-incomplete-uploads" } == {
      "raw/"        = 12
      "raw-errors/" = 12
    }
    error_message = "Raw events do not expire as configured."
  }

  assert {
    condition     = { for rule in aws_s3_bucket_lifecycle_configuration.bucket["processed"].rule : rule.filter[0].prefix => rule.expiration[0].days if rule.id == "expire-rejected" } == { "rejected_events/" = 20 }
    error_message = "Rejected events do not expire as configured."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.bucket["processed"].rule :
      length(rule.expiration) == 0 && [for transition in rule.transition : [transition.days, transition.storage_class]] == [[60, "INTELLIGENT_TIERING"]]
      if rule.id == "tier-events"
    ])
    error_message = "Events expire, or do not move to Intelligent-Tiering as configured."
  }
}

run "events_with_retention" {
  command = plan

  variables {
    events_retention_days = 400
    access_log_bucket     = "my-access-logs"
  }

  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.bucket["processed"].rule : rule.expiration[0].days if rule.id == "tier-events"]) == 400
    error_message = "Events do not expire as configured."
  }

  assert {
    condition     = length(aws_s3_bucket_logging.bucket) == 4 && alltrue([for logging in aws_s3_bucket_logging.bucket : logging.target_bucket == "my-access-logs"])
    error_message = "Access logs are not written to the configured bucket."
  }
}
