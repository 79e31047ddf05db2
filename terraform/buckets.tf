# raw        raw/, raw-errors/                          what Firehose archives
# processed  click_events/, rejected_events/, ledger/   what the job writes, one table a prefix
# results    analysts/, checks/                         what Athena answers, one workgroup a prefix
# artifacts  jars/, config/                             what the job is made of

locals {
  # Versions help where objects are replaced or deleted by people: the jar that an upgrade
  # replaced, the files that an analyst's mistake removed. Raw events must vanish in time.
  versioned_buckets = ["artifacts", "processed"]

  # An incomplete upload may be the open file of a snapshot. Aborting it makes the snapshot
  # impossible to restore, so it outlives every snapshot that may be restored, by a week.
  abort_uploads_days = var.snapshot_retention_days + 7

  lifecycle_rules = {
    raw = [
      { id = "expire-raw", prefix = "raw/", expire_days = var.raw_retention_days },
      { id = "expire-raw-errors", prefix = "raw-errors/", expire_days = var.raw_retention_days },
    ]
    processed = [
      { id = "tier-events", prefix = "click_events/", tier_days = var.events_tiering_days, expire_days = var.events_retention_days },
      { id = "expire-rejected", prefix = "rejected_events/", expire_days = var.rejected_retention_days },
    ]
    results = [
      { id = "expire-results", prefix = "", expire_days = var.results_retention_days },
    ]
    artifacts = []
  }

  bucket_policies = {
    for bucket, arn in local.bucket_arns : bucket => {
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "OnlyTls12"
          Effect    = "Deny"
          Principal = "*"
          # A refusal is the safer the wider it is.
          Action   = "s3:*"
          Resource = [arn, "${arn}/*"]
          Condition = {
            NumericLessThan = { "s3:TlsVersion" = "1.2" }
          }
        },
        {
          Sid       = "OnlyTls"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [arn, "${arn}/*"]
          Condition = {
            Bool = { "aws:SecureTransport" = "false" }
          }
        },
        {
          # A request without the header is encrypted by the bucket's default, which is this key. With the header and
          # no key S3 takes a key of its own, so that is refused like any other key. StringNotEquals holds for an
          # absent key-id; Null sees to it that the header is there.
          Sid       = "OnlyThisKey"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:PutObject"
          Resource  = "${arn}/*"
          Condition = {
            Null            = { "s3:x-amz-server-side-encryption" = "false" }
            StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = local.data_key_arn }
          }
        },
      ]
    }
  }
}

resource "aws_s3_bucket" "bucket" {
  for_each = { for bucket, name in local.bucket_names : bucket => name if !contains(keys(var.existing_buckets), bucket) }

  bucket        = each.value
  force_destroy = var.force_destroy
  tags          = local.tags

  # Destroyed before the key: where S3 refuses to delete a bucket that holds objects, Terraform stops
  # here, and the key that opens them stays.
  depends_on = [aws_kms_key.key]
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket = each.value.id

  rule {
    # One data key a bucket for a while, instead of a request to KMS for each object.
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = local.data_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket = each.value.id
  policy = jsonencode(local.bucket_policies[each.key])

  # S3 refuses to change both at once.
  depends_on = [aws_s3_bucket_public_access_block.bucket]
}

resource "aws_s3_bucket_versioning" "bucket" {
  for_each = toset([for bucket in local.versioned_buckets : bucket if !contains(keys(var.existing_buckets), bucket)])

  bucket = aws_s3_bucket.bucket[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "bucket" {
  for_each = aws_s3_bucket.bucket

  bucket = each.value.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = local.abort_uploads_days
    }
  }

  dynamic "rule" {
    for_each = contains(local.versioned_buckets, each.key) ? [1] : []

    content {
      id     = "expire-old-versions"
      status = "Enabled"

      filter {}

      # The jar of a snapshot that may still be restored is needed for a rollback.
      noncurrent_version_expiration {
        noncurrent_days = each.key == "artifacts" ? local.abort_uploads_days : 7
      }

      expiration {
        expired_object_delete_marker = true
      }
    }
  }

  dynamic "rule" {
    for_each = local.lifecycle_rules[each.key]

    content {
      id     = rule.value.id
      status = "Enabled"

      filter {
        prefix = rule.value.prefix
      }

      dynamic "transition" {
        for_each = try([rule.value.tier_days], [])

        content {
          days          = transition.value
          storage_class = "INTELLIGENT_TIERING"
        }
      }

      dynamic "expiration" {
        for_each = rule.value.expire_days == null ? [] : [rule.value.expire_days]

        content {
          days = expiration.value
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.bucket]
}

resource "aws_s3_bucket_logging" "bucket" {
  for_each = var.access_log_bucket == null ? {} : aws_s3_bucket.bucket

  bucket        = each.value.id
  target_bucket = var.access_log_bucket
  target_prefix = "s3-access/${each.value.id}/"
}
