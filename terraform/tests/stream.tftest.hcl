# The stream, and the raw archive that Firehose writes.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"
}

run "on_demand" {
  command = plan

  assert {
    condition     = aws_kinesis_stream.events[0].stream_mode_details[0].stream_mode == "ON_DEMAND"
    error_message = "The stream is not on demand by default."
  }

  assert {
    condition     = aws_kinesis_stream.events[0].shard_count == null
    error_message = "An on-demand stream has a number of shards."
  }

  assert {
    condition     = aws_kinesis_stream.events[0].encryption_type == "KMS"
    error_message = "The stream is not encrypted."
  }

  assert {
    condition     = length(aws_kinesis_stream.events[0].shard_level_metrics) == 0
    error_message = "Shard-level metrics, which cost extra, are enabled by default."
  }
}

run "provisioned" {
  command = plan

  variables {
    stream_mode                = "PROVISIONED"
    stream_shards              = 4
    stream_retention_hours     = 168
    stream_shard_level_metrics = ["IncomingBytes", "IteratorAgeMilliseconds"]
  }

  assert {
    condition     = aws_kinesis_stream.events[0].stream_mode_details[0].stream_mode == "PROVISIONED" && aws_kinesis_stream.events[0].shard_count == 4
    error_message = "The stream does not have the four configured shards."
  }

  assert {
    condition     = aws_kinesis_stream.events[0].retention_period == 168
    error_message = "The stream does not have the configured retention."
  }

  assert {
    condition     = aws_kinesis_stream.events[0].shard_level_metrics == toset(["IncomingBytes", "IteratorAgeMilliseconds"])
    error_message = "The stream does not report the configured shard-level metrics."
  }
}

run "archive" {
  command = plan

  variables {
    archive_buffer_mib     = 32
    archive_buffer_seconds = 120
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].prefix == "raw/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
    error_message = "The prefix of the archive is not that of the table raw_events."
  }

  assert {
    condition     = startswith(aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].error_output_prefix, "raw-errors/!{firehose:error-output-type}/")
    error_message = "The error output of Firehose is not under raw-errors/."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].compression_format == "GZIP"
    error_message = "The archive is not compressed with gzip."
  }

  assert {
    condition = [
      for processor in aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].processing_configuration[0].processors :
      [processor.type, [for parameter in processor.parameters : "${parameter.parameter_name}=${parameter.parameter_value}"]]
    ] == [["AppendDelimiterToRecord", ["Delimiter=\\n"]]]
    error_message = "Records of the archive do not end with a newline."
  }

  assert {
    condition = (
      aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].buffering_size == 32
      && aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].buffering_interval == 120
    )
    error_message = "The buffer of the archive is not as configured."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].cloudwatch_logging_options[0].enabled
    error_message = "Firehose does not log errors."
  }
}
