variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "job_jar" {
  description = "Path of the job's jar file. null: the jar that this repository builds."
  type        = string
  default     = null
}

variable "source_files" {
  description = "Folder in S3 that the job reads instead of a stream: bucket, prefix and kms_key_arn. null: the job reads a stream."
  type = object({
    bucket      = string
    prefix      = optional(string, "")
    kms_key_arn = optional(string)
  })
  default = null
}

variable "monthly_budget_usd" {
  description = "Budget in US dollars per month. null: none, for accounts in which IAM users and roles have no access to Billing."
  type        = number
  # Without events the example costs about 205 in us-east-1 (./lake cost --idle), and up to a fifth more elsewhere. The
  # budget warns at 80 percent, which must be above that.
  default = 350
}
