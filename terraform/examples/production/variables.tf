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

variable "privacy_hash_key" {
  description = "Secret key of the privacy action hash; TF_VAR_privacy_hash_key from the secret store."
  type        = string
  default     = null
  sensitive   = true
}
