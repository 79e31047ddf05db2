# Like ../valid, with a contract in which prefix, retention and readers are invalid.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment = "test"
  job_jar     = "tests/fixtures/job.jar"
}

run "invalid_table" {
  command = plan

  expect_failures = [aws_glue_catalog_table.table]
}
