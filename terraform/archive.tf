# The raw archive: every record of the stream as received, one per line, gzip, by arrival time.

locals {
  archive_errors_prefix = "raw-errors/"
  archive_prefixes      = [for prefix in [local.tables.raw_events.prefix, local.archive_errors_prefix] : "${prefix}*"]
  archive_hour          = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
}

resource "aws_kinesis_firehose_delivery_stream" "archive" {
  count = local.reads_stream ? 1 : 0

  name        = "${local.prefix}-archive"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = local.arns.stream
    role_arn           = aws_iam_role.service["archive"].arn
  }

  extended_s3_configuration {
    bucket_arn          = local.bucket_arns.raw
    role_arn            = aws_iam_role.service["archive"].arn
    prefix              = "${local.tables.raw_events.prefix}${local.archive_hour}"
    error_output_prefix = "${local.archive_errors_prefix}!{firehose:error-output-type}/${local.archive_hour}"
    custom_time_zone    = "UTC"
    compression_format  = "GZIP"
    kms_key_arn         = local.data_key_arn
    buffering_size      = var.archive_buffer_mib
    buffering_interval  = var.archive_buffer_seconds

    # Records have no line end: without the delimiter, the events of an object would run together.
    processing_configuration {
      enabled = true

      processors {
        type = "AppendDelimiterToRecord"

        parameters {
          parameter_name  = "Delimiter"
          parameter_value = "\\n"
        }
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.log["archive"].name
      log_stream_name = aws_cloudwatch_log_stream.archive[0].name
    }
  }

  tags = local.tags

  # Firehose checks its role when the stream is created.
  depends_on = [aws_iam_role_policy.service, aws_kinesis_stream.events, aws_s3_bucket.bucket]
}
