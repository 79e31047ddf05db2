# The raw archive: every record as it was received, gzip, one a line, by arrival time.

resource "aws_kinesis_firehose_delivery_stream" "archive" {
  name        = "${local.prefix}-archive"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = local.arns.stream
    role_arn           = aws_iam_role.service["archive"].arn
  }

  extended_s3_configuration {
    bucket_arn          = local.bucket_arns.raw
    role_arn            = aws_iam_role.service["archive"].arn
    prefix              = "raw/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
    error_output_prefix = "raw-errors/!{firehose:error-output-type}/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
    custom_time_zone    = "UTC"
    compression_format  = "GZIP"
    kms_key_arn         = local.data_key_arn
    buffering_size      = var.archive_buffer_mib
    buffering_interval  = var.archive_buffer_seconds

    # Records carry no line end; without one, the events of an object would run together.
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
      log_stream_name = aws_cloudwatch_log_stream.archive.name
    }
  }

  tags = local.tags

  # Firehose tries its role when it is made.
  depends_on = [aws_iam_role_policy.service, aws_kinesis_stream.events, aws_s3_bucket.bucket]
}
