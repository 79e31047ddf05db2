resource "aws_kinesis_stream" "events" {
  name             = local.prefix
  retention_period = var.stream_retention_hours
  shard_count      = var.stream_mode == "PROVISIONED" ? var.stream_shards : null

  encryption_type = "KMS"
  kms_key_id      = aws_kms_key.key["data"].arn

  shard_level_metrics = var.stream_shard_level_metrics

  stream_mode_details {
    stream_mode = var.stream_mode
  }

  tags = local.tags
}
