# Only with lake_formation: what Lake Formation must allow besides IAM, where the account has taken
# IAMAllowedPrincipals away. The locations in S3 are not registered, so S3 is still decided by the
# policies of roles.tf alone; the job itself writes to S3 and asks the catalog nothing.

locals {
  lake_readers = merge(
    { "ledger-check" = aws_iam_role.service["ledger-check"].arn },
    length(aws_iam_role.analyst) == 0 ? {} : { analyst = aws_iam_role.analyst[0].arn },
  )
  lake_tables = {
    analyst        = ["click_events", "ledger"]
    "ledger-check" = ["click_events", "ledger", "rejected_events"]
  }
  lake_grants = var.lake_formation ? merge(
    merge([
      for reader in keys(local.lake_tables) : {
        for table in local.lake_tables[reader] : "${reader}/${table}" => { principal = reader, table = table, permissions = ["DESCRIBE", "SELECT"] }
      } if reader != "analyst" || length(var.analyst_principal_arns) > 0
    ]...),
    # To add partitions is to alter and insert, as Lake Formation counts.
    var.catalog_mode != "crawler" ? {} : {
      for table in keys(local.tables) : "crawler/${table}" => { principal = "crawler", table = table, permissions = ["ALTER", "DESCRIBE", "INSERT", "SELECT"] }
    },
  ) : {}
  lake_principals = merge(local.lake_readers, var.catalog_mode != "crawler" ? {} : { crawler = aws_iam_role.service["crawler"].arn })
}

resource "aws_lakeformation_permissions" "database" {
  for_each = toset([for grant in values(local.lake_grants) : grant.principal])

  principal   = local.lake_principals[each.key]
  permissions = ["DESCRIBE"]

  database {
    name = aws_glue_catalog_database.clickstream.name
  }
}

resource "aws_lakeformation_permissions" "table" {
  for_each = local.lake_grants

  principal   = local.lake_principals[each.value.principal]
  permissions = each.value.permissions

  table {
    database_name = aws_glue_catalog_database.clickstream.name
    name          = aws_glue_catalog_table.table[each.value.table].name
  }
}
