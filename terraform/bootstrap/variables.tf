variable "name" {
  description = "Name as in the module: the roles may change only resources whose name starts with NAME-."
  type        = string
  default     = "clickstream"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.name))
    error_message = "name is '${var.name}'. Use lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "github_repository" {
  description = "OWNER/REPOSITORY whose runs may assume the roles."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.github_repository))
    error_message = "github_repository is '${var.github_repository}'. Use OWNER/REPOSITORY."
  }
}

variable "github_environment" {
  description = "GitHub environment whose protection rules require approval; only its runs may apply."
  type        = string
  default     = "production"
}

variable "existing_oidc_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub, if it exists already. null: the configuration creates one."
  type        = string
  default     = null
}
