terraform {
  # 1.10: variables validated against each other, state locking in S3 without a table.
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
