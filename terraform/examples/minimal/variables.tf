variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "job_jar" {
  description = "Path of the job's jar. null: the one that this repository's build made."
  type        = string
  default     = null
}

variable "monthly_budget_usd" {
  description = "Budget in US dollars a month. null: none, for an account whose Billing does not let in IAM users and roles."
  type        = number
  # Idle the example costs about 205 in us-east-1 (./lake cost --idle), elsewhere up to a fifth more.
  # The budget warns at 80 percent, which must be above that.
  default = 350
}
