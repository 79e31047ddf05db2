resource "aws_sns_topic" "alarms" {
  name              = "${local.prefix}-alarms"
  kms_master_key_id = aws_kms_key.key["operations"].arn
  tags              = local.tags
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local.topic_statements : statement
      if(statement.Sid != "FromCrawlerFailures" || var.catalog_mode == "crawler") && (statement.Sid != "FromBudget" || var.monthly_budget_usd != null)
    ]
  })
}

locals {
  # Conditions on the source that each service documents: EventBridge sends no account, Budgets no ARN of a single budget.
  topic_statements = [
    {
      Sid       = "FromAlarms"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = local.arns.topic
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${local.prefix}-*" }
      }
    },
    {
      Sid       = "FromCrawlerFailures"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = local.arns.topic
      Condition = {
        ArnEquals = { "aws:SourceArn" = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${local.prefix}-crawler-failed" }
      }
    },
    {
      Sid       = "FromBudget"
      Effect    = "Allow"
      Principal = { Service = "budgets.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = local.arns.topic
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:budgets::${local.account}:*" }
      }
    },
    {
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sns:Publish"
      Resource  = local.arns.topic
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    },
  ]
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# Messages that a queue or a schedule could not deliver.
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${local.prefix}-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = local.arns.dead_letters
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

# Glue has no metric for failed crawlers, only an event. The rule sends a message with crawler and error; the alarm uses the
# metric of the rule.
resource "aws_cloudwatch_event_rule" "crawler_failed" {
  count = var.catalog_mode == "crawler" ? 1 : 0

  name        = "${local.prefix}-crawler-failed"
  description = "A crawler of this environment failed"

  event_pattern = jsonencode({
    source      = ["aws.glue"]
    detail-type = ["Glue Crawler State Change"]
    detail = {
      crawlerName = values(local.crawler_names)
      state       = ["Failed"]
    }
  })

  tags = local.tags
}

resource "aws_cloudwatch_event_target" "crawler_failed" {
  count = var.catalog_mode == "crawler" ? 1 : 0

  rule      = aws_cloudwatch_event_rule.crawler_failed[0].name
  target_id = "alarms"
  arn       = aws_sns_topic.alarms.arn

  input_transformer {
    input_paths = {
      crawler = "$.detail.crawlerName"
      error   = "$.detail.errorMessage"
    }
    input_template = "\"The crawler <crawler> failed: <error>. Runbook: ${var.runbook_url}#crawler-failed\""
  }
}
