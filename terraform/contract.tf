# What the job's code decides, read from the code's own files: no copy that could drift.

locals {
  # Written by TerraformContractTest of flink-app, which fails when it is out of step.
  job              = jsondecode(file("${path.module}/job_contract.json"))
  job_option_names = local.job.options

  contracts = {
    click_events    = jsondecode(file("${path.module}/../flink-app/src/main/avro/click_event.avsc"))
    rejected_events = jsondecode(file("${path.module}/../flink-app/src/main/avro/rejected_event.avsc"))
    ledger          = jsondecode(file("${path.module}/../flink-app/src/main/avro/ledger_entry.avsc"))
    raw_events      = jsondecode(file("${path.module}/../athena/contracts/raw_event.avsc"))
  }

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

  # An optional type is ["null", T]: every column may be null, so it is T. Terraform has no
  # recursion; three levels (array, struct, field) are what the contract uses. A type without a
  # rule becomes null, and the table's precondition names it.
  columns = {
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

  unknown_types = flatten([
    for table, columns in local.columns : [for column in columns : "${table}.${column.name}" if column.type == null]
  ])
}
