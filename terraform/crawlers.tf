# Only with catalog_mode "crawler". S3 reports each new file to a queue. On a schedule, a crawler empties the queue and adds
# the new partitions. There is one crawler and one queue per bucket, since in event mode all tables of a crawler must be in
# one bucket. Events can be lost, so another crawler lists everything once a night.

locals {
  event_crawlers = var.catalog_mode == "crawler" ? local.zone_tables : {}

  crawler_names = merge(
    { for bucket in keys(local.zone_tables) : bucket => "${local.prefix}-${bucket}" },
    { nightly = "${local.prefix}-nightly" },
  )
  file_event_queue_arns = {
    for bucket in keys(local.zone_tables) :
    bucket => "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.prefix}-${bucket}-files"
  }

  # Partitions take their columns from the table, not from the files.
  crawler_configuration = jsonencode({
    Version       = 1.0
    CrawlerOutput = { Partitions = { AddOrUpdateBehavior = "InheritFromTable" } }
    # Glue adds this to every crawler of catalog tables. Without it here, each plan would remove it.
    Grouping = { TableGroupingPolicy = "CombineCompatibleSchemas" }
  })
}

resource "aws_sqs_queue" "files" {
  for_each = local.event_crawlers

  name                       = "${local.prefix}-${each.key}-files"
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 900
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })

  tags = local.tags
}

resource "aws_sqs_queue_policy" "files" {
  for_each = aws_sqs_queue.files

  queue_url = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyFromItsBucket"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = local.file_event_queue_arns[each.key]
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnEquals    = { "aws:SourceArn" = local.bucket_arns[each.key] }
        }
      },
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = local.file_event_queue_arns[each.key]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_s3_bucket_notification" "files" {
  for_each = local.event_crawlers

  bucket = aws_s3_bucket.bucket[each.key].id

  # Other prefixes, such as raw-errors/, belong to no table.
  dynamic "queue" {
    for_each = [for table in each.value : local.tables[table].prefix]

    content {
      id            = trimsuffix(queue.value, "/")
      queue_arn     = aws_sqs_queue.files[each.key].arn
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = queue.value
    }
  }

  depends_on = [aws_sqs_queue_policy.files]
}

resource "aws_glue_crawler" "files" {
  for_each = local.event_crawlers

  name          = local.crawler_names[each.key]
  description   = "Adds the partitions of new files, from their S3 events"
  role          = aws_iam_role.service["crawler"].arn
  database_name = aws_glue_catalog_database.clickstream.name
  schedule      = each.key == "raw" ? var.raw_crawl_schedule : var.crawl_schedule
  configuration = local.crawler_configuration

  catalog_target {
    database_name       = aws_glue_catalog_database.clickstream.name
    tables              = [for table in each.value : aws_glue_catalog_table.table[table].name]
    event_queue_arn     = aws_sqs_queue.files[each.key].arn
    dlq_event_queue_arn = aws_sqs_queue.dead_letters.arn
  }

  recrawl_policy {
    recrawl_behavior = "CRAWL_EVENT_MODE"
  }

  schema_change_policy {
    update_behavior = "LOG"
    delete_behavior = "LOG"
  }

  tags = local.tags

  depends_on = [aws_iam_role_policy.service, aws_s3_bucket_notification.files]
}

resource "aws_glue_crawler" "nightly" {
  count = var.catalog_mode == "crawler" ? 1 : 0

  name          = local.crawler_names.nightly
  description   = "Lists all folders once a night, in case an S3 event was lost"
  role          = aws_iam_role.service["crawler"].arn
  database_name = aws_glue_catalog_database.clickstream.name
  schedule      = var.nightly_crawl_schedule
  configuration = local.crawler_configuration

  catalog_target {
    database_name = aws_glue_catalog_database.clickstream.name
    tables        = [for table in keys(local.tables) : aws_glue_catalog_table.table[table].name]
  }

  recrawl_policy {
    recrawl_behavior = "CRAWL_EVERYTHING"
  }

  schema_change_policy {
    update_behavior = "LOG"
    delete_behavior = "LOG"
  }

  tags = local.tags

  depends_on = [aws_iam_role_policy.service]
}
