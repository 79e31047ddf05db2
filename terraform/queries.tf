# Athena: a workgroup for people and one for the ledger check, and every view and query of the folder athena/ as a saved
# query, from the same files that its tests run.

locals {
  sql = {
    for kind in ["views", "queries"] : kind => {
      for file in fileset("${path.module}/../athena/${kind}", "*.sql") : trimsuffix(file, ".sql") => {
        description = trimspace(regex("(?m)^-- description: (.+)$", file("${path.module}/../athena/${kind}/${file}"))[0])
        text        = file("${path.module}/../athena/${kind}/${file}")
      }
    }
  }
  views   = local.sql.views
  queries = local.sql.queries
}

resource "aws_athena_workgroup" "workgroup" {
  for_each = {
    analysts = "Queries of people"
    checks   = "Ledger check; a failed query here triggers an alarm"
  }

  name          = "${local.prefix}-${each.key}"
  description   = each.value
  force_destroy = var.force_destroy

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.athena_bytes_scanned_limit

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${local.bucket_names.results}/${each.key}/"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = local.data_key_arn
      }
    }
  }

  tags = local.tags
}

resource "aws_athena_named_query" "view" {
  for_each = local.views

  name        = "view: ${each.key}"
  description = each.value.description
  workgroup   = aws_athena_workgroup.workgroup["analysts"].id
  database    = aws_glue_catalog_database.clickstream.name
  query       = each.value.text
}

resource "aws_athena_named_query" "query" {
  for_each = local.queries

  name        = each.key
  description = each.value.description
  workgroup   = aws_athena_workgroup.workgroup["analysts"].id
  database    = aws_glue_catalog_database.clickstream.name
  query       = each.value.text
}

resource "aws_quicksight_data_source" "athena" {
  count = var.quicksight_principal_arn == null ? 0 : 1

  data_source_id = "${local.prefix}-athena"
  name           = "${local.prefix} (Athena)"
  type           = "ATHENA"

  parameters {
    athena {
      work_group = aws_athena_workgroup.workgroup["analysts"].name
    }
  }

  permission {
    principal = var.quicksight_principal_arn
    actions = [
      "quicksight:DescribeDataSource",
      "quicksight:DescribeDataSourcePermissions",
      "quicksight:PassDataSource",
    ]
  }

  tags = local.tags
}
