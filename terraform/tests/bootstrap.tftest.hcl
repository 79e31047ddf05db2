# Permissions of GitHub Actions in the account.

mock_provider "aws" {
  source = "./tests/mocks"
  # Plan only: the bucket of the state cannot be destroyed.
  override_during = plan
}

run "roles" {
  command = plan

  module {
    source = "./bootstrap"
  }

  variables {
    github_repository = "shop/clickstream-lake"
  }

  assert {
    condition     = jsondecode(aws_iam_role.github["apply"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:shop/clickstream-lake:environment:production"]
    error_message = "A run outside of the approved environment can apply."
  }

  assert {
    condition = alltrue([
      for role in aws_iam_role.github :
      jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
      && alltrue([for subject in jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] : startswith(subject, "repo:shop/clickstream-lake:") && !strcontains(subject, "*")])
    ])
    error_message = "Runs of other repositories can assume a role."
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_policy.github : [
        for statement in jsondecode(policy.policy).Statement : [for action in statement.Action : can(regex("^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$", action))]
      ]
    ]))
    error_message = "An action contains a wildcard or is incomplete."
  }

  assert {
    condition = length(flatten([
      for policy in aws_iam_policy.github : [
        for statement in jsondecode(policy.policy).Statement : [
          for resource in statement.Resource : "${statement.Sid} ${resource}"
          if !(
            can(regex("[:/]clickstream[-_]", resource))
            || resource == aws_kms_key.state.arn
            || resource == "arn:aws:glue:eu-central-1:111122223333:catalog"
            || statement.Sid == "Describe" && alltrue([for action in statement.Action : can(regex(":(Describe|List)", action))])
            || try(statement.Condition.StringEquals["aws:ResourceTag/Project"], statement.Condition.StringEquals["aws:RequestTag/Project"], "") == "clickstream"
            # These actions support no resource.
            || statement.Sid == "ChangeUnnamed" && toset(statement.Action) == toset([
              "ecs:DeregisterTaskDefinition", "glue:CreateCrawler", "glue:CreateDataQualityRuleset", "kinesis:DisableEnhancedMonitoring", "kinesis:EnableEnhancedMonitoring",
              "kinesis:UpdateShardCount", "kinesis:UpdateStreamMode", "kinesisanalytics:CreateApplication", "lakeformation:GrantPermissions",
              "lakeformation:RevokePermissions", "quicksight:CreateDataSource",
            ])
          )
        ]
      ]
    ])) == 0
    error_message = "A role has permissions on resources without the name."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.github : !startswith(role.name, "clickstream-")]) && alltrue([for policy in aws_iam_policy.github : !startswith(policy.name, "clickstream-")])
    error_message = "The apply role could extend its own permissions: its name has the prefix that it may change."
  }

  # The plan role may change only the lock.
  assert {
    condition = length(flatten([
      for name, policy in aws_iam_policy.github : [
        for statement in jsondecode(policy.policy).Statement : [
          for action in statement.Action : action
          if !can(regex(":(Get|List|Describe|View)", action)) && !contains(["LockState", "DecryptState", "ReadJarChecksum"], statement.Sid)
        ]
      ] if startswith(name, "plan-")
    ])) == 0
    error_message = "The role for plans can change something."
  }

  assert {
    condition = flatten([
      for policy in aws_iam_policy.github : [
        for statement in jsondecode(policy.policy).Statement : [statement.Sid, length(statement.Condition.StringEquals["iam:PassedToService"])] if contains(statement.Action, "iam:PassRole")
      ]
    ]) == ["PassServiceRoles", 5]
    error_message = "iam:PassRole is not limited to the services of the module."
  }
}
