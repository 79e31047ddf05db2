# Rules for every statement: actions are named, resources belong to this environment. The folder simulation tests the
# permissions of each actor.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment         = "test"
  deletion_protection = false
  job_jar             = "tests/fixtures/job.jar"

  # Adds the statements for a network.
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

  # Actions have no wildcard.
  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [
          for action in flatten([statement.Action]) : can(regex("^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$", action))
        ]
      ]
    ]))
    error_message = "An action contains a wildcard or is incomplete."
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [for key in ["NotAction", "NotResource", "NotPrincipal"] : !contains(keys(statement), key)]
      ]
    ]))
    error_message = "A statement uses NotAction, NotResource or NotPrincipal."
  }

  # Resources belong to this environment, except the few for which AWS supports no narrower ARN.
  assert {
    condition = length(flatten([
      for policy in concat(values(aws_iam_role_policy.service)[*].policy, values(aws_iam_policy.access)[*].policy) : [
        for statement in jsondecode(policy).Statement : [
          for resource in flatten([statement.Resource]) : "${statement.Sid}: ${resource}"
          if !(
            strcontains(resource, "clickstream-test") || strcontains(resource, "clickstream_test")
            || resource == aws_kms_key.key["data"].arn
            || statement.Sid == "PassJobRole" && resource == aws_iam_role.service["job"].arn
            || contains(["AddPartitions", "FindTables", "CreateViews"], statement.Sid) && resource == "arn:aws:glue:eu-central-1:111122223333:catalog"
            || statement.Sid == "FindCatalog" && resource == "arn:aws:athena:eu-central-1:111122223333:datacatalog/AwsDataCatalog"
            || statement.Sid == "FindLogGroup" && statement.Action == ["logs:DescribeLogGroups"] && resource == "*"
            || contains(["CreateLogGroup", "ReadLogs"], statement.Sid) && resource == "arn:aws:logs:eu-central-1:111122223333:log-group:/aws-glue/crawlers:*"
            || statement.Sid == "ReadMetrics" && toset(statement.Action) == toset(["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]) && resource == "*"
            || statement.Sid == "ListInConsole" && toset(statement.Action) == toset(["athena:ListDataCatalogs", "athena:ListWorkGroups"]) && resource == "*"
            || statement.Sid == "DescribeNetwork" && alltrue([for action in statement.Action : startswith(action, "ec2:Describe")]) && resource == "*"
            || contains(["CreateInterfaces", "ManageInterfaces"], statement.Sid) && startswith(resource, "arn:aws:ec2:eu-central-1:111122223333:")
          )
        ]
      ]
    ])) == 0
    error_message = "A statement has resources outside of this environment. If AWS supports no narrower ARN, document it in roles.tf and add its Sid here."
  }

  # Wildcards are allowed in object keys, but not in bucket names.
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
}

run "key_policies" {
  command = apply

  assert {
    condition     = alltrue([for key in aws_kms_key.key : key.enable_key_rotation])
    error_message = "Rotation of a key is disabled."
  }

  assert {
    condition = alltrue(flatten([
      for key in aws_kms_key.key : [
        for statement in jsondecode(key.policy).Statement : [for action in statement.Action : can(regex("^kms:[A-Z][A-Za-z]+$", action))]
      ]
    ]))
    error_message = "An action of a key policy contains a wildcard."
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
    error_message = "A service can decrypt the data on its own behalf."
  }
}
