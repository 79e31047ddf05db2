# Analysts by role: one role that people and programs of this account or of others may take. A query
# runs in this account's workgroup and writes its result here, so a role serves other accounts
# without a policy on every bucket, key and catalog.

resource "aws_iam_role" "analyst" {
  count = length(var.analyst_principal_arns) > 0 ? 1 : 0

  name                 = "${local.prefix}-analyst-${local.region}"
  description          = "${local.prefix}: analysts"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Analysts"
        Effect    = "Allow"
        Principal = { AWS = sort(tolist(var.analyst_principal_arns)) }
        Action    = "sts:AssumeRole"
      },
    ]
  })

  tags = local.tags
}

resource "aws_iam_role_policy_attachment" "analyst" {
  count = length(aws_iam_role.analyst)

  role       = aws_iam_role.analyst[0].name
  policy_arn = aws_iam_policy.access["analyst"].arn
}
