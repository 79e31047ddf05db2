resource "aws_kinesis_stream" "events" {
  count = local.reads_stream && var.existing_stream_arn == null ? 1 : 0

  name             = local.prefix
  retention_period = var.stream_retention_hours
  shard_count      = var.stream_mode == "PROVISIONED" ? var.stream_shards : null

  encryption_type = "KMS"
  kms_key_id      = local.data_key_arn

  shard_level_metrics = var.stream_shard_level_metrics

  stream_mode_details {
    stream_mode = var.stream_mode
  }

  tags = local.tags
}

# Producers of other accounts. Within this account the policy `producer` suffices; across accounts, the policies of the
# stream, the key (kms.tf) and the producer must all allow the request.
resource "aws_kinesis_resource_policy" "producers" {
  count = length(local.foreign_producers) > 0 && var.existing_stream_arn == null ? 1 : 0

  resource_arn = aws_kinesis_stream.events[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "PutEvents"
        Effect    = "Allow"
        Principal = { AWS = local.foreign_producers }
        Action    = ["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"]
        Resource  = local.arns.stream
      },
    ]
  })
}
