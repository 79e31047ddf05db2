output "github_variables" {
  description = "Variables of the GitHub repository (Settings → Secrets and variables → Actions → Variables)."
  value = {
    AWS_REGION     = local.region
    AWS_ACCOUNT_ID = local.account
    AWS_PLAN_ROLE  = aws_iam_role.github["plan"].arn
    AWS_APPLY_ROLE = aws_iam_role.github["apply"].arn
    TF_STATE       = local.state_name
    TF_STATE_KEY   = aws_kms_key.state.arn
  }
}

output "backend" {
  description = "Contents of examples/production/backend.hcl."
  value       = <<-EOT
    bucket       = "${local.state_name}"
    key          = "production/terraform.tfstate"
    region       = "${local.region}"
    kms_key_id   = "${aws_kms_key.state.arn}"
    encrypt      = true
    use_lockfile = true
  EOT
}
