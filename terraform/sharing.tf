# A role for analysts that people and programs of this account or of others may assume. Queries run in this account's
# workgroup and write their results here, so other accounts need no policy on each bucket, key and catalog.

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
