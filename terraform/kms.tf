# Two keys, so that services that only handle alarms and logs can never decrypt the data.
#
#   data        stream, buckets, query results
#   operations  alarm topic, logs
#
# A key policy must name the account's root, otherwise IAM policies have no effect. The statements list the actions for
# administration and use instead of kms:*. Resource "*" in a key policy is the key itself.

locals {
  # Services through which the data key is used.
  data_services = [for service in ["kinesis", "s3"] : "${service}.${local.region}.${local.dns_suffix}" if service != "kinesis" || local.reads_stream]

  key_administration = {
    Sid       = "Administration"
    Effect    = "Allow"
    Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
    Action = [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
    Resource = "*"
  }

  # EventBridge sends neither account nor rule to KMS, but SNS adds the topic to the encryption context.
  crawler_event_statements = [
    {
      Sid       = "CrawlerFailuresToTopic"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "*"
      Condition = {
        StringEquals = { "kms:EncryptionContext:aws:sns:topicArn" = local.arns.topic }
      }
    },
  ]

  key_policies = {
    data = concat([
      local.key_administration,
      {
        Sid       = "UseThroughStreamAndBuckets"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = {
          StringEquals = {
            "kms:CallerAccount" = local.account
            "kms:ViaService"    = local.data_services
          }
        }
      },
      ],
      length(local.foreign_producers) == 0 ? [] : [
        {
          Sid       = "EncryptEventsOfOtherAccounts"
          Effect    = "Allow"
          Principal = { AWS = local.foreign_producers }
          Action    = ["kms:GenerateDataKey"]
          Resource  = "*"
          Condition = { StringEquals = { "kms:ViaService" = "kinesis.${local.region}.${local.dns_suffix}" } }
        },
      ]
    )
    operations = concat([
      local.key_administration,
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${local.region}.${local.dns_suffix}" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
        Resource  = "*"
        Condition = {
          ArnEquals = {
            "kms:EncryptionContext:aws:logs:arn" = [for name in values(local.needed_log_groups) : "${local.arns.logs}:${name}"]
          }
        }
      },
      {
        Sid       = "AlarmsToTopic"
        Effect    = "Allow"
        Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      },
      ],
      [for statement in local.crawler_event_statements : statement if var.catalog_mode == "crawler"],
    )
  }
}

resource "aws_kms_key" "key" {
  for_each = { for key, policy in local.key_policies : key => policy if key != "data" || var.existing_kms_key_arn == null }

  description             = "${local.prefix} ${each.key}"
  enable_key_rotation     = true
  deletion_window_in_days = var.kms_deletion_window_days
  policy                  = jsonencode({ Version = "2012-10-17", Statement = each.value })
  tags                    = local.tags
}

resource "aws_kms_alias" "key" {
  for_each = aws_kms_key.key

  name          = "alias/${local.prefix}-${each.key}"
  target_key_id = each.value.key_id
}
