# Made once an account, by a person: where the state lies, and the two roles that GitHub Actions takes.
#
#   plan   from the branch main: reads what is there, and the state
#   apply  only from the GitHub environment that asks for approval: changes what carries the name
#
# No access keys: GitHub proves with OIDC which repository and environment a run belongs to.

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
