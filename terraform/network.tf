# Only with var.vpc: the job in an existing VPC, and endpoints that replace a NAT gateway.

locals {
  # A job that reads files needs no endpoint of Kinesis.
  kinesis_endpoint = var.vpc_endpoints && local.reads_stream

  create_security_group  = var.vpc == null ? false : length(var.vpc.security_group_ids) == 0
  job_security_group_ids = local.create_security_group ? aws_security_group.job[*].id : try(var.vpc.security_group_ids, [])
}

resource "aws_security_group" "job" {
  count = local.create_security_group ? 1 : 0

  name        = "${local.prefix}-job"
  description = "Clickstream job: HTTPS out, nothing in"
  vpc_id      = var.vpc.vpc_id
  tags        = merge(local.tags, { Name = "${local.prefix}-job" })
}

resource "aws_vpc_security_group_egress_rule" "job" {
  count = local.create_security_group ? 1 : 0

  security_group_id = aws_security_group.job[0].id
  description       = "Kinesis and S3"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}

resource "aws_security_group" "endpoint" {
  count = local.kinesis_endpoint ? 1 : 0

  name        = "${local.prefix}-endpoint"
  description = "Kinesis endpoint: HTTPS in from the clickstream job"
  vpc_id      = var.vpc.vpc_id
  tags        = merge(local.tags, { Name = "${local.prefix}-endpoint" })
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  # Indexed by position, since the IDs of groups that are created here are not known at plan time.
  count = local.kinesis_endpoint ? max(1, length(var.vpc.security_group_ids)) : 0

  security_group_id            = aws_security_group.endpoint[0].id
  description                  = "From the job"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = local.job_security_group_ids[count.index]
  tags                         = local.tags
}

resource "aws_vpc_endpoint" "kinesis" {
  count = local.kinesis_endpoint ? 1 : 0

  vpc_id              = var.vpc.vpc_id
  service_name        = "${data.aws_partition.current.reverse_dns_prefix}.${local.region}.kinesis-streams"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.vpc.subnet_ids
  security_group_ids  = [aws_security_group.endpoint[0].id]
  private_dns_enabled = true
  policy              = jsonencode(local.endpoint_policies.kinesis)
  tags                = merge(local.tags, { Name = "${local.prefix}-kinesis" })
}

resource "aws_vpc_endpoint" "s3" {
  count = var.vpc_endpoints ? 1 : 0

  vpc_id            = var.vpc.vpc_id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = var.vpc.route_table_ids
  policy            = jsonencode(local.endpoint_policies.s3)
  tags              = merge(local.tags, { Name = "${local.prefix}-s3" })
}

locals {
  # An endpoint allows exactly the actions of the job's role, for that role only. A condition names the role, since a gateway
  # endpoint accepts no role as principal.
  endpoint_policies = {
    for service in ["kinesis", "s3"] : service => {
      Version = "2012-10-17"
      Statement = [
        for statement in local.service_roles.job.statements : {
          Sid       = statement.Sid
          Effect    = "Allow"
          Principal = "*"
          Action    = statement.Action
          Resource  = statement.Resource
          Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.service["job"].arn } }
        } if startswith(tolist(statement.Action)[0], "${service}:")
      ]
    }
  }
}
