variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "account_id" {
  description = "ID of the environment's account, as a guard against wrong credentials. null: any account."
  type        = string
  default     = null
}

variable "environment" {
  description = "Name of the environment."
  type        = string
  default     = "production"
}

variable "job_jar" {
  description = "Path of the job's jar file, which the workflow downloads. null: the jar that this repository builds."
  type        = string
  default     = null
}

variable "alarm_emails" {
  description = "E-mail addresses that receive the alarms."
  type        = set(string)
  default     = []
}

variable "privacy_hash_key_secret_arn" {
  description = "ARN of the secret in Secrets Manager that holds the key of the privacy action hash. null: nothing is hashed."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether to refuse terraform destroy before anything is deleted."
  type        = bool
  default     = true
}
