resource "aws_iam_openid_connect_provider" "github" {
  count = var.existing_oidc_provider_arn == null ? 1 : 0

  url            = "https://${local.github}"
  client_id_list = ["sts.amazonaws.com"]
  tags           = local.tags
}

locals {
  oidc_provider_arn = var.existing_oidc_provider_arn != null ? var.existing_oidc_provider_arn : aws_iam_openid_connect_provider.github[0].arn

  # The runs that may assume a role. Pull requests get none: their code would read the state, which may hold secrets.
  subjects = {
    plan  = ["repo:${var.github_repository}:ref:refs/heads/main"]
    apply = ["repo:${var.github_repository}:environment:${var.github_environment}"]
  }

  arn = {
    for service in ["athena", "cloudwatch", "ec2", "ecs", "events", "firehose", "glue", "kinesis", "kinesisanalytics", "kms", "logs", "quicksight", "scheduler", "sns", "sqs"] :
    service => "arn:${local.partition}:${service}:${local.region}:${local.account}"
  }
  database = replace(var.name, "-", "_")

  # Resources with the name, for services whose ARNs contain a name.
  resources = {
    athena     = ["${local.arn.athena}:workgroup/${var.name}-*"]
    budgets    = ["arn:${local.partition}:budgets::${local.account}:budget/${var.name}-*"]
    cloudwatch = ["${local.arn.cloudwatch}:alarm:${var.name}-*", "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.name}-*"]
    ecs        = ["${local.arn.ecs}:cluster/${var.name}-*", "${local.arn.ecs}:task-definition/${var.name}-*:*"]
    events     = ["${local.arn.events}:rule/${var.name}-*"]
    firehose   = ["${local.arn.firehose}:deliverystream/${var.name}-*"]
    glue = [
      "${local.arn.glue}:catalog",
      "${local.arn.glue}:crawler/${var.name}-*",
      "${local.arn.glue}:dataQualityRuleset/${var.name}-*",
      "${local.arn.glue}:database/${local.database}_*",
      "${local.arn.glue}:table/${local.database}_*/*",
    ]
    iam              = ["arn:${local.partition}:iam::${local.account}:role/${var.name}-*", "arn:${local.partition}:iam::${local.account}:policy/${var.name}-*"]
    kinesis          = ["${local.arn.kinesis}:stream/${var.name}-*"]
    kinesisanalytics = ["${local.arn.kinesisanalytics}:application/${var.name}-*"]
    logs             = ["${local.arn.logs}:log-group:/aws/kinesis-analytics/${var.name}-*", "${local.arn.logs}:log-group:/aws/kinesisfirehose/${var.name}-*", "${local.arn.logs}:log-group:/aws/ecs/${var.name}-*"]
    quicksight       = ["${local.arn.quicksight}:datasource/${var.name}-*"]
    s3_buckets       = [for kind in ["artifacts", "processed", "raw", "results"] : "arn:${local.partition}:s3:::${var.name}-*-${kind}-${local.account}-*"]
    s3_artifacts     = ["arn:${local.partition}:s3:::${var.name}-*-artifacts-${local.account}-*/*"]
    scheduler        = ["${local.arn.scheduler}:schedule/${var.name}-*/${var.name}-*", "${local.arn.scheduler}:schedule-group/${var.name}-*"]
    sns              = ["${local.arn.sns}:${var.name}-*"]
    sqs              = ["${local.arn.sqs}:${var.name}-*"]
  }

  # Deleting a database also deletes its functions.
  resources_of_writes = { glue = ["${local.arn.glue}:userDefinedFunction/${local.database}_*/*"] }

  read_actions = {
    athena           = ["athena:GetNamedQuery", "athena:GetWorkGroup", "athena:ListTagsForResource"]
    budgets          = ["budgets:ListTagsForResource", "budgets:ViewBudget"]
    cloudwatch       = ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"]
    ecs              = ["ecs:DescribeClusters", "ecs:ListTagsForResource"]
    events           = ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"]
    firehose         = ["firehose:DescribeDeliveryStream", "firehose:ListTagsForDeliveryStream"]
    glue             = ["glue:GetCrawler", "glue:GetDataQualityRuleset", "glue:GetDatabase", "glue:GetPartitionIndexes", "glue:GetTable", "glue:GetTags"]
    iam              = ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"]
    kinesis          = ["kinesis:DescribeStreamSummary", "kinesis:GetResourcePolicy", "kinesis:ListTagsForStream"]
    kinesisanalytics = ["kinesisanalytics:DescribeApplication", "kinesisanalytics:ListTagsForResource"]
    logs             = ["logs:DescribeLogStreams", "logs:ListTagsForResource"]
    s3_buckets = [
      "s3:GetAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLogging", "s3:GetBucketNotification",
      "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketRequestPayment", "s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket",
    ]
    s3_artifacts = ["s3:GetObject", "s3:GetObjectTagging"]
    quicksight   = ["quicksight:DescribeDataSource", "quicksight:DescribeDataSourcePermissions", "quicksight:ListTagsForResource"]
    scheduler    = ["scheduler:GetSchedule", "scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"]
    sns          = ["sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource"]
    sqs          = ["sqs:GetQueueAttributes", "sqs:ListQueueTags"]
  }

  write_actions = {
    athena           = ["athena:CreateNamedQuery", "athena:CreateWorkGroup", "athena:DeleteNamedQuery", "athena:DeleteWorkGroup", "athena:TagResource", "athena:UntagResource", "athena:UpdateNamedQuery", "athena:UpdateWorkGroup"]
    budgets          = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
    cloudwatch       = ["cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
    ecs              = ["ecs:CreateCluster", "ecs:DeleteCluster", "ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UntagResource"]
    events           = ["events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource", "events:UntagResource"]
    firehose         = ["firehose:CreateDeliveryStream", "firehose:DeleteDeliveryStream", "firehose:TagDeliveryStream", "firehose:UntagDeliveryStream", "firehose:UpdateDestination"]
    glue             = ["glue:CreateDatabase", "glue:CreateTable", "glue:DeleteCrawler", "glue:DeleteDataQualityRuleset", "glue:DeleteDatabase", "glue:DeleteTable", "glue:TagResource", "glue:UntagResource", "glue:UpdateCrawler", "glue:UpdateDataQualityRuleset", "glue:UpdateDatabase", "glue:UpdateTable"]
    iam              = ["iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:CreateRole", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:ListInstanceProfilesForRole", "iam:ListPolicyVersions", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:TagPolicy", "iam:TagRole", "iam:UntagPolicy", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRoleDescription"]
    kinesis          = ["kinesis:AddTagsToStream", "kinesis:CreateStream", "kinesis:DecreaseStreamRetentionPeriod", "kinesis:DeleteResourcePolicy", "kinesis:DeleteStream", "kinesis:IncreaseStreamRetentionPeriod", "kinesis:PutResourcePolicy", "kinesis:RemoveTagsFromStream", "kinesis:StartStreamEncryption", "kinesis:StopStreamEncryption"]
    kinesisanalytics = ["kinesisanalytics:AddApplicationCloudWatchLoggingOption", "kinesisanalytics:AddApplicationVpcConfiguration", "kinesisanalytics:DeleteApplication", "kinesisanalytics:DeleteApplicationCloudWatchLoggingOption", "kinesisanalytics:DeleteApplicationVpcConfiguration", "kinesisanalytics:DescribeApplicationOperation", "kinesisanalytics:StartApplication", "kinesisanalytics:StopApplication", "kinesisanalytics:TagResource", "kinesisanalytics:UntagResource", "kinesisanalytics:UpdateApplication"]
    logs             = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"]
    s3_buckets = [
      "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketLogging", "s3:PutBucketNotification", "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration",
      "s3:ListBucketVersions", "s3:PutLifecycleConfiguration",
    ]
    s3_artifacts = ["s3:AbortMultipartUpload", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging"]
    quicksight   = ["quicksight:DeleteDataSource", "quicksight:PassDataSource", "quicksight:TagResource", "quicksight:UntagResource", "quicksight:UpdateDataSource", "quicksight:UpdateDataSourcePermissions"]
    scheduler    = ["scheduler:CreateSchedule", "scheduler:CreateScheduleGroup", "scheduler:DeleteSchedule", "scheduler:DeleteScheduleGroup", "scheduler:TagResource", "scheduler:UntagResource", "scheduler:UpdateSchedule"]
    sns          = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:Unsubscribe", "sns:UntagResource"]
    sqs          = ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"]
  }

  unnamed_writes = [
    "ecs:DeregisterTaskDefinition", "glue:CreateCrawler", "glue:CreateDataQualityRuleset", "kinesis:DisableEnhancedMonitoring", "kinesis:EnableEnhancedMonitoring",
    "kinesis:UpdateShardCount", "kinesis:UpdateStreamMode", "kinesisanalytics:CreateApplication", "lakeformation:GrantPermissions", "lakeformation:RevokePermissions", "quicksight:CreateDataSource",
  ]

  # To write an encrypted object and to read its checksum, only in the artifacts bucket.
  artifacts_key_condition = {
    StringEquals = {
      "aws:ResourceTag/Project" = var.name
      "kms:ViaService"          = "s3.${local.region}.${data.aws_partition.current.dns_suffix}"
    }
    StringLike = { "kms:EncryptionContext:aws:s3:arn" = "arn:${local.partition}:s3:::${var.name}-*-artifacts-${local.account}-*" }
  }

  network_creates = [
    "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet", "ec2:CreateVpc", "ec2:CreateVpcEndpoint",
  ]
  network = [for kind in ["route-table", "security-group", "security-group-rule", "subnet", "vpc", "vpc-endpoint"] : "${local.arn.ec2}:${kind}/*"]

  state_statements = [
    {
      Sid      = "FindState"
      Action   = ["s3:ListBucket"]
      Resource = ["arn:${local.partition}:s3:::${local.state_name}"]
    },
    {
      Sid      = "DecryptState"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [aws_kms_key.state.arn]
    },
  ]

  # ARNs of networks and keys contain no name. Keys are limited by the tag that the module sets; the Describe actions of
  # networks support no resource.
  unnamed_reads = [
    {
      Sid = "Describe"
      Action = [
        "ec2:DescribeAvailabilityZones", "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces", "ec2:DescribePrefixLists", "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs", "ecs:DescribeTaskDefinition", "kinesis:DescribeLimits", "kms:ListAliases", "lakeformation:ListPermissions", "logs:DescribeLogGroups",
      ]
      Resource = ["*"]
    },
    {
      Sid       = "ReadKeys"
      Action    = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"]
      Resource  = ["${local.arn.kms}:key/*"]
      Condition = { StringEquals = { "aws:ResourceTag/Project" = var.name } }
    },
  ]

  policies = {
    plan = concat(
      [for service, actions in local.read_actions : { Sid = "Read${replace(title(replace(service, "_", " ")), " ", "")}", Action = actions, Resource = local.resources[service] }],
      local.state_statements,
      local.unnamed_reads,
      [
        {
          # A plan acquires the lock, but changes no state.
          Sid      = "LockState"
          Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = ["arn:${local.partition}:s3:::${local.state_name}/*.tflock"]
        },
        {
          Sid      = "ReadState"
          Action   = ["s3:GetObject"]
          Resource = ["arn:${local.partition}:s3:::${local.state_name}/*.tfstate"]
        },
        {
          Sid       = "ReadJarChecksum"
          Action    = ["kms:Decrypt"]
          Resource  = ["${local.arn.kms}:key/*"]
          Condition = local.artifacts_key_condition
        },
      ],
    )

    apply = concat(
      [for service, actions in local.read_actions : { Sid = "Change${replace(title(replace(service, "_", " ")), " ", "")}", Action = concat(actions, try(local.write_actions[service], [])), Resource = concat(local.resources[service], lookup(local.resources_of_writes, service, [])) }],
      local.state_statements,
      local.unnamed_reads,
      [
        {
          Sid      = "WriteState"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = ["arn:${local.partition}:s3:::${local.state_name}/*.tfstate"]
        },
        {
          Sid      = "LockState"
          Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = ["arn:${local.partition}:s3:::${local.state_name}/*.tflock"]
        },
        {
          # According to the service authorization reference, these support no resource.
          Sid      = "ChangeUnnamed"
          Action   = local.unnamed_writes
          Resource = ["*"]
        },
        {
          # Only the module's roles, and only to their services.
          Sid      = "PassServiceRoles"
          Action   = ["iam:PassRole"]
          Resource = ["arn:${local.partition}:iam::${local.account}:role/${var.name}-*"]
          Condition = {
            StringEquals = {
              "iam:PassedToService" = ["ecs-tasks.amazonaws.com", "firehose.amazonaws.com", "glue.amazonaws.com", "kinesisanalytics.amazonaws.com", "scheduler.amazonaws.com"]
            }
          }
        },
        {
          Sid       = "AttachPolicies"
          Action    = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
          Resource  = ["arn:${local.partition}:iam::${local.account}:role/${var.name}-*"]
          Condition = { ArnLike = { "iam:PolicyARN" = "arn:${local.partition}:iam::${local.account}:policy/${var.name}-*" } }
        },
        {
          # New resources must have the tag, and only resources with the tag may be changed, since ARNs of networks contain no
          # name.
          Sid       = "CreateNetwork"
          Action    = local.network_creates
          Resource  = local.network
          Condition = { StringEquals = { "aws:RequestTag/Project" = var.name } }
        },
        {
          Sid      = "TagNewNetwork"
          Action   = ["ec2:CreateTags"]
          Resource = local.network
          Condition = {
            StringEquals = {
              "aws:RequestTag/Project" = var.name
              "ec2:CreateAction"       = [for action in local.network_creates : trimprefix(action, "ec2:")]
            }
          }
        },
        {
          Sid = "ChangeNetwork"
          Action = [
            "ec2:AssociateRouteTable", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateRouteTable",
            "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTags", "ec2:CreateVpcEndpoint", "ec2:DeleteRouteTable",
            "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints",
            "ec2:DisassociateRouteTable", "ec2:ModifySecurityGroupRules", "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint",
            "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
          ]
          Resource  = local.network
          Condition = { StringEquals = { "aws:ResourceTag/Project" = var.name } }
        },
        {
          # TagResource only for a key without this tag: a key of another project cannot be taken over.
          Sid      = "CreateKeys"
          Action   = ["kms:CreateKey", "kms:TagResource"]
          Resource = ["*"]
          Condition = {
            Null         = { "aws:ResourceTag/Project" = "true" }
            StringEquals = { "aws:RequestTag/Project" = var.name }
          }
        },
        {
          Sid       = "ChangeKeys"
          Action    = ["kms:CreateAlias", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription"]
          Resource  = ["${local.arn.kms}:key/*"]
          Condition = { StringEquals = { "aws:ResourceTag/Project" = var.name } }
        },
        {
          Sid      = "NameKeys"
          Action   = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
          Resource = ["${local.arn.kms}:alias/${var.name}-*"]
        },
        {
          Sid       = "EncryptJar"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = ["${local.arn.kms}:key/*"]
          Condition = local.artifacts_key_condition
        },
      ],
    )
  }
}

resource "aws_iam_role" "github" {
  for_each = local.subjects

  # Not NAME-…: the apply role may change roles with that prefix, and must not change itself.
  name        = "github-${var.name}-${each.key}"
  description = "GitHub Actions of ${var.github_repository}: terraform ${each.key}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyThisRepository"
        Effect    = "Allow"
        Principal = { Federated = local.oidc_provider_arn }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "${local.github}:aud" = "sts.amazonaws.com"
            "${local.github}:sub" = each.value
          }
        }
      },
    ]
  })

  tags = local.tags
}

# Several policies per role, since one may have up to 6,144 characters.
resource "aws_iam_policy" "github" {
  for_each = merge([
    for role, statements in local.policies : {
      for part in range(ceil(length(statements) / 8)) :
      "${role}-${part}" => slice(statements, part * 8, min(part * 8 + 8, length(statements)))
    }
  ]...)

  name   = "github-${var.name}-${each.key}"
  policy = jsonencode({ Version = "2012-10-17", Statement = [for statement in each.value : merge({ Effect = "Allow" }, statement)] })
  tags   = local.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode({ Version = "2012-10-17", Statement = each.value })) < 6000
      error_message = "The policy ${each.key} is longer than IAM allows (6,144 characters): put fewer statements into each policy."
    }
  }
}

resource "aws_iam_role_policy_attachment" "github" {
  for_each = aws_iam_policy.github

  role       = aws_iam_role.github[split("-", each.key)[0]].name
  policy_arn = each.value.arn
}
