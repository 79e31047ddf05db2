# Applied once per account, by hand: the bucket and key of the state, and the two roles that GitHub Actions assumes.
#
#   plan   from the branch main: reads resources and state
#   apply  only from the GitHub environment that requires approval: changes resources with the name
#
# No access keys: through OIDC, AWS knows the repository and environment of a run.

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
