# The tag System must be activated once as a cost allocation tag in the billing account; until then the budget counts
# nothing.
resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd == null ? 0 : 1

  # Budgets are account-wide, so the name contains the region.
  name         = local.budget_name
  budget_type  = "COST"
  limit_amount = format("%.1f", var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:System$%s", local.prefix)]
  }

  # The same environment in another region has the same tag, but a separate budget.
  cost_filter {
    name   = "Region"
    values = [local.region]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }

  tags = local.tags
}
