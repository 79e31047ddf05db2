# The data flow from left to right, as in the diagram: stream or files; job; archive and lake; catalog and queries. Each column
# starts with the input and ends with errors. Graphs with stream = true are only shown if the job reads a stream.

locals {
  source_columns = {
    stream = {
      title = "1 · Kinesis"
      text  = "Producers → stream → job and archive"
      graphs = [
        {
          title   = "Records in"
          metrics = [["AWS/Kinesis", "IncomingRecords", "StreamName", local.stream_name, { stat = "Sum" }]]
        },
        {
          title   = "Bytes in and out"
          metrics = [["AWS/Kinesis", "IncomingBytes", "StreamName", local.stream_name, { stat = "Sum" }], ["AWS/Kinesis", "GetRecords.Bytes", "StreamName", local.stream_name, { stat = "Sum" }]]
        },
        {
          title   = "Records refused"
          metrics = [["AWS/Kinesis", "WriteProvisionedThroughputExceeded", "StreamName", local.stream_name, { stat = "Sum" }], ["AWS/Kinesis", "ReadProvisionedThroughputExceeded", "StreamName", local.stream_name, { stat = "Sum" }]]
        },
        {
          title   = "Lag of the slowest reader (ms)"
          metrics = [["AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName", local.stream_name, { stat = "Maximum" }]]
        },
      ]
    }
    files = {
      title = "1 · Files"
      text  = "Folder in S3 → job"
      graphs = [
        {
          title   = "Source bucket: objects (daily)"
          metrics = [["AWS/S3", "NumberOfObjects", "BucketName", try(var.source_files.bucket, ""), "StorageType", "AllStorageTypes", { stat = "Average", period = 86400 }]]
        },
      ]
    }
  }

  dashboard_columns = concat([for source, column in local.source_columns : column if(source == "stream") == local.reads_stream], [
    {
      title = "2 · Flink job"
      text  = "parse → enrich → de-duplicate → write"
      graphs = [
        {
          title = "Events per second"
          # Each subtask reports four samples per minute.
          metrics = concat(
            [for metric in ["Received", "Written", "Rejected", "Duplicate"] : ["AWS/KinesisAnalytics", "events${metric}PerSecond", "Application", local.prefix, { stat = "Sum", id = lower(metric), visible = false }]],
            [for metric in ["Received", "Written", "Rejected", "Duplicate"] : [{ expression = "${lower(metric)} / (4 * PERIOD(${lower(metric)}) / 60)", label = lower(metric) }]],
          )
        },
        {
          title   = "Lag behind the stream (ms)"
          stream  = true
          metrics = [["AWS/KinesisAnalytics", "millisBehindLatest", "Application", local.prefix, "Id", replace(local.stream_name, "-", "_"), "Flow", "Input", { stat = "Maximum" }]]
        },
        {
          title   = "Checkpoints: duration (ms), size (bytes)"
          metrics = [["AWS/KinesisAnalytics", "lastCheckpointDuration", "Application", local.prefix, { stat = "Maximum" }], ["AWS/KinesisAnalytics", "lastCheckpointSize", "Application", local.prefix, { stat = "Maximum", yAxis = "right" }]]
        },
        {
          title   = "Restarts, failed checkpoints"
          metrics = [["AWS/KinesisAnalytics", "fullRestarts", "Application", local.prefix, { stat = "Maximum" }], ["AWS/KinesisAnalytics", "numberOfFailedCheckpoints", "Application", local.prefix, { stat = "Maximum" }]]
        },
        {
          title   = "Changed settings that alter data, for an hour after the start"
          metrics = [["AWS/KinesisAnalytics", "dataSettingsChanged", "Application", local.prefix, { stat = "Maximum" }]]
        },
        {
          title   = "CPU and memory (%), KPUs"
          metrics = [["AWS/KinesisAnalytics", "containerCPUUtilization", "Application", local.prefix, { stat = "Maximum" }], ["AWS/KinesisAnalytics", "containerMemoryUtilization", "Application", local.prefix, { stat = "Maximum" }], ["AWS/KinesisAnalytics", "KPUs", "Application", local.prefix, { stat = "Maximum", period = 3600, yAxis = "right" }]]
        },
      ]
    },
    {
      title = "3 · S3"
      text  = local.reads_stream ? "raw archive (Firehose) · lake (Parquet)" : "lake (Parquet)"
      graphs = [
        {
          title   = "Raw archive: records"
          stream  = true
          metrics = [["AWS/Firehose", "DeliveryToS3.Records", "DeliveryStreamName", "${local.prefix}-archive", { stat = "Sum" }]]
        },
        {
          title   = "Raw archive: age of the oldest record (s)"
          stream  = true
          metrics = [["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName", "${local.prefix}-archive", { stat = "Maximum" }]]
        },
        {
          title   = "Lake: bytes (daily)"
          metrics = [["AWS/S3", "BucketSizeBytes", "BucketName", local.bucket_names.processed, "StorageType", "StandardStorage", { stat = "Average", period = 86400 }], ["AWS/S3", "BucketSizeBytes", "BucketName", local.bucket_names.raw, "StorageType", "StandardStorage", { stat = "Average", period = 86400 }]]
        },
        {
          title   = "Lake: objects (daily)"
          metrics = [["AWS/S3", "NumberOfObjects", "BucketName", local.bucket_names.processed, "StorageType", "AllStorageTypes", { stat = "Average", period = 86400 }]]
        },
      ]
    },
    {
      title = "4 · Catalog and Athena"
      text  = var.catalog_mode == "crawler" ? "file events → crawler → tables → queries" : "projected partitions → tables → queries"
      graphs = concat(
        var.catalog_mode == "crawler" ? [
          {
            title   = "File events waiting for a crawler"
            metrics = [for bucket in keys(local.zone_tables) : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${local.prefix}-${bucket}-files", { stat = "Maximum" }]]
          },
        ] : [],
        [
          {
            title   = "Bytes scanned by queries"
            metrics = [for workgroup in ["analysts", "checks"] : ["AWS/Athena", "ProcessedBytes", "WorkGroup", "${local.prefix}-${workgroup}", "QueryType", "DML", "QueryState", "SUCCEEDED", { stat = "Sum" }]]
          },
          {
            title   = "Ledger check: passed, failed"
            metrics = [for state in ["SUCCEEDED", "FAILED"] : ["AWS/Athena", "TotalExecutionTime", "WorkGroup", "${local.prefix}-checks", "QueryType", "DML", "QueryState", state, { stat = "SampleCount", period = 3600, label = lower(state) }]]
          },
          {
            title   = "Dead letters"
            metrics = [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${local.prefix}-dead-letters", { stat = "Maximum" }]]
          },
        ],
      )
    },
  ])

  # The grid has 24 columns; the alarms are at the top, over the full width.
  dashboard_body = {
    start = "-PT12H"
    widgets = concat(
      [
        {
          type       = "alarm"
          x          = 0
          y          = 0
          width      = 24
          height     = 3
          properties = { title = "Alarms", alarms = [for key in sort(keys(local.alarms)) : "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${local.prefix}-${key}"] }
        },
      ],
      [
        for place, column in local.dashboard_columns : {
          type       = "text"
          x          = place * 6
          y          = 3
          width      = 6
          height     = 2
          properties = { markdown = "## ${column.title}\n${column.text}" }
        }
      ],
      flatten([
        for place, column in local.dashboard_columns : [
          for row, graph in [for graph in column.graphs : graph if local.reads_stream || !try(graph.stream, false)] : {
            type   = "metric"
            x      = place * 6
            y      = 5 + row * 5
            width  = 6
            height = 5
            properties = {
              title   = graph.title
              view    = "timeSeries"
              region  = local.region
              period  = 300
              metrics = graph.metrics
            }
          }
        ]
      ]),
    )
  }
}

resource "aws_cloudwatch_dashboard" "flow" {
  dashboard_name = local.dashboard_name
  dashboard_body = jsonencode(local.dashboard_body)
}
