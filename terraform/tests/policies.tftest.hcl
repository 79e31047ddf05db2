# Every policy document, parsed, statement by statement.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"

  # So that the statements for a network are there as well.
  vpc = {
    vpc_id          = "vpc-0123456789abcdef0"
    subnet_ids      = ["subnet-0123456789abcdef0"]
    route_table_ids = ["rtb-0123456789abcdef0"]
  }
  vpc_endpoints = true
}

run "identity_policies" {
  command = apply

  assert {
    condition     = toset(keys(aws_iam_role_policy.service)) == toset(["job", "archive", "crawler", "ledger-check"])
    error_message = "There are not exactly the four service roles."
  }

  # Actions: each one named.
  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [
          for action in flatten([statement.Action]) : can(regex("^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$", action))
        ]
      ]
    ]))
    error_message = "An action is not named in full."
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [for key in ["NotAction", "NotResource", "NotPrincipal"] : !contains(keys(statement), key)]
      ]
    ]))
    error_message = "A statement says what is not allowed instead of what is."
  }

  # Resources: of this environment, or one of the few that AWS knows no narrower name for.
  assert {
    condition = length(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [
          for resource in flatten([statement.Resource]) : "${statement.Sid}: ${resource}"
          if !(
            strcontains(resource, "clickstream-test") || strcontains(resource, "clickstream_test")
            || resource == aws_kms_key.key["data"].arn
            || statement.Sid == "PassJobRole" && resource == aws_iam_role.service["job"].arn
            || contains(["AddPartitions", "FindTables", "MakeViews"], statement.Sid) && resource == "arn:aws:glue:eu-central-1:111122223333:catalog"
            || statement.Sid == "FindCatalog" && resource == "arn:aws:athena:eu-central-1:111122223333:datacatalog/AwsDataCatalog"
            || statement.Sid == "FindLogGroup" && statement.Action == ["logs:DescribeLogGroups"] && resource == "arn:aws:logs:eu-central-1:111122223333:log-group:*"
            || statement.Sid == "MakeLogGroup" && resource == "arn:aws:logs:eu-central-1:111122223333:log-group:/aws-glue/crawlers"
            || statement.Sid == "ListInConsole" && toset(statement.Action) == toset(["athena:ListDataCatalogs", "athena:ListWorkGroups"]) && resource == "*"
            || statement.Sid == "DescribeNetwork" && alltrue([for action in statement.Action : startswith(action, "ec2:Describe")]) && resource == "*"
            || contains(["MakeInterfaces", "HandOverInterfaces"], statement.Sid) && startswith(resource, "arn:aws:ec2:eu-central-1:111122223333:")
          )
        ]
      ]
    ])) == 0
    error_message = "A statement reaches beyond this environment. If AWS knows no narrower name for it, say so in roles.tf and here, by its Sid."
  }

  # A wildcard stands at the end of a path in a bucket, never in its name.
  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [
          for resource in flatten([statement.Resource]) : !strcontains(split("/", resource)[0], "*")
          if startswith(resource, "arn:aws:s3:")
        ]
      ]
    ]))
    error_message = "A statement names buckets with a wildcard."
  }

  # The job can write files, and delete none but the parts that it parked and its own notes, unless it is told to rewind.
  assert {
    condition = alltrue(flatten([
      for role, policy in aws_iam_role_policy.service : [
        for statement in jsondecode(policy.policy).Statement : role == "job" && alltrue([for resource in statement.Resource : endswith(resource, "*_tmp_*") || endswith(resource, "/_sink/*")])
        if anytrue([for action in statement.Action : startswith(action, "s3:Delete")])
      ]
    ]))
    error_message = "A service may delete finished files."
  }

  assert {
    condition = length(flatten([
      for role, policy in aws_iam_role_policy.service : [
        for statement in jsondecode(policy.policy).Statement : [
          for resource in statement.Resource : resource if strcontains(resource, "-raw-") && !contains(["archive", "crawler"], role)
        ]
      ]
    ])) == 0
    error_message = "A service besides archive and crawler reaches the raw bucket."
  }

  # iam:PassRole: one role, to one service.
  assert {
    condition = flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [statement.Sid, statement.Resource, statement.Condition.StringEquals["iam:PassedToService"]]
        if contains(flatten([statement.Action]), "iam:PassRole")
      ]
    ]) == ["PassJobRole", aws_iam_role.service["job"].arn, "kinesisanalytics.amazonaws.com"]
    error_message = "iam:PassRole is not bound to the job's role and its service."
  }
}

run "trust_policies" {
  command = apply

  assert {
    condition = alltrue([
      for role in aws_iam_role.service : alltrue([
        for statement in jsondecode(role.assume_role_policy).Statement :
        statement.Action == "sts:AssumeRole"
        && statement.Condition.StringEquals["aws:SourceAccount"] == "111122223333"
        && length(statement.Condition.ArnEquals["aws:SourceArn"]) >= 1
        && alltrue([for arn in statement.Condition.ArnEquals["aws:SourceArn"] : strcontains(arn, "clickstream-test") && !strcontains(arn, "*")])
      ])
    ])
    error_message = "A role can be taken on behalf of something else than this environment's resources."
  }

  assert {
    condition = { for name, role in aws_iam_role.service : name => jsondecode(role.assume_role_policy).Statement[0].Principal.Service } == {
      archive      = "firehose.amazonaws.com"
      crawler      = "glue.amazonaws.com"
      job          = "kinesisanalytics.amazonaws.com"
      ledger-check = "scheduler.amazonaws.com"
    }
    error_message = "A role trusts another service than its own."
  }
}

run "key_policies" {
  command = apply

  assert {
    condition     = alltrue([for key in aws_kms_key.key : key.enable_key_rotation])
    error_message = "A key is not rotated."
  }

  assert {
    condition = alltrue(flatten([
      for key in aws_kms_key.key : [
        for statement in jsondecode(key.policy).Statement : [for action in statement.Action : can(regex("^kms:[A-Z][A-Za-z]+$", action))]
      ]
    ]))
    error_message = "A key policy has an action that is not named in full."
  }

  assert {
    condition = alltrue(flatten([
      for key in aws_kms_key.key : [
        for statement in jsondecode(key.policy).Statement :
        statement.Sid == "Administration" ? !anytrue([for action in ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"] : contains(statement.Action, action)]) : length(statement.Condition) >= 1
      ]
    ]))
    error_message = "A key can be used without a condition."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_kms_key.key["data"].policy).Statement : !can(statement.Principal.Service)])
    error_message = "A service can open the data by itself."
  }
}

run "resource_policies" {
  command = apply

  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_sqs_queue_policy.files)[*].policy, [aws_sqs_queue_policy.dead_letters.policy, aws_sns_topic_policy.alarms.policy]) : [
        for statement in jsondecode(policy).Statement :
        statement.Effect == "Deny" ? true : (
          can(statement.Principal.Service)
          && !strcontains(statement.Action, "*")
          && statement.Condition.StringEquals["aws:SourceAccount"] == "111122223333"
          && (can(statement.Condition.ArnEquals["aws:SourceArn"]) || can(statement.Condition.ArnLike["aws:SourceArn"]))
        )
      ]
    ]))
    error_message = "A queue or topic takes messages on behalf of something else than this environment."
  }

  assert {
    condition = alltrue([
      for policy in concat(values(aws_sqs_queue_policy.files)[*].policy, [aws_sqs_queue_policy.dead_letters.policy, aws_sns_topic_policy.alarms.policy]) :
      anytrue([for statement in jsondecode(policy).Statement : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"])
    ])
    error_message = "A queue or topic can be reached without TLS."
  }

  assert {
    condition = alltrue(flatten([
      for policy in [aws_vpc_endpoint.kinesis[0].policy, aws_vpc_endpoint.s3[0].policy] : [
        for statement in jsondecode(policy).Statement :
        statement.Condition.ArnEquals["aws:PrincipalArn"] == aws_iam_role.service["job"].arn
        && alltrue([for resource in statement.Resource : strcontains(resource, "clickstream-test")])
        && !anytrue([for action in statement.Action : strcontains(action, "*")])
      ]
    ]))
    error_message = "An endpoint lets others through than the job, or to other resources."
  }
}

run "people" {
  command = apply

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.access["producer"].policy).Statement : statement.Action
    ])) == toset(["kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords", "kms:GenerateDataKey"])
    error_message = "A producer may do more or less than put events."
  }

  assert {
    condition = length(flatten([
      for statement in jsondecode(aws_iam_policy.access["analyst"].policy).Statement : [
        for resource in flatten([statement.Resource]) : resource
        if statement.Effect == "Allow" && (strcontains(resource, "-raw-") || strcontains(resource, "rejected_events") || strcontains(resource, "raw_events"))
      ]
    ])) == 0
    error_message = "An analyst reaches original bytes."
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(aws_iam_policy.access["analyst"].policy).Statement :
      statement.Effect == "Deny" && contains(statement.Action, "s3:GetObject") && toset(statement.Resource) == toset([
        "arn:aws:s3:::clickstream-test-raw-111122223333-eu-central-1/*",
        "arn:aws:s3:::clickstream-test-processed-111122223333-eu-central-1/rejected_events/*",
      ])
    ])
    error_message = "Original bytes are not closed to analysts whatever else they may do."
  }
}

run "without_fan_out" {
  command = apply

  assert {
    condition     = !strcontains(aws_iam_role_policy.service["job"].policy, "StreamConsumer")
    error_message = "A job that polls may register itself with the stream."
  }
}

run "with_fan_out" {
  command = apply

  variables {
    job_settings = { "source.reader" = "EFO", "source.efo-consumer" = "lake" }
  }

  assert {
    condition = toset([
      for statement in jsondecode(aws_iam_role_policy.service["job"].policy).Statement : statement.Sid
      if contains(["RegisterConsumer", "SubscribeToShards"], statement.Sid)
    ]) == toset(["RegisterConsumer", "SubscribeToShards"])
    error_message = "A job with enhanced fan-out may not register itself with the stream and subscribe to its shards."
  }
}
