locals {
  built_jars = sort(fileset("${path.module}/../flink-app/target", "flink-app-*-job.jar"))
  job_jar    = var.job_jar != null ? var.job_jar : try("${path.module}/../flink-app/target/${element(local.built_jars, -1)}", "")
  # If the file is absent, the precondition below fails with instructions.
  job_jar_hash = fileexists(local.job_jar) ? filesha256(local.job_jar) : "absent"
  job_jar_key  = "jars/clickstream-lake.jar"
}

# All jars share one key of a versioned bucket, and the application names the version that it runs. An upgrade adds a version
# and deletes none, so the previous jar remains available for a rollback. With the hash in the key, Terraform would delete
# the old object first.
resource "aws_s3_object" "jar" {
  bucket      = local.bucket_names.artifacts
  key         = local.job_jar_key
  source      = local.job_jar
  source_hash = local.job_jar_hash
  tags        = merge(local.tags, { Sha256 = local.job_jar_hash })

  # Without versioning, the upload would have no version ID. Without the bucket's encryption, the first jar would be
  # encrypted with a key of S3.
  depends_on = [
    aws_s3_bucket_policy.bucket,
    aws_s3_bucket_server_side_encryption_configuration.bucket,
    aws_s3_bucket_versioning.bucket,
  ]

  lifecycle {
    precondition {
      condition     = local.job_jar_hash != "absent"
      error_message = "There is no job jar${var.job_jar == null ? " in flink-app/target" : " at ${var.job_jar}"}. Build it with ./mvnw -pl flink-app package, or set job_jar."
    }

    postcondition {
      condition     = !contains(["", "null"], coalesce(self.version_id, "null"))
      error_message = "The bucket ${local.bucket_names.artifacts} is not versioned, so an upgrade would overwrite the running jar. Enable versioning."
    }
  }
}

resource "aws_kinesisanalyticsv2_application" "job" {
  name                   = local.prefix
  description            = "Clickstream Lake: events to hour-rolled Parquet, exactly once and accounted for"
  runtime_environment    = "FLINK-1_20"
  service_execution_role = aws_iam_role.service["job"].arn
  start_application      = var.start_application

  application_configuration {
    application_code_configuration {
      code_content_type = "ZIPFILE"

      code_content {
        s3_content_location {
          bucket_arn     = local.bucket_arns.artifacts
          file_key       = aws_s3_object.jar.key
          object_version = aws_s3_object.jar.version_id
        }
      }
    }

    # Always on: an update without a snapshot would lose in-progress files and the state of de-duplication.
    application_snapshot_configuration {
      snapshots_enabled = true
    }

    environment_properties {
      dynamic "property_group" {
        for_each = local.property_groups

        content {
          property_group_id = property_group.key
          property_map      = property_group.value
        }
      }
    }

    flink_application_configuration {
      checkpoint_configuration {
        configuration_type            = "CUSTOM"
        checkpointing_enabled         = true
        checkpoint_interval           = var.checkpoint_interval_seconds * 1000
        min_pause_between_checkpoints = 5000
      }

      monitoring_configuration {
        configuration_type = "CUSTOM"
        log_level          = var.log_level
        metrics_level      = var.metrics_level
      }

      parallelism_configuration {
        configuration_type   = "CUSTOM"
        auto_scaling_enabled = var.autoscaling
        parallelism          = var.parallelism
        parallelism_per_kpu  = var.parallelism_per_kpu
      }
    }

    # Only for a job that runs: otherwise the provider shows a change in each plan.
    dynamic "run_configuration" {
      for_each = var.start_application ? [1] : []

      content {
        application_restore_configuration {
          application_restore_type = "RESTORE_FROM_LATEST_SNAPSHOT"
        }

        flink_run_configuration {
          allow_non_restored_state = var.allow_non_restored_state
        }
      }
    }

    dynamic "vpc_configuration" {
      for_each = var.vpc == null ? [] : [var.vpc]

      content {
        subnet_ids         = vpc_configuration.value.subnet_ids
        security_group_ids = local.job_security_group_ids
      }
    }
  }

  cloudwatch_logging_options {
    log_stream_arn = aws_cloudwatch_log_stream.job.arn
  }

  tags = local.tags

  depends_on = [aws_iam_role_policy.service, aws_kinesis_stream.events, aws_s3_bucket.bucket]
}
