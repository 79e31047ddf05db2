# Only with lake_formation: the Lake Formation grants that are needed besides IAM in an account without
# IAMAllowedPrincipals. The S3 locations are not registered, so access to S3 is still decided by the policies in roles.tf
# alone. The job writes to S3 and does not use the catalog.

locals {
  lake_readers = merge(
    { "ledger-check" = aws_iam_role.service["ledger-check"].arn },
    length(aws_iam_role.analyst) == 0 ? {} : { analyst = aws_iam_role.analyst[0].arn },
  )
  lake_grants = var.lake_formation ? merge(
    merge([
      for reader in ["analyst", "ledger-check"] : {
        for table in local.reader_tables[reader] : "${reader}/${table}" => { principal = reader, table = table, permissions = ["DESCRIBE", "SELECT"] }
      } if reader != "analyst" || length(var.analyst_principal_arns) > 0
    ]...),
    # In Lake Formation, adding partitions needs ALTER and INSERT.
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
