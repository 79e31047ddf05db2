# What the code defines, read from its own files instead of from a copy that could drift: the job's settings and metrics
# from job_contract.json, and the tables from the Avro contracts.

locals {
  # Written by TerraformContractTest of flink-app, which fails when the file is out of date.
  job              = jsondecode(file("${path.module}/job_contract.json"))
  job_option_names = local.job.options

  # Every Avro contract with the property "table" defines one table: tables.tf. A new table needs no change here.
  contract_schemas = flatten([
    for folder in ["${path.module}/../flink-app/src/main/avro", "${path.module}/../athena/contracts"] : [
      for file in fileset(folder, "*.avsc") : jsondecode(file("${folder}/${file}"))
    ]
  ])
  contracts = { for schema in local.contract_schemas : schema.table.name => schema if can(schema.table) }

  hive_primitives = {
    string  = "string"
    int     = "int"
    long    = "bigint"
    boolean = "boolean"
    double  = "double"
    bytes   = "binary"
  }
  hive_logical_types = {
    timestamp-millis = "timestamp"
  }

  # An optional type is ["null", T]. Every Hive column may be null, so it becomes T. Terraform has no recursion: the rules
  # cover the three levels that the contracts use (array, struct, field). A type without a rule becomes null, and the
  # table's precondition names it.
  contract_columns = {
    for table, contract in local.contracts : table => [
      for field in contract.fields : {
        name    = field.name
        comment = field.doc
        type = [
          for type in [try(field.type[1], field.type)] : try(
            local.hive_primitives[type],
            format("decimal(%d,%d)", type.precision, type.scale),
            local.hive_logical_types[type.logicalType],
            format("map<string,%s>", local.hive_primitives[type.values]),
            format("array<%s>", local.hive_primitives[type.items]),
            format("array<struct<%s>>", join(",", [
              for item in type.items.fields : format("%s:%s", item.name, [
                for type in [try(item.type[1], item.type)] : try(
                  local.hive_primitives[type],
                  format("decimal(%d,%d)", type.precision, type.scale),
                  local.hive_logical_types[type.logicalType],
                )
              ][0])
            ])),
            null,
          )
        ][0]
      }
    ]
  }

  # Columns that the mapping adds to click_events. The job checks all of the mapping; here only what a table needs.
  mapping = contains(keys(var.job_files), "parse.mapping") ? yamldecode(file(var.job_files["parse.mapping"])) : null
  custom_columns = [
    for column in try([for column in local.mapping.custom_columns : column], []) : {
      name    = try(column.name, "")
      type    = try(replace(column.type, " ", ""), "")
      comment = try(trimspace(column.comment), "Custom column of the mapping.")
    }
  ]
  wrong_custom_columns = [
    for index, column in local.custom_columns : "custom_columns[${index}]" if !can(regex("^[a-z_][a-z0-9_]*$", column.name)) || !can(regex("^(string|boolean|int|bigint|double|timestamp|decimal\\([0-9]+,[0-9]+\\))$", column.type))
  ]

  # Names that another column or a partition key has.
  taken_columns = concat(local.contract_columns.click_events[*].name, [for key in local.tables.click_events.keys : key.name])
  repeated_custom_columns = [
    for index, column in local.custom_columns : column.name if contains(local.taken_columns, column.name) || index != index(local.custom_columns[*].name, column.name)
  ]

  columns = {
    for table, columns in local.contract_columns : table => table == "click_events" ? concat(columns, local.custom_columns) : columns
  }

  unknown_types = flatten([
    for table, columns in local.columns : [for column in columns : "${table}.${column.name}" if column.type == null]
  ])
}
