# Made once an account, by a person: where the state lies, and the two roles that GitHub Actions takes.
#
#   plan   from the branch main: reads what is there, and the state
#   apply  only from the GitHub environment that asks for approval: changes what carries the name
#
# No access keys: GitHub proves with OIDC which repository and environment a run belongs to.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "name" {
  description = "As in the module: every resource that the roles may touch begins with NAME-."
  type        = string
  default     = "clickstream"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.name))
    error_message = "name is '${var.name}'. Use lower-case letters, digits and hyphens, begin with a letter."
  }
}

variable "github_repository" {
  description = "OWNER/REPOSITORY whose runs may take the roles."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.github_repository))
    error_message = "github_repository is '${var.github_repository}'. Write OWNER/REPOSITORY."
  }
}

variable "github_environment" {
  description = "GitHub environment whose protection rules ask for approval; only its runs may apply."
  type        = string
  default     = "production"
}

variable "existing_oidc_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub, where there is one already. null: one is made."
  type        = string
  default     = null
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  region     = data.aws_region.current.name
  partition  = data.aws_partition.current.partition
  github     = "token.actions.githubusercontent.com"
  state_name = "${var.name}-terraform-state-${local.account}"
  tags       = { Project = var.name, System = "${var.name}-bootstrap" }
}
