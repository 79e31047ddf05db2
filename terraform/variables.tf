# ---------------------------------------------------------------- identity

variable "name" {
  description = "Name of the product. Every resource is called NAME-ENVIRONMENT-…"
  type        = string
  default     = "clickstream"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.name))
    error_message = "name is '${var.name}'. Use lower-case letters, digits and hyphens, and start with a letter: it becomes part of bucket names."
  }
}

variable "environment" {
  description = "Name of the environment, such as dev or production. An account can hold many."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.environment))
    error_message = "environment is '${var.environment}'. Use lower-case letters, digits and hyphens, no spaces, and start with a letter: it becomes part of bucket names."
  }

  validation {
    condition     = length(var.name) + length(var.environment) <= 24
    error_message = "name and environment have ${length(var.name) + length(var.environment)} characters together. Shorten them to 24 or fewer: a bucket name has at most 63."
  }
}

variable "tags" {
  description = "Tags for every resource, in addition to Project, Environment and System (name and environment)."
  type        = map(string)
  default     = {}

  validation {
    condition     = !anytrue([for key in keys(var.tags) : contains(["project", "environment", "system"], lower(key))])
    error_message = "tags must not name Project, Environment or System: these are set from name and environment, and the budget filters by System."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary of every role that the module creates, if the account requires one. null: none."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether to refuse terraform destroy, and any change that would replace the stream, a bucket or the data key, before anything is deleted. To delete the environment, set it to false and apply, then destroy."
  type        = bool
  default     = true
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes buckets with objects, and the Athena workgroups with their history. For test environments; requires deletion_protection = false."
  type        = bool
  default     = false

  validation {
    condition     = !(var.force_destroy && var.deletion_protection)
    error_message = "force_destroy and deletion_protection are both true. Set deletion_protection to false for an environment that may be deleted with its data."
  }
}

variable "kms_deletion_window_days" {
  description = "Days between terraform destroy and the deletion of the keys; until then the keys can be restored to decrypt data."
  type        = number
  default     = 30

  validation {
    condition     = var.kms_deletion_window_days >= 7 && var.kms_deletion_window_days <= 30
    error_message = "kms_deletion_window_days is ${var.kms_deletion_window_days}. KMS accepts 7 to 30 days."
  }
}

# ---------------------------------------------------------------- stream

variable "stream_mode" {
  description = "ON_DEMAND (scales by itself, billed per gigabyte) or PROVISIONED (stream_shards shards, billed per hour)."
  type        = string
  default     = "ON_DEMAND"

  validation {
    condition     = contains(["ON_DEMAND", "PROVISIONED"], var.stream_mode)
    error_message = "stream_mode is '${var.stream_mode}'. Use ON_DEMAND or PROVISIONED."
  }
}

variable "stream_shards" {
  description = "Number of shards when stream_mode is PROVISIONED. Each accepts 1 MiB or 1,000 records per second."
  type        = number
  default     = 1

  validation {
    condition     = var.stream_shards >= 1 && floor(var.stream_shards) == var.stream_shards
    error_message = "stream_shards is ${var.stream_shards}. Use a whole number of at least 1."
  }
}

variable "stream_retention_hours" {
  description = "Hours that Kinesis keeps records, which is how long the job may be down without loss. More than 24 costs extra."
  type        = number
  default     = 72

  validation {
    condition     = var.stream_retention_hours >= 24 && var.stream_retention_hours <= 8760 && floor(var.stream_retention_hours) == var.stream_retention_hours
    error_message = "stream_retention_hours is ${var.stream_retention_hours}. Kinesis keeps records for 24 to 8760 hours."
  }
}

variable "stream_shard_level_metrics" {
  description = "Shard-level metrics, which cost extra, such as IncomingBytes or IteratorAgeMilliseconds. None by default."
  type        = set(string)
  default     = []

  validation {
    condition = length(setsubtract(var.stream_shard_level_metrics, [
      "IncomingBytes", "IncomingRecords", "IteratorAgeMilliseconds", "OutgoingBytes", "OutgoingRecords",
      "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded",
    ])) == 0
    error_message = "stream_shard_level_metrics accepts IncomingBytes, IncomingRecords, IteratorAgeMilliseconds, OutgoingBytes, OutgoingRecords, ReadProvisionedThroughputExceeded and WriteProvisionedThroughputExceeded."
  }
}

variable "producer_principal_arns" {
  description = "ARNs of roles or accounts (arn:aws:iam::ACCOUNT:root) of other accounts that may put events: the policies of the stream and its key allow them. They also need the statements of the policy producer in their own account."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.producer_principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|role/.+|user/.+)$", arn))])
    error_message = "producer_principal_arns contains a value that is not the ARN of a role, a user or an account (arn:aws:iam::111122223333:root)."
  }
}

variable "existing_stream_arn" {
  description = "ARN of an existing Kinesis stream in this account and region. The module then creates none and ignores stream_mode, stream_shards, stream_retention_hours and stream_shard_level_metrics. Its KMS key must be existing_kms_key_arn. null: the module creates a stream."
  type        = string
  default     = null

  validation {
    condition     = var.existing_stream_arn == null ? true : can(regex("^arn:[a-z-]+:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[A-Za-z0-9_.-]+$", var.existing_stream_arn))
    error_message = "existing_stream_arn is '${coalesce(var.existing_stream_arn, "null")}'. Use arn:aws:kinesis:REGION:ACCOUNT:stream/NAME."
  }

  validation {
    condition     = var.existing_stream_arn == null ? true : var.existing_kms_key_arn != null && length(var.producer_principal_arns) == 0
    error_message = "existing_stream_arn requires existing_kms_key_arn, the stream's key, so that job and archive can decrypt its records; and excludes producer_principal_arns, since the module does not manage the policy of an existing stream."
  }
}

variable "existing_kms_key_arn" {
  description = "ARN of an existing KMS key for stream, buckets and query results. Its key policy must allow access through the account's IAM policies. null: the module creates a key."
  type        = string
  default     = null

  validation {
    condition     = var.existing_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.existing_kms_key_arn)) && length(var.producer_principal_arns) == 0
    error_message = "existing_kms_key_arn must be the ARN of a key, not of an alias, and excludes producer_principal_arns, since the module does not manage the policy of an existing key."
  }
}

variable "existing_buckets" {
  description = "Names of existing buckets by purpose: raw, processed, results, artifacts. The module creates the ones that are not named here, and does not manage policy, encryption and lifecycle of existing ones. artifacts must be versioned; raw and processed require catalog_mode projection."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.existing_buckets), ["raw", "processed", "results", "artifacts"])) == 0
    error_message = "existing_buckets accepts the keys raw, processed, results and artifacts."
  }

  validation {
    condition     = var.catalog_mode == "projection" || length(setintersection(keys(var.existing_buckets), ["raw", "processed"])) == 0
    error_message = "existing_buckets names raw or processed while catalog_mode is crawler. Use projection: a bucket has only one notification configuration, and that of the crawlers would replace yours."
  }
}

# ---------------------------------------------------------------- files instead of a stream

variable "source_files" {
  description = "Folder in S3 whose objects the job reads instead of a stream, also those that are added later: bucket; prefix, the folder (empty: the whole bucket); kms_key_arn, the ARN of the key of the objects if it is customer managed. The bucket must be in this region; in another account, its policy and that of the key must allow the job's role. The module then creates no stream, no Firehose and no alarms about them, and ignores the variables of the stream and the raw archive. null: the job reads the stream."
  type = object({
    bucket      = string
    prefix      = optional(string, "")
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.source_files == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.source_files.bucket))
    error_message = "source_files.bucket is '${try(var.source_files.bucket, "")}'. Use the name of a bucket, without s3:// and without a folder."
  }

  validation {
    condition     = var.source_files == null ? true : can(regex("^([^/*?$\\\\]+/)*([^/*?$\\\\]+)?$", var.source_files.prefix))
    error_message = "source_files.prefix is '${try(var.source_files.prefix, "")}'. Use a folder such as incoming/events: no slash at the beginning, no empty folder (//), no wildcard. The job reads all folders in it."
  }

  validation {
    condition     = try(var.source_files.kms_key_arn, null) == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.source_files.kms_key_arn))
    error_message = "source_files.kms_key_arn is '${try(coalesce(var.source_files.kms_key_arn), "null")}'. Use the ARN of a key, not of an alias."
  }

  validation {
    condition     = var.source_files == null ? true : !contains([for bucket in ["processed", "results", "artifacts"] : local.bucket_names[bucket]], var.source_files.bucket)
    error_message = "source_files.bucket is '${try(var.source_files.bucket, "")}', a bucket of this environment: the job would read what it writes. Use another bucket."
  }

  validation {
    condition     = var.source_files == null ? true : var.existing_stream_arn == null && length(var.producer_principal_arns) == 0
    error_message = "source_files excludes existing_stream_arn and producer_principal_arns: a job that reads files has no stream."
  }
}

# ---------------------------------------------------------------- raw archive

variable "archive_buffer_mib" {
  description = "Buffer size at which Firehose writes an object of the raw archive, unless archive_buffer_seconds is reached first."
  type        = number
  default     = 64

  validation {
    condition     = var.archive_buffer_mib >= 1 && var.archive_buffer_mib <= 128
    error_message = "archive_buffer_mib is ${var.archive_buffer_mib}. Firehose buffers 1 to 128 MiB."
  }
}

variable "archive_buffer_seconds" {
  description = "Maximum time that Firehose buffers before it writes an object of the raw archive."
  type        = number
  default     = 300

  validation {
    condition     = var.archive_buffer_seconds >= 60 && var.archive_buffer_seconds <= 900
    error_message = "archive_buffer_seconds is ${var.archive_buffer_seconds}. Use 60 to 900: shorter intervals create many small objects."
  }
}

# ---------------------------------------------------------------- storage

variable "raw_retention_days" {
  description = "Days after which objects of the raw bucket expire. Raw events may hold personal data, so keep this short. null: as in the table's contract."
  type        = number
  default     = null

  validation {
    condition     = var.raw_retention_days == null ? true : var.raw_retention_days >= 1 && floor(var.raw_retention_days) == var.raw_retention_days
    error_message = "raw_retention_days is ${coalesce(var.raw_retention_days, 0)}. It must be a whole number of at least 1."
  }
}

variable "rejected_retention_days" {
  description = "Days after which rejected events expire. They hold the original bytes, which may include personal data. null: as in the table's contract."
  type        = number
  default     = null

  validation {
    condition     = var.rejected_retention_days == null ? true : var.rejected_retention_days >= 8
    error_message = "rejected_retention_days is ${coalesce(var.rejected_retention_days, 0)}. It must be at least 8: the ledger check counts the rejected events of the last seven days."
  }
}

variable "events_retention_days" {
  description = "Days after which click_events expire. null: as in the table's contract."
  type        = number
  default     = null

  validation {
    condition     = var.events_retention_days == null ? true : var.events_retention_days > try(coalesce(var.events_tiering_days, local.contracts.click_events.table.retention.tierDays), 0) && var.events_retention_days >= 8
    error_message = "events_retention_days is ${coalesce(var.events_retention_days, 0)}. It must be greater than events_tiering_days and at least 8: the ledger check counts the events of the last seven days."
  }
}

variable "events_tiering_days" {
  description = "Days after which files of click_events move to Intelligent-Tiering. null: as in the table's contract."
  type        = number
  default     = null

  validation {
    condition     = var.events_tiering_days == null ? true : var.events_tiering_days >= 0
    error_message = "events_tiering_days is ${coalesce(var.events_tiering_days, 0)}. It must be at least 0."
  }
}

variable "results_retention_days" {
  description = "Days after which the results of Athena queries expire."
  type        = number
  default     = 7

  validation {
    condition     = var.results_retention_days >= 1
    error_message = "results_retention_days is ${var.results_retention_days}. Use at least 1."
  }
}

variable "snapshot_retention_days" {
  description = "Days during which a snapshot of the job may be restored. An in-progress file of a snapshot is an incomplete upload: these are aborted a week later."
  type        = number
  default     = 14

  validation {
    condition     = var.snapshot_retention_days >= 1
    error_message = "snapshot_retention_days is ${var.snapshot_retention_days}. Use at least 1: an upgrade restores a snapshot."
  }
}

variable "access_log_bucket" {
  description = "Name of an existing bucket for S3 access logs. null: no access logs."
  type        = string
  default     = null
}

# ---------------------------------------------------------------- job

variable "job_jar" {
  description = "Path of the job's jar file. null: flink-app/target/flink-app-*-job.jar of this repository."
  type        = string
  default     = null
}

variable "job_settings" {
  description = "Settings of the job by name, as listed in docs/settings.md. Source, region and path are set automatically."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.job_settings), local.job_option_names)) == 0
    error_message = "job_settings contains settings that the job does not have: ${join(", ", setsubtract(keys(var.job_settings), local.job_option_names))}. docs/settings.md lists all settings."
  }

  validation {
    condition     = length(setintersection(keys(var.job_settings), ["source.type", "source.files.path"])) == 0
    error_message = "job_settings contains source.type or source.files.path. Use source_files, which also gives the job the permissions on the bucket."
  }

  validation {
    condition     = !contains(keys(var.job_settings), "privacy.hash-key") && !contains(keys(var.job_settings), "privacy.hash-key-secret")
    error_message = "job_settings contains privacy.hash-key or privacy.hash-key-secret. Store the key in Secrets Manager and set privacy_hash_key_secret_arn: settings are readable in the state."
  }

  validation {
    condition     = alltrue([for value in values(var.job_settings) : length(value) >= 1 && length(value) <= 2048])
    error_message = "job_settings contains a value that is empty or longer than 2048 characters, which Managed Service for Apache Flink refuses. For an empty list use one space; for long rules use job_files."
  }
}

variable "job_files" {
  description = "Local files for settings whose value is a file: parse.mapping, quality.rules, enrich.geo.database, enrich.referrer.table, enrich.user-agent.table. Each file is uploaded, and the setting points to it. Custom columns of the mapping become columns of the table click_events."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.job_files), ["parse.mapping", "quality.rules", "enrich.geo.database", "enrich.referrer.table", "enrich.user-agent.table"])) == 0
    error_message = "job_files accepts parse.mapping, quality.rules, enrich.geo.database, enrich.referrer.table and enrich.user-agent.table, not ${join(", ", setsubtract(keys(var.job_files), ["parse.mapping", "quality.rules", "enrich.geo.database", "enrich.referrer.table", "enrich.user-agent.table"]))}."
  }

  validation {
    condition     = alltrue([for path in values(var.job_files) : fileexists(path)])
    error_message = "job_files contains paths that do not exist: ${join(", ", [for path in values(var.job_files) : path if !fileexists(path)])}."
  }
}

variable "privacy_hash_key_secret_arn" {
  description = "ARN of the secret in Secrets Manager that holds the key of the privacy action hash, at least 16 characters. The job reads it when it starts; the key itself is never in the state. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.privacy_hash_key_secret_arn == null ? true : can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$", var.privacy_hash_key_secret_arn))
    error_message = "privacy_hash_key_secret_arn is '${coalesce(var.privacy_hash_key_secret_arn, "null")}'. Use the complete ARN, including the six random characters at its end: aws secretsmanager describe-secret --secret-id NAME --query ARN."
  }
}

variable "privacy_hash_key_kms_key_arn" {
  description = "ARN of the KMS key that encrypts that secret. null: the key aws/secretsmanager, which needs no permission."
  type        = string
  default     = null

  validation {
    condition     = var.privacy_hash_key_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.privacy_hash_key_kms_key_arn))
    error_message = "privacy_hash_key_kms_key_arn is '${coalesce(var.privacy_hash_key_kms_key_arn, "null")}'. Use the ARN of a key, not of an alias."
  }
}

variable "start_application" {
  description = "Whether the job runs after terraform apply. false: apply stops it with a snapshot."
  type        = bool
  default     = true
}

variable "allow_non_restored_state" {
  description = "Whether a start may ignore snapshot state for which the jar has no operator. Only for an upgrade that removes an operator on purpose."
  type        = bool
  default     = false
}

variable "parallelism" {
  description = "Initial parallelism of the job; autoscaling changes it later."
  type        = number
  default     = 1

  validation {
    condition     = var.parallelism >= 1 && floor(var.parallelism) == var.parallelism
    error_message = "parallelism is ${var.parallelism}. Use a whole number of at least 1."
  }
}

variable "parallelism_per_kpu" {
  description = "Parallel subtasks per Kinesis Processing Unit (1 vCPU, 4 GB)."
  type        = number
  default     = 1

  validation {
    condition     = var.parallelism_per_kpu >= 1 && var.parallelism_per_kpu <= 8
    error_message = "parallelism_per_kpu is ${var.parallelism_per_kpu}. Use 1 to 8."
  }
}

variable "autoscaling" {
  description = "Whether the service adapts the parallelism to the load. Each change restarts the job from a snapshot and closes in-progress files."
  type        = bool
  default     = true
}

variable "max_kpus" {
  description = "Number of KPUs above which an alarm fires. Autoscaling itself stops only at the account's quota (64 KPUs per application by default). null: no alarm."
  type        = number
  default     = 16

  validation {
    condition     = var.max_kpus == null ? true : var.max_kpus >= ceil(var.parallelism / var.parallelism_per_kpu)
    error_message = "max_kpus is lower than the ${ceil(var.parallelism / var.parallelism_per_kpu)} KPUs that the job starts with (parallelism / parallelism_per_kpu)."
  }
}

variable "checkpoint_interval_seconds" {
  description = "Seconds between two checkpoints, which is how much is processed again after a failure. It does not affect the size of files."
  type        = number
  default     = 60

  validation {
    condition     = var.checkpoint_interval_seconds >= 10 && var.checkpoint_interval_seconds <= 900
    error_message = "checkpoint_interval_seconds is ${var.checkpoint_interval_seconds}. Use 10 to 900."
  }
}

variable "log_level" {
  description = "Log level of the job: ERROR, WARN, INFO or DEBUG."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["ERROR", "WARN", "INFO", "DEBUG"], var.log_level)
    error_message = "log_level is '${var.log_level}'. Use ERROR, WARN, INFO or DEBUG."
  }
}

variable "metrics_level" {
  description = "Level of the job's metrics: APPLICATION, TASK, OPERATOR or PARALLELISM. Finer levels cost extra."
  type        = string
  default     = "APPLICATION"

  validation {
    condition     = contains(["APPLICATION", "TASK", "OPERATOR", "PARALLELISM"], var.metrics_level)
    error_message = "metrics_level is '${var.metrics_level}'. Use APPLICATION, TASK, OPERATOR or PARALLELISM."
  }
}

# ---------------------------------------------------------------- network

variable "vpc" {
  description = "VPC in which the job runs. If security_group_ids is empty, the module creates a group that allows only outbound HTTPS. null: the job runs in the service's own network."
  type = object({
    vpc_id             = string
    subnet_ids         = list(string)
    security_group_ids = optional(list(string), [])
    route_table_ids    = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.subnet_ids) >= 1
    error_message = "vpc.subnet_ids is empty. Name the private subnets for the job."
  }
}

variable "vpc_endpoints" {
  description = "Whether to create VPC endpoints for S3 (gateway) and, unless the source is files, Kinesis (interface), so that the job needs no NAT gateway."
  type        = bool
  default     = false

  validation {
    condition     = var.vpc_endpoints ? try(length(var.vpc.route_table_ids) >= 1, false) : true
    error_message = "vpc_endpoints requires vpc, with vpc.route_table_ids of its subnets for the S3 endpoint."
  }
}

# ---------------------------------------------------------------- batches

variable "batch_task" {
  description = "Task of Fargate for batches (./lake load, fill, replay, erase, check): image, with tag or digest, of local-compose/batch/Dockerfile; subnet_ids, which must reach ECR, S3, CloudWatch Logs, Glue and Secrets Manager through a NAT gateway, through endpoints, or, if they are public, with assign_public_ip; cpu, in units of 1/1024 vCPU; memory, in MiB; ephemeral_storage_gib, for the sort of a large batch; cpu_architecture of the image, X86_64 or ARM64. It costs nothing while no task runs. null: no task."
  type = object({
    image                 = string
    subnet_ids            = list(string)
    assign_public_ip      = optional(bool, false)
    cpu                   = optional(number, 2048)
    memory                = optional(number, 4096)
    ephemeral_storage_gib = optional(number, 50)
    cpu_architecture      = optional(string, "X86_64")
  })
  default = null

  validation {
    condition     = var.batch_task == null ? true : can(regex("^[a-z0-9][a-z0-9._:/-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$", var.batch_task.image))
    error_message = "batch_task.image is '${try(var.batch_task.image, "")}'. Use REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@sha256:DIGEST: without either, each task may run another program."
  }

  validation {
    condition     = var.batch_task == null ? true : length(var.batch_task.subnet_ids) >= 1
    error_message = "batch_task.subnet_ids is empty. Name the subnets in which a task may run, all of one VPC."
  }

  # A gateway endpoint applies to all of a subnet, and its policy names the role of the job.
  validation {
    condition     = var.batch_task == null || !var.vpc_endpoints ? true : length(setintersection(var.batch_task.subnet_ids, try(var.vpc.subnet_ids, []))) == 0
    error_message = "batch_task.subnet_ids contains subnets of vpc.subnet_ids, where the endpoint of S3 (vpc_endpoints) accepts only the job. Use other subnets, with other route tables."
  }

  validation {
    condition = var.batch_task == null ? true : contains(lookup({
      1024  = range(2048, 8193, 1024)
      2048  = range(4096, 16385, 1024)
      4096  = range(8192, 30721, 1024)
      8192  = range(16384, 61441, 4096)
      16384 = range(32768, 122881, 8192)
    }, var.batch_task.cpu, []), var.batch_task.memory)
    error_message = "batch_task.cpu and batch_task.memory are ${try(var.batch_task.cpu, 0)} and ${try(var.batch_task.memory, 0)}. Fargate offers 2048 to 8192 MiB with 1024 (one vCPU), 4096 to 16384 with 2048, 8192 to 30720 with 4096, in steps of 1024; 16384 to 61440 with 8192, in steps of 4096; 32768 to 122880 with 16384, in steps of 8192. A batch needs more than a smaller task has."
  }

  validation {
    condition     = var.batch_task == null ? true : var.batch_task.ephemeral_storage_gib >= 21 && var.batch_task.ephemeral_storage_gib <= 200
    error_message = "batch_task.ephemeral_storage_gib is ${try(var.batch_task.ephemeral_storage_gib, 0)}. Fargate accepts 21 to 200."
  }

  validation {
    condition     = var.batch_task == null ? true : contains(["X86_64", "ARM64"], var.batch_task.cpu_architecture)
    error_message = "batch_task.cpu_architecture is '${try(var.batch_task.cpu_architecture, "")}'. Use X86_64 or ARM64, as the image was built."
  }
}

# ---------------------------------------------------------------- catalog and queries

variable "catalog_mode" {
  description = "How new partitions become visible: crawler (Glue crawlers add them to the catalog) or projection (Athena computes them; nothing runs, but other engines do not see them)."
  type        = string
  default     = "crawler"

  validation {
    condition     = contains(["crawler", "projection"], var.catalog_mode)
    error_message = "catalog_mode is '${var.catalog_mode}'. Use crawler or projection."
  }
}

variable "crawl_schedule" {
  description = "When a crawler processes the S3 events of new files in the lake, as a cron expression in UTC. A run without events is free; any other is billed for ten minutes."
  type        = string
  default     = "cron(15 * * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.crawl_schedule))
    error_message = "crawl_schedule is '${var.crawl_schedule}'. Use an expression such as cron(15 * * * ? *)."
  }
}

variable "raw_crawl_schedule" {
  description = "The same for the raw archive, which is rarely queried. Daily by default, since each run is billed."
  type        = string
  default     = "cron(45 1 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.raw_crawl_schedule))
    error_message = "raw_crawl_schedule is '${var.raw_crawl_schedule}'. Use an expression such as cron(45 1 * * ? *)."
  }
}

variable "nightly_crawl_schedule" {
  description = "When a crawler lists all folders, in case an S3 event was lost, as a cron expression in UTC."
  type        = string
  default     = "cron(30 2 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.nightly_crawl_schedule))
    error_message = "nightly_crawl_schedule is '${var.nightly_crawl_schedule}'. Use an expression such as cron(30 2 * * ? *)."
  }
}

variable "projection_first_arrival_year" {
  description = "With catalog_mode projection: the first year of the tables that are partitioned by arrival (rejected_events, ledger, raw_events). click_events starts earlier by the job's setting time.max-age, but not before time.min."
  type        = number
  default     = 2025

  validation {
    condition     = var.projection_first_arrival_year >= 2000 && var.projection_first_arrival_year <= 2100
    error_message = "projection_first_arrival_year is ${var.projection_first_arrival_year}. Use the year in which the stream was created."
  }
}

variable "data_quality_ruleset" {
  description = "Whether to create a Glue Data Quality ruleset for click_events from its contract. The module does not evaluate it; evaluation costs DPU hours."
  type        = bool
  default     = false
}

variable "athena_bytes_scanned_limit" {
  description = "Maximum bytes that a query may scan before Athena cancels it."
  type        = number
  default     = 107374182400

  validation {
    condition     = var.athena_bytes_scanned_limit >= 10485760
    error_message = "athena_bytes_scanned_limit is ${var.athena_bytes_scanned_limit}. Use at least 10485760 (10 MiB)."
  }
}

variable "quicksight_principal_arn" {
  description = "ARN of a QuickSight user or group that gets an Athena data source. null: no data source."
  type        = string
  default     = null
}

variable "analyst_principal_arns" {
  description = "ARNs of roles or accounts, of this account or others, that may assume the role NAME-ENVIRONMENT-analyst-REGION, which has the policy analyst. Empty: no such role."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.analyst_principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|role/.+|user/.+)$", arn))])
    error_message = "analyst_principal_arns contains a value that is not the ARN of a role, a user or an account (arn:aws:iam::111122223333:root)."
  }
}

variable "lake_formation" {
  description = "Whether AWS Lake Formation governs the catalog of this account: crawlers, the ledger check and the role of analysts then get its permissions in addition to IAM. The caller must be a data lake administrator."
  type        = bool
  default     = false
}

# ---------------------------------------------------------------- observability

variable "alarm_emails" {
  description = "E-mail addresses that receive alarms and budget warnings. Each must confirm its subscription."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "alarm_emails contains a value that is not an e-mail address."
  }
}

variable "alarm_thresholds" {
  description = "Thresholds of the alarms."
  type = object({
    restarts_per_15_minutes     = optional(number, 2)
    checkpoint_duration_seconds = optional(number, 300)
    checkpoint_age_minutes      = optional(number, 15)
    job_lag_minutes             = optional(number, 10)
    consumer_lag_minutes        = optional(number, 30)
    rejected_percent            = optional(number, 1)
    archive_age_minutes         = optional(number, 30)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.alarm_thresholds) : threshold > 0])
    error_message = "alarm_thresholds contains a threshold that is not greater than 0."
  }

  validation {
    condition     = var.alarm_thresholds.checkpoint_age_minutes * 60 >= 2 * var.checkpoint_interval_seconds
    error_message = "alarm_thresholds.checkpoint_age_minutes is ${var.alarm_thresholds.checkpoint_age_minutes}, shorter than two checkpoint intervals (checkpoint_interval_seconds is ${var.checkpoint_interval_seconds}): a single slow checkpoint would trigger the alarm."
  }

  validation {
    condition     = var.alarm_thresholds.archive_age_minutes * 60 > var.archive_buffer_seconds
    error_message = "alarm_thresholds.archive_age_minutes is ${var.alarm_thresholds.archive_age_minutes}, not longer than archive_buffer_seconds (${var.archive_buffer_seconds}): the alarm would fire all the time."
  }
}

variable "ledger_check_schedule" {
  description = "When the ledger check counts the on-time events of the last hours, as an EventBridge Scheduler expression in UTC, at least every hour."
  type        = string
  default     = "cron(45 * * * ? *)"

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.ledger_check_schedule))
    error_message = "ledger_check_schedule is '${var.ledger_check_schedule}'. Use an expression such as cron(45 * * * ? *) or rate(1 hour)."
  }
}

variable "nightly_ledger_check_schedule" {
  description = "When the ledger check also counts late events, over all partitions, as an EventBridge Scheduler expression in UTC."
  type        = string
  default     = "cron(50 3 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.nightly_ledger_check_schedule))
    error_message = "nightly_ledger_check_schedule is '${var.nightly_ledger_check_schedule}'. Use an expression such as cron(50 3 * * ? *)."
  }
}

variable "runbook_url" {
  description = "URL or path of the runbook, shown in the description of every alarm."
  type        = string
  default     = "terraform/docs/runbook.md"
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}. CloudWatch accepts 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and whole years up to 3653."
  }
}

# ---------------------------------------------------------------- cost

variable "monthly_budget_usd" {
  description = "Budget of this environment in US dollars per month, with warnings at 80 % spent and at 100 % forecast. null: no budget."
  type        = number
  default     = 500

  validation {
    condition     = var.monthly_budget_usd == null ? true : var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be greater than 0, or null for no budget."
  }
}
