# Only with batch_task: a task of Fargate that runs a batch (batch.tf) in a container. Nothing runs, and nothing costs, until a
# person or a program starts a task with the command of the output run_batch.

locals {
  # Account, region and repository of an image in ECR; null for one of another registry.
  batch_image = try(regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?/(?P<repository>[a-z0-9][a-z0-9._/-]*)", var.batch_task.image), null)

  batch_container = "lake"

  batch_role_arns = {
    for role in ["batch", "batch-execution"] : role => "arn:${local.partition}:iam::${local.account}:role/${local.prefix}-${role}-${local.region}"
  }

  # ECS sends the ARN of no cluster or task definition: the documented form is any of the account.
  batch_source_arns = ["arn:${local.partition}:ecs:${local.region}:${local.account}:*"]

  # Pulls the image and writes the log, before and beside the program, which has the role batch.
  batch_execution_statements = concat(
    [
      {
        Sid      = "WriteLog"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.arns.logs}:${local.log_groups.batch}:log-stream:*"]
      },
    ],
    [
      for image in [local.batch_image] : {
        Sid      = "PullImage"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = ["arn:${local.partition}:ecr:${image.region}:${image.account}:repository/${image.repository}"]
      } if image != null
    ],
    [
      # The action supports no resource.
      for image in [local.batch_image] : {
        Sid      = "LogInToRegistry"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"]
      } if image != null
    ],
  )

  # Of those who start tasks. It gives whoever has it the permissions of the task: batch and erase.
  run_batch_statements = [
    {
      Sid       = "RunTask"
      Action    = ["ecs:RunTask"]
      Resource  = ["${local.arns.batch_task_definition}:*"]
      Condition = { ArnEquals = { "ecs:cluster" = local.arns.batch_cluster } }
    },
    {
      Sid      = "FollowTask"
      Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
      Resource = ["arn:${local.partition}:ecs:${local.region}:${local.account}:task/${local.prefix}-batch/*"]
    },
    {
      Sid       = "PassTaskRoles"
      Action    = ["iam:PassRole"]
      Resource  = values(local.batch_role_arns)
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    },
    {
      Sid      = "ReadLog"
      Action   = ["logs:FilterLogEvents", "logs:GetLogEvents"]
      Resource = ["${local.arns.logs}:${local.log_groups.batch}:*"]
    },
  ]

  run_batch = try(join(" ", [
    "aws ecs run-task --region ${local.region} --cluster ${local.prefix}-batch --task-definition ${local.prefix}-batch --launch-type FARGATE",
    "--network-configuration 'awsvpcConfiguration={subnets=[${join(",", var.batch_task.subnet_ids)}],securityGroups=[${aws_security_group.batch[0].id}],assignPublicIp=${var.batch_task.assign_public_ip ? "ENABLED" : "DISABLED"}}'",
    "--overrides '${jsonencode({ containerOverrides = [{ name = local.batch_container, command = ["fill", "--from", "2026-11-20"] }] })}'",
    "--query '[tasks[0].taskArn, failures[0].reason]' --output text",
  ]), null)
}

resource "aws_ecs_cluster" "batch" {
  count = var.batch_task == null ? 0 : 1

  name = "${local.prefix}-batch"
  tags = local.tags
}

resource "aws_ecs_task_definition" "batch" {
  count = var.batch_task == null ? 0 : 1

  family                   = "${local.prefix}-batch"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.batch_task.cpu
  memory                   = var.batch_task.memory
  task_role_arn            = aws_iam_role.service["batch"].arn
  execution_role_arn       = aws_iam_role.service["batch-execution"].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.batch_task.cpu_architecture
  }

  # For the sort, which uses the disk.
  ephemeral_storage {
    size_in_gib = var.batch_task.ephemeral_storage_gib
  }

  container_definitions = jsonencode([
    {
      name      = local.batch_container
      image     = var.batch_task.image
      essential = true
      command   = ["help"]

      environment = [
        { name = "AWS_REGION", value = local.region },
        { name = "LAKE_AWS", value = local.lake_url },
      ]

      # Forwards SIGTERM of a stopped task, which ends a batch like Ctrl-C.
      linuxParameters = { initProcessEnabled = true }

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = local.log_groups.batch
          awslogs-region        = local.region
          awslogs-stream-prefix = "batch"
        }
      }
    },
  ])

  tags = local.tags

  depends_on = [aws_cloudwatch_log_group.log, aws_iam_role_policy.service, aws_iam_role_policy_attachment.batch]
}

resource "aws_iam_role_policy_attachment" "batch" {
  for_each = toset(var.batch_task == null ? [] : ["batch", "erase"])

  role       = aws_iam_role.service["batch"].name
  policy_arn = aws_iam_policy.access[each.key].arn
}

data "aws_subnet" "batch" {
  count = var.batch_task == null ? 0 : 1

  id = var.batch_task.subnet_ids[0]
}

resource "aws_security_group" "batch" {
  count = var.batch_task == null ? 0 : 1

  name        = "${local.prefix}-batch"
  description = "Clickstream batches: HTTPS out, nothing in"
  vpc_id      = data.aws_subnet.batch[0].vpc_id
  tags        = merge(local.tags, { Name = "${local.prefix}-batch" })
}

resource "aws_vpc_security_group_egress_rule" "batch" {
  count = var.batch_task == null ? 0 : 1

  security_group_id = aws_security_group.batch[0].id
  description       = "S3, KMS, Glue, Secrets Manager, ECR, CloudWatch Logs"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}
