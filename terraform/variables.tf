# ---------------------------------------------------------------- identity

variable "name" {
  description = "Name of the product. Every resource is called NAME-ENVIRONMENT-…"
  type        = string
  default     = "clickstream"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.name))
    error_message = "name is '${var.name}'. Use lower-case letters, digits and hyphens, begin with a letter: it becomes part of bucket names."
  }
}

variable "environment" {
  description = "Name of the environment, such as dev or production. Many of them fit into one account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.environment))
    error_message = "environment is '${var.environment}'. Use lower-case letters, digits and hyphens, begin with a letter, without spaces: it becomes part of bucket names."
  }

  validation {
    condition     = length(var.name) + length(var.environment) <= 24
    error_message = "name and environment have ${length(var.name) + length(var.environment)} characters together. Shorten them to 24: bucket names end at 63."
  }
}

variable "tags" {
  description = "Tags for every resource, besides Project, Environment and System (name and environment)."
  type        = map(string)
  default     = {}

  validation {
    condition     = !anytrue([for key in keys(var.tags) : contains(["project", "environment", "system"], lower(key))])
    error_message = "tags must not name Project, Environment or System: they are set from name and environment, and the budget filters by System."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of a policy that bounds every role made here, where the account asks for one. null: none."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether terraform destroy, and any change that would replace the stream, a bucket or the data key, is refused before anything is deleted. To delete the environment, set it to false and apply, then destroy."
  type        = bool
  default     = true
}

variable "force_destroy" {
  description = "Whether terraform destroy deletes buckets that still hold objects, and the Athena workgroups with their history. For test environments; needs deletion_protection = false."
  type        = bool
  default     = false

  validation {
    condition     = !(var.force_destroy && var.deletion_protection)
    error_message = "force_destroy is true and deletion_protection as well. Set deletion_protection to false for an environment that may be deleted with its data."
  }
}

variable "kms_deletion_window_days" {
  description = "Days between terraform destroy and the deletion of the keys; until then what they encrypted can be saved."
  type        = number
  default     = 30

  validation {
    condition     = var.kms_deletion_window_days >= 7 && var.kms_deletion_window_days <= 30
    error_message = "kms_deletion_window_days is ${var.kms_deletion_window_days}. KMS takes 7 to 30 days."
  }
}

# ---------------------------------------------------------------- stream

variable "stream_mode" {
  description = "ON_DEMAND (grows by itself, paid by the gigabyte) or PROVISIONED (stream_shards shards, paid by the hour)."
  type        = string
  default     = "ON_DEMAND"

  validation {
    condition     = contains(["ON_DEMAND", "PROVISIONED"], var.stream_mode)
    error_message = "stream_mode is '${var.stream_mode}'. Use ON_DEMAND or PROVISIONED."
  }
}

variable "stream_shards" {
  description = "Shards of the stream when stream_mode is PROVISIONED. One takes 1 MiB or 1,000 records a second."
  type        = number
  default     = 1

  validation {
    condition     = var.stream_shards >= 1 && floor(var.stream_shards) == var.stream_shards
    error_message = "stream_shards is ${var.stream_shards}. A stream has one shard or more."
  }
}

variable "stream_retention_hours" {
  description = "How long Kinesis keeps records: the time that the job may be down without loss. More than 24 costs extra."
  type        = number
  default     = 72

  validation {
    condition     = var.stream_retention_hours >= 24 && var.stream_retention_hours <= 8760 && floor(var.stream_retention_hours) == var.stream_retention_hours
    error_message = "stream_retention_hours is ${var.stream_retention_hours}. Kinesis keeps records for 24 to 8760 hours."
  }
}

variable "stream_shard_level_metrics" {
  description = "Metrics of each shard, which cost extra, such as IncomingBytes or IteratorAgeMilliseconds. None by default."
  type        = set(string)
  default     = []

  validation {
    condition = length(setsubtract(var.stream_shard_level_metrics, [
      "IncomingBytes", "IncomingRecords", "IteratorAgeMilliseconds", "OutgoingBytes", "OutgoingRecords",
      "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded",
    ])) == 0
    error_message = "stream_shard_level_metrics knows IncomingBytes, IncomingRecords, IteratorAgeMilliseconds, OutgoingBytes, OutgoingRecords, ReadProvisionedThroughputExceeded and WriteProvisionedThroughputExceeded."
  }
}

variable "producer_principal_arns" {
  description = "ARNs of roles or accounts (arn:aws:iam::ACCOUNT:root) of other accounts that may put events: the stream and its key allow them. They need the statements of the policy producer in their own account as well."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.producer_principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|role/.+|user/.+)$", arn))])
    error_message = "producer_principal_arns holds something that is not the ARN of a role, a user or an account (arn:aws:iam::111122223333:root)."
  }
}

variable "existing_stream_arn" {
  description = "ARN of a Kinesis stream of one's own in this account and region, which the module then does not create; stream_mode, stream_shards, stream_retention_hours and stream_shard_level_metrics are then up to its owner. Its KMS key must be existing_kms_key_arn. null: the module creates one."
  type        = string
  default     = null

  validation {
    condition     = var.existing_stream_arn == null ? true : can(regex("^arn:[a-z-]+:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[A-Za-z0-9_.-]+$", var.existing_stream_arn))
    error_message = "existing_stream_arn is '${coalesce(var.existing_stream_arn, "null")}'. Write arn:aws:kinesis:REGION:ACCOUNT:stream/NAME."
  }

  validation {
    condition     = var.existing_stream_arn == null ? true : var.existing_kms_key_arn != null && length(var.producer_principal_arns) == 0
    error_message = "existing_stream_arn needs existing_kms_key_arn, the stream's key, so that job and archive may decrypt its records; and no producer_principal_arns, since the stream's policy is its owner's."
  }
}

variable "existing_kms_key_arn" {
  description = "ARN of a KMS key of one's own for stream, buckets and query results. Its policy must let the account's IAM policies use it, as the module's own does. null: the module creates one."
  type        = string
  default     = null

  validation {
    condition     = var.existing_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.existing_kms_key_arn)) && length(var.producer_principal_arns) == 0
    error_message = "existing_kms_key_arn must be the ARN of a key, not of an alias, and goes without producer_principal_arns: the key's policy is its owner's."
  }
}

variable "existing_buckets" {
  description = "Names of buckets of one's own by what they hold: raw, processed, results, artifacts. The module creates those that are not named here, and leaves policy, encryption and lifecycle of the others to their owner. artifacts must be versioned; raw and processed need catalog_mode projection."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.existing_buckets), ["raw", "processed", "results", "artifacts"])) == 0
    error_message = "existing_buckets takes raw, processed, results and artifacts."
  }

  validation {
    condition     = var.catalog_mode == "projection" || length(setintersection(keys(var.existing_buckets), ["raw", "processed"])) == 0
    error_message = "existing_buckets names raw or processed while catalog_mode is crawler. Use projection: S3 keeps one notification configuration per bucket, and the crawlers' would replace yours."
  }
}

# ---------------------------------------------------------------- raw archive

variable "archive_buffer_mib" {
  description = "Firehose writes an object of the raw archive when this much has come in, or after archive_buffer_seconds."
  type        = number
  default     = 64

  validation {
    condition     = var.archive_buffer_mib >= 1 && var.archive_buffer_mib <= 128
    error_message = "archive_buffer_mib is ${var.archive_buffer_mib}. Firehose buffers 1 to 128 MiB."
  }
}

variable "archive_buffer_seconds" {
  description = "Longest time that Firehose buffers before it writes an object of the raw archive."
  type        = number
  default     = 300

  validation {
    condition     = var.archive_buffer_seconds >= 60 && var.archive_buffer_seconds <= 900
    error_message = "archive_buffer_seconds is ${var.archive_buffer_seconds}. Use 60 to 900: shorter intervals make many small objects."
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
    error_message = "events_retention_days must be more than events_tiering_days and at least 8: the ledger check counts the events of the last seven days."
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
  description = "Days after which results of Athena queries expire."
  type        = number
  default     = 7

  validation {
    condition     = var.results_retention_days >= 1
    error_message = "results_retention_days is ${var.results_retention_days}. Use one day or more."
  }
}

variable "snapshot_retention_days" {
  description = "For how long snapshots of the job may be restored. An open file of a snapshot is an incomplete upload: those are aborted a week later than this, never earlier."
  type        = number
  default     = 14

  validation {
    condition     = var.snapshot_retention_days >= 1
    error_message = "snapshot_retention_days is ${var.snapshot_retention_days}. Use one day or more: an upgrade restores a snapshot."
  }
}

variable "access_log_bucket" {
  description = "Name of an existing bucket for S3 access logs. null: no access logs."
  type        = string
  default     = null
}

# ---------------------------------------------------------------- job

variable "job_jar" {
  description = "Path of the job's jar. null: flink-app/target/flink-app-*-job.jar of this repository."
  type        = string
  default     = null
}

variable "job_settings" {
  description = "Settings of the job by name, as listed in the README (JobOptions). What Terraform knows itself (stream, region, path) is set without them."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.job_settings), local.job_option_names)) == 0
    error_message = "job_settings names settings that the job does not have: ${join(", ", setsubtract(keys(var.job_settings), local.job_option_names))}. The README lists them all."
  }

  validation {
    condition     = !contains(keys(var.job_settings), "privacy.hash-key") && !contains(keys(var.job_settings), "privacy.hash-key-secret")
    error_message = "job_settings holds privacy.hash-key or privacy.hash-key-secret. Keep the key in Secrets Manager, and name the secret with privacy_hash_key_secret_arn: settings are readable in state."
  }

  validation {
    condition     = alltrue([for value in values(var.job_settings) : length(value) >= 1 && length(value) <= 2048])
    error_message = "job_settings holds a value that is empty or longer than 2048 characters, which Managed Service for Apache Flink refuses. For an empty list write one space; for long rules use job_files."
  }
}

variable "job_files" {
  description = "Local files for settings that take a file: parse.mapping, quality.rules, enrich.geo.database, enrich.referrer.table. Each is uploaded, and the setting points to it."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.job_files), ["parse.mapping", "quality.rules", "enrich.geo.database", "enrich.referrer.table"])) == 0
    error_message = "job_files takes parse.mapping, quality.rules, enrich.geo.database and enrich.referrer.table, not ${join(", ", setsubtract(keys(var.job_files), ["parse.mapping", "quality.rules", "enrich.geo.database", "enrich.referrer.table"]))}."
  }

  validation {
    condition     = alltrue([for path in values(var.job_files) : fileexists(path)])
    error_message = "job_files names files that do not exist: ${join(", ", [for path in values(var.job_files) : path if !fileexists(path)])}."
  }
}

variable "privacy_hash_key_secret_arn" {
  description = "ARN of the secret in Secrets Manager that holds the key of the privacy action hash, 16 characters or more. The job reads it when it starts; the key itself never enters the state. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.privacy_hash_key_secret_arn == null ? true : can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$", var.privacy_hash_key_secret_arn))
    error_message = "privacy_hash_key_secret_arn is '${coalesce(var.privacy_hash_key_secret_arn, "null")}'. Give the secret's whole ARN, with the six characters at its end: aws secretsmanager describe-secret --secret-id NAME --query ARN."
  }
}

variable "privacy_hash_key_kms_key_arn" {
  description = "ARN of the KMS key that encrypts that secret. null: the key aws/secretsmanager, which needs no right."
  type        = string
  default     = null

  validation {
    condition     = var.privacy_hash_key_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.privacy_hash_key_kms_key_arn))
    error_message = "privacy_hash_key_kms_key_arn is '${coalesce(var.privacy_hash_key_kms_key_arn, "null")}'. Give the ARN of a key, not of an alias."
  }
}

variable "start_application" {
  description = "Whether the job runs after terraform apply. Set to false, apply stops it with a snapshot."
  type        = bool
  default     = true
}

variable "allow_non_restored_state" {
  description = "Whether a start may leave out state of a snapshot that the jar no longer has. Only for an upgrade that removes an operator on purpose."
  type        = bool
  default     = false
}

variable "parallelism" {
  description = "Parallel instances of each step at the start; autoscaling changes it later."
  type        = number
  default     = 1

  validation {
    condition     = var.parallelism >= 1 && floor(var.parallelism) == var.parallelism
    error_message = "parallelism is ${var.parallelism}. Use one or more."
  }
}

variable "parallelism_per_kpu" {
  description = "Parallel instances that share one Kinesis Processing Unit (1 vCPU, 4 GB)."
  type        = number
  default     = 1

  validation {
    condition     = var.parallelism_per_kpu >= 1 && var.parallelism_per_kpu <= 8
    error_message = "parallelism_per_kpu is ${var.parallelism_per_kpu}. Use 1 to 8."
  }
}

variable "autoscaling" {
  description = "Whether the service changes the parallelism with the load. Each change restarts the job from a snapshot, and closes the open files."
  type        = bool
  default     = true
}

variable "max_kpus" {
  description = "Ceiling of KPUs: an alarm when autoscaling goes above it. The service itself stops only at the account's quota (64 KPUs per application by default). null: no alarm."
  type        = number
  default     = 16

  validation {
    condition     = var.max_kpus == null ? true : var.max_kpus >= ceil(var.parallelism / var.parallelism_per_kpu)
    error_message = "max_kpus is lower than the ${ceil(var.parallelism / var.parallelism_per_kpu)} KPUs that the job starts with (parallelism / parallelism_per_kpu)."
  }
}

variable "checkpoint_interval_seconds" {
  description = "Time between two checkpoints: what is processed again after a failure. It does not decide the size of files."
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
  description = "Detail of the job's metrics: APPLICATION, TASK, OPERATOR or PARALLELISM. Finer ones cost extra."
  type        = string
  default     = "APPLICATION"

  validation {
    condition     = contains(["APPLICATION", "TASK", "OPERATOR", "PARALLELISM"], var.metrics_level)
    error_message = "metrics_level is '${var.metrics_level}'. Use APPLICATION, TASK, OPERATOR or PARALLELISM."
  }
}

# ---------------------------------------------------------------- network

variable "vpc" {
  description = "Runs the job in a VPC. security_group_ids empty: one is made that lets only HTTPS out. null: the job runs in the service's own network."
  type = object({
    vpc_id             = string
    subnet_ids         = list(string)
    security_group_ids = optional(list(string), [])
    route_table_ids    = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.subnet_ids) >= 1
    error_message = "vpc.subnet_ids is empty. Name the private subnets in which the job shall run."
  }
}

variable "vpc_endpoints" {
  description = "Whether to make VPC endpoints for S3 (gateway) and Kinesis (interface), so that the job needs no NAT gateway."
  type        = bool
  default     = false

  validation {
    condition     = var.vpc_endpoints ? try(length(var.vpc.route_table_ids) >= 1, false) : true
    error_message = "vpc_endpoints needs vpc, with vpc.route_table_ids of its subnets for the S3 endpoint."
  }
}

# ---------------------------------------------------------------- catalog and queries

variable "catalog_mode" {
  description = "How new partitions get into the catalog: crawler (Glue crawlers add them) or projection (Athena computes them; nothing to run, but only Athena knows them)."
  type        = string
  default     = "crawler"

  validation {
    condition     = contains(["crawler", "projection"], var.catalog_mode)
    error_message = "catalog_mode is '${var.catalog_mode}'. Use crawler or projection."
  }
}

variable "crawl_schedule" {
  description = "When a crawler looks at the S3 events of new files in the lake, as a cron expression in UTC. A run without events is free; any other is billed ten minutes."
  type        = string
  default     = "cron(15 * * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.crawl_schedule))
    error_message = "crawl_schedule is '${var.crawl_schedule}'. Write cron(15 * * * ? *)."
  }
}

variable "raw_crawl_schedule" {
  description = "The same for the raw archive, which is rarely queried. Each run costs, so once a day."
  type        = string
  default     = "cron(45 1 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.raw_crawl_schedule))
    error_message = "raw_crawl_schedule is '${var.raw_crawl_schedule}'. Write cron(45 1 * * ? *)."
  }
}

variable "nightly_crawl_schedule" {
  description = "When a crawler lists all folders, in case an S3 event was lost, as a cron expression in UTC."
  type        = string
  default     = "cron(30 2 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.nightly_crawl_schedule))
    error_message = "nightly_crawl_schedule is '${var.nightly_crawl_schedule}'. Write cron(30 2 * * ? *)."
  }
}

variable "projection_first_arrival_year" {
  description = "With catalog_mode projection: the first year of the tables by arrival (rejected_events, ledger, raw_events). click_events begins earlier by the job's setting time.max-age, but not before time.min."
  type        = number
  default     = 2025

  validation {
    condition     = var.projection_first_arrival_year >= 2000 && var.projection_first_arrival_year <= 2100
    error_message = "projection_first_arrival_year is ${var.projection_first_arrival_year}. Use the year in which the stream began."
  }
}

variable "data_quality_ruleset" {
  description = "Whether to make a Glue Data Quality ruleset for click_events from the contract. Evaluating it is up to you, and costs DPU hours."
  type        = bool
  default     = false
}

variable "athena_bytes_scanned_limit" {
  description = "Bytes that one query may scan before Athena ends it."
  type        = number
  default     = 107374182400

  validation {
    condition     = var.athena_bytes_scanned_limit >= 10485760
    error_message = "athena_bytes_scanned_limit is ${var.athena_bytes_scanned_limit}. Athena takes 10485760 (10 MiB) or more."
  }
}

variable "quicksight_principal_arn" {
  description = "ARN of a QuickSight user or group that gets an Athena data source. null: none is made."
  type        = string
  default     = null
}

variable "analyst_principal_arns" {
  description = "ARNs of roles or accounts, of this account or others, that may take the role NAME-ENVIRONMENT-analyst-REGION, which carries the policy analyst. Empty: no such role."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.analyst_principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|role/.+|user/.+)$", arn))])
    error_message = "analyst_principal_arns holds something that is not the ARN of a role, a user or an account (arn:aws:iam::111122223333:root)."
  }
}

variable "lake_formation" {
  description = "Whether AWS Lake Formation governs the catalog of this account: crawlers, the ledger check and the analysts' role then get its permissions besides IAM's. The caller must be a data lake administrator."
  type        = bool
  default     = false
}

# ---------------------------------------------------------------- observability

variable "alarm_emails" {
  description = "Addresses that get the alarms and the budget's warnings. Each must confirm its subscription."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "alarm_emails holds something that is not an e-mail address."
  }
}

variable "alarm_thresholds" {
  description = "Where the alarms begin."
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
    error_message = "alarm_thresholds holds a threshold that is not more than 0."
  }

  validation {
    condition     = var.alarm_thresholds.checkpoint_age_minutes * 60 >= 2 * var.checkpoint_interval_seconds
    error_message = "alarm_thresholds.checkpoint_age_minutes is ${var.alarm_thresholds.checkpoint_age_minutes}, shorter than two intervals of checkpoints (checkpoint_interval_seconds is ${var.checkpoint_interval_seconds}): a single slow checkpoint would raise the alarm."
  }

  validation {
    condition     = var.alarm_thresholds.archive_age_minutes * 60 > var.archive_buffer_seconds
    error_message = "alarm_thresholds.archive_age_minutes is ${var.alarm_thresholds.archive_age_minutes}, not longer than archive_buffer_seconds (${var.archive_buffer_seconds}): the alarm would never be silent."
  }
}

variable "ledger_check_schedule" {
  description = "When the ledger check counts the events of the last hours that came in time, as an EventBridge Scheduler expression in UTC, at least every hour."
  type        = string
  default     = "cron(45 * * * ? *)"

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.ledger_check_schedule))
    error_message = "ledger_check_schedule is '${var.ledger_check_schedule}'. Write cron(45 * * * ? *) or rate(1 hour)."
  }
}

variable "nightly_ledger_check_schedule" {
  description = "When the ledger check counts the late events too, over all partitions, as an EventBridge Scheduler expression in UTC."
  type        = string
  default     = "cron(50 3 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.nightly_ledger_check_schedule))
    error_message = "nightly_ledger_check_schedule is '${var.nightly_ledger_check_schedule}'. Write cron(50 3 * * ? *)."
  }
}

variable "runbook_url" {
  description = "Where the runbook is: stands in every alarm's description."
  type        = string
  default     = "terraform/docs/runbook.md"
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is ${var.log_retention_days}. CloudWatch takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 and whole years up to 3653."
  }
}

# ---------------------------------------------------------------- cost

variable "monthly_budget_usd" {
  description = "Budget of this environment in US dollars a month: a warning at 80 % spent and at 100 % forecast. null: no budget."
  type        = number
  default     = 500

  validation {
    condition     = var.monthly_budget_usd == null ? true : var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be more than 0, or null for no budget."
  }
}
