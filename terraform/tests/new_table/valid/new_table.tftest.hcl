# A table needs no Terraform code: terraform/check copies the module, adds page_visit.avsc to the contracts and runs this.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment            = "test"
  job_jar                = "tests/fixtures/job.jar"
  analyst_principal_arns = ["arn:aws:iam::444455556666:root"]
  lake_formation         = true
}

run "new_table" {
  command = plan

  assert {
    condition = (
      aws_glue_catalog_table.table["page_visits"].storage_descriptor[0].location == "s3://clickstream-test-processed-111122223333-eu-central-1/page_visits/"
      && jsonencode([for column in aws_glue_catalog_table.table["page_visits"].storage_descriptor[0].columns : [column.name, column.type]]) == jsonencode([["visit_id", "string"], ["visit_time", "timestamp"], ["pages", "int"]])
      && aws_glue_catalog_table.table["page_visits"].partition_keys[*].name == tolist(["year", "month", "day"])
    )
    error_message = "The catalog lacks the table, or its location, columns or partition keys differ from the contract."
  }

  assert {
    condition = (
      contains(aws_glue_crawler.files["processed"].catalog_target[0].tables, "page_visits")
      && contains(aws_glue_crawler.nightly[0].catalog_target[0].tables, "page_visits")
      && contains(aws_s3_bucket_notification.files["processed"].queue[*].filter_prefix, "page_visits/")
    )
    error_message = "No crawler adds the partitions of the table."
  }

  assert {
    condition = jsonencode([
      for rule in aws_s3_bucket_lifecycle_configuration.bucket["processed"].rule :
      [rule.filter[0].prefix, [for transition in rule.transition : transition.days], [for expiration in rule.expiration : expiration.days]]
      if rule.id == "expire-page-visits"
    ]) == jsonencode([["page_visits/", [20], [90]]])
    error_message = "The lifecycle rule of the table differs from the retention in the contract."
  }

  assert {
    condition = alltrue([
      for sid, resource in { WriteTables = "page_visits/*", DeleteTemporaryParts = "page_visits/*_tmp_*" } :
      contains(one([for statement in jsondecode(aws_iam_role_policy.service["job"].policy).Statement : statement.Resource if statement.Sid == sid]), "arn:aws:s3:::clickstream-test-processed-111122223333-eu-central-1/${resource}")
    ])
    error_message = "The job must not write the table."
  }

  assert {
    condition = alltrue([
      for policy in [aws_iam_role_policy.service["crawler"].policy, aws_iam_policy.access["operator-queries"].policy] :
      strcontains(policy, "/page_visits/*\"") && strcontains(policy, ":table/clickstream_test/page_visits\"")
    ])
    error_message = "Crawlers or operators cannot read the table."
  }

  # The only statement about it is the Deny.
  assert {
    condition = [
      for statement in jsondecode(aws_iam_policy.access["analyst"].policy).Statement : statement.Sid if strcontains(jsonencode(statement), "page_visits")
    ] == ["NoOriginalBytes"]
    error_message = "Analysts can read a table without the reader analyst, or no Deny keeps it closed."
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.service["ledger-check"].policy, "page_visits")
    error_message = "The ledger check can read a table without the reader ledger-check."
  }

  assert {
    condition     = toset([for key in keys(aws_lakeformation_permissions.table) : key if endswith(key, "/page_visits")]) == toset(["crawler/page_visits"])
    error_message = "Lake Formation grants differ from the readers in the contract."
  }
}
