# Batches over the tables: ./lake load, fill, replay, erase and check. They run wherever there is a checkout, Java and these
# permissions, for example on EC2, or as a task of batch_task.tf. This file has what such a program reads first, and what its
# policies in access.tf contain:
#
#   batch      load, fill, replay, check: adds rows to the tables, and takes rejected rows out that are valid now
#   erase      what erase needs besides: it deletes rows, archived events and old object versions

locals {
  lake_settings_key = "config/lake.properties"
  lake_url          = "s3://${local.bucket_names.artifacts}/${local.lake_settings_key}"

  # The settings of the job, and where the rest of this environment is. No setting of the job begins with "lake.".
  lake_settings = merge(
    local.job_settings,
    {
      "lake.region"    = local.region
      "lake.database"  = local.database_name
      "lake.workgroup" = "${local.prefix}-analysts"
      "lake.crawlers"  = join(",", local.batch_crawlers)
    },
    local.reads_stream ? {
      "lake.archive"        = local.tables.raw_events.location
      "lake.archive-errors" = "s3://${local.bucket_names.raw}/${local.archive_errors_prefix}"
    } : {},
  )

  # In the syntax of java.util.Properties, as UTF-8. Leading blanks of a value would be skipped.
  lake_properties = join("", [
    for name, value in local.lake_settings :
    "${name}=${replace(replace(replace(replace(replace(value, "\\", "\\\\"), "\n", "\\n"), "\r", "\\r"), "\t", "\\t"), "/^([ \\f])/", "\\$1")}\n"
  ])

  # The crawler of the tables: those of the raw archive and of all folders find nothing new after a batch.
  batch_crawlers     = [for name in [local.crawler_names.processed] : name if var.catalog_mode == "crawler"]
  batch_crawler_arns = [for name in local.batch_crawlers : "arn:${local.partition}:glue:${local.region}:${local.account}:crawler/${name}"]

  # Tables with rows of persons: PersonRows of flink-app.
  person_tables    = ["click_events", "rejected_events"]
  person_file_arns = [for table in local.person_tables : local.tables[table].files_arn]

  archive_file_arns = [for prefix in local.archive_prefixes : "${local.bucket_arns.raw}/${prefix}"]

  # S3A asks for an object with the name of a folder (HEAD) if the folder is empty, or not there: without the slash.
  table_folder_arns = [for files in local.job_file_arns : trimsuffix(files, "/*")]
  runs_arn          = "${local.bucket_arns.processed}/_runs"
  erasures_arn      = "${local.bucket_arns.processed}/_erase"
  generations_arn   = "${local.bucket_arns.processed}/_generations"

  batch_statements = concat(
    [
      {
        # A file is an upload that is completed when the whole batch is written. Flink's client of S3 neither aborts uploads
        # nor lists parts.
        Sid      = "WriteTables"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = local.job_file_arns
      },
      {
        # A row of rejected_events that becomes an event leaves its file, or the file goes.
        Sid      = "RemoveReplayedFiles"
        Action   = ["s3:DeleteObject"]
        Resource = [local.tables.rejected_events.files_arn]
      },
      {
        Sid      = "MaintainRuns"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.bucket_arns.processed}/_sink/*", "${local.runs_arn}/*"]
      },
      {
        Sid      = "FindFolders"
        Action   = ["s3:GetObject"]
        Resource = concat(local.table_folder_arns, [local.runs_arn, local.generations_arn, "${local.erasures_arn}/running", "${local.erasures_arn}/runs"])
      },
      {
        # Without a condition on the prefix, as for the job. The uploads are those that a check reports.
        Sid      = "ListLake"
        Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = [local.bucket_arns.processed]
      },
      {
        Sid      = "ReadConfig"
        Action   = ["s3:GetObject"]
        Resource = ["${local.bucket_arns.artifacts}/config/*"]
      },
      {
        Sid       = "ListConfig"
        Action    = ["s3:ListBucket"]
        Resource  = [local.bucket_arns.artifacts]
        Condition = { StringLike = { "s3:prefix" = ["config/*"] } }
      },
      {
        Sid       = "UseDataKey"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [local.data_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.${local.dns_suffix}" } }
      },
    ],
    [for statement in local.read_archive_statements : statement if local.reads_stream],
    [for statement in local.files_statements : statement if !local.reads_stream],
    local.secret_statements,
    [
      for arns in [local.batch_crawler_arns] : {
        Sid      = "RunCrawlers"
        Action   = ["glue:GetCrawler", "glue:StartCrawler"]
        Resource = arns
      } if length(arns) > 0
    ],
  )

  read_archive_statements = [
    {
      Sid      = "ReadArchive"
      Action   = ["s3:GetObject"]
      Resource = [trimsuffix(local.tables.raw_events.files_arn, "/*"), local.tables.raw_events.files_arn]
    },
    {
      Sid      = "ListArchive"
      Action   = ["s3:ListBucket"]
      Resource = [local.bucket_arns.raw]
    },
  ]

  # No policy of a bucket refuses these deletions, and deletion_protection stops only Terraform.
  erase_statements = concat(
    [
      {
        # A file without rows goes; in rejected_events, batch may delete files too.
        Sid      = "RemoveErasedFiles"
        Action   = ["s3:DeleteObject"]
        Resource = [local.tables.click_events.files_arn]
      },
      {
        Sid      = "MaintainErasures"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.erasures_arn}/*"]
      },
      {
        Sid      = "ListVersions"
        Action   = ["s3:GetBucketVersioning", "s3:ListBucketVersions"]
        Resource = concat([local.bucket_arns.processed], [for arn in [local.bucket_arns.raw] : arn if local.reads_stream])
      },
      {
        # The bucket keeps what was replaced or deleted; also in a file that a rewind moved aside.
        Sid    = "DeleteOldVersions"
        Action = ["s3:DeleteObjectVersion"]
        Resource = concat(
          local.person_file_arns,
          [for table in local.person_tables : "${local.bucket_arns.processed}/_sink/${table}/rewound/*"],
          [for arn in local.archive_file_arns : arn if local.reads_stream],
        )
      },
    ],
    [for statement in local.replace_archive_statements : statement if local.reads_stream],
  )

  replace_archive_statements = [
    {
      Sid      = "ReplaceArchive"
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = local.archive_file_arns
    },
    {
      Sid      = "ReadFailedDeliveries"
      Action   = ["s3:GetObject"]
      Resource = ["${local.bucket_arns.raw}/${trimsuffix(local.archive_errors_prefix, "/")}", "${local.bucket_arns.raw}/${local.archive_errors_prefix}*"]
    },
  ]
}

# The job does not read it, so a change restarts nothing.
resource "aws_s3_object" "lake_settings" {
  bucket       = local.bucket_names.artifacts
  key          = local.lake_settings_key
  content      = local.lake_properties
  content_type = "text/plain; charset=utf-8"
  tags         = local.tags

  # The table has its columns before a batch may write them.
  depends_on = [
    aws_s3_bucket_policy.bucket,
    aws_s3_bucket_server_side_encryption_configuration.bucket,
    aws_s3_bucket_versioning.bucket,
    aws_s3_object.catalog_columns,
  ]
}
