# raw        raw/, raw-errors/    archive, written by Firehose
# processed  one prefix per table  tables, written by the job; _sink/ holds its publication log and settings
# results    analysts/, checks/    query results of Athena, one prefix per workgroup
# artifacts  jars/, config/        jars of the job, and the files that its settings name

locals {
  # Versions bring back what people replace or delete: the jar that an upgrade replaced, the files of a table that were
  # removed by mistake. The raw bucket has none, since raw events must be gone at the end of their retention.
  versioned_buckets = ["artifacts", "processed"]

  # An incomplete upload may be the in-progress file of a snapshot, and the snapshot cannot be restored once the upload is
  # aborted. So uploads are kept a week longer than snapshots.
  abort_uploads_days = var.snapshot_retention_days + 7

  # A rule per table with a retention, and those of other prefixes.
  table_lifecycle_rules = {
    for zone, tables in local.zone_tables : zone => [
      for table in tables : {
        id          = local.tables[table].lifecycle_rule
        prefix      = local.tables[table].prefix
        tier_days   = local.tables[table].tier_days
        expire_days = local.tables[table].expire_days
      } if local.tables[table].tier_days != null || local.tables[table].expire_days != null
    ]
  }
  lifecycle_rules = {
    raw = concat(local.table_lifecycle_rules.raw, [
      { id = "expire-raw-errors", prefix = local.archive_errors_prefix, tier_days = null, expire_days = local.tables.raw_events.expire_days },
    ])
    processed = local.table_lifecycle_rules.processed
    results = [
      { id = "expire-results", prefix = "", tier_days = null, expire_days = var.results_retention_days },
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
          # A wide Deny is safer than a narrow one.
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
          # A request without the encryption header gets the bucket's default, which is this key. A request with the header
          # but without a key would get the AWS managed key, so it is refused like one with another key. StringNotEquals
          # also matches an absent key id; Null limits the statement to requests with the header.
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

  # The bucket is destroyed before the key: if S3 refuses to delete a bucket with objects, Terraform stops here and the
  # key that decrypts them remains.
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
    # S3 reuses a data key per bucket for some time, instead of a request to KMS per object.
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

  # S3 refuses concurrent changes of the two.
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

      # A rollback needs the jar of every snapshot that may still be restored.
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
        for_each = rule.value.tier_days == null ? [] : [rule.value.tier_days]

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
