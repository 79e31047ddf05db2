variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "account_id" {
  description = "The account that this environment belongs to: a guard against the wrong credentials. null: any."
  type        = string
  default     = null
}

variable "environment" {
  description = "Name of the environment."
  type        = string
  default     = "production"
}

variable "job_jar" {
  description = "Path of the job's jar, as the workflow downloads it. null: the one that this repository's build made."
  type        = string
  default     = null
}

variable "alarm_emails" {
  description = "Who gets the alarms."
  type        = set(string)
  default     = []
}

variable "privacy_hash_key_secret_arn" {
  description = "ARN of the secret in Secrets Manager that holds the key of the privacy action hash. null: nothing is hashed."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether terraform destroy is refused before anything is deleted."
  type        = bool
  default     = true
}
