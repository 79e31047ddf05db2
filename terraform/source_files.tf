# Only with source_files: the job reads the objects of a folder in S3. There is no stream then, so its archive, alarms and
# policies are left out: reads_stream.

locals {
  reads_stream = var.source_files == null

  # The folder without a slash at its end; empty: the whole bucket.
  files_folder     = try(trimsuffix(var.source_files.prefix, "/"), "")
  files_bucket_arn = "arn:${local.partition}:s3:::${try(var.source_files.bucket, "")}"
  files_path       = local.files_folder == "" ? "s3://${try(var.source_files.bucket, "")}" : "s3://${try(var.source_files.bucket, "")}/${local.files_folder}"

  source_settings = local.reads_stream ? {
    "source.stream" = local.stream_name
    } : {
    "source.type"       = "FILES"
    "source.files.path" = local.files_path
  }

  # Requests of S3A: it asks for an object with the name of the folder (HEAD), lists the folder and all folders in it
  # (prefix FOLDER/…, delimiter /), and reads the objects (HEAD, GET).
  files_statements = concat(
    [
      {
        Sid      = "ReadSourceFiles"
        Action   = ["s3:GetObject"]
        Resource = local.files_folder == "" ? ["${local.files_bucket_arn}/*"] : ["${local.files_bucket_arn}/${local.files_folder}", "${local.files_bucket_arn}/${local.files_folder}/*"]
      },
    ],
    # S3 answers the HEAD of an object that does not exist with 404 only if the caller may list, otherwise with 403, which
    # stops the job at its start. It is not documented whether s3:prefix is then absent or the name of the object, so the
    # condition holds for both. Therefore a listing without any prefix is allowed as well, but none of another folder.
    [
      for folder in [local.files_folder] : {
        Sid       = "ListSourceFiles"
        Action    = ["s3:ListBucket"]
        Resource  = [local.files_bucket_arn]
        Condition = { StringLikeIfExists = { "s3:prefix" = [folder, "${folder}/*"] } }
      } if folder != ""
    ],
    [
      for folder in [local.files_folder] : {
        Sid      = "ListSourceFiles"
        Action   = ["s3:ListBucket"]
        Resource = [local.files_bucket_arn]
      } if folder == ""
    ],
    [
      for arn in [try(var.source_files.kms_key_arn, null)] : {
        Sid       = "DecryptSourceFiles"
        Action    = ["kms:Decrypt"]
        Resource  = [arn]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.${local.dns_suffix}" } }
      } if arn != null
    ],
  )

  send_file = "echo \"{\\\"event_type\\\":\\\"page_view\\\",\\\"event_time\\\":\\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\\",\\\"page\\\":{\\\"url\\\":\\\"https://shop.example/\\\"}}\" | aws s3 cp --region ${local.region} - ${local.files_path}/event-$(date +%s)-$RANDOM.json"
}
