# The examples are complete: they can be planned, and create the documented resources.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "minimal" {
  command = apply

  module {
    source = "./examples/minimal"
  }

  variables {
    job_jar = "tests/fixtures/job.jar"
  }

  assert {
    condition     = strcontains(output.send_event, "--stream-name clickstream-dev ") && strcontains(output.first_query, "Database=clickstream_dev ")
    error_message = "The commands in the outputs do not use the example's environment."
  }

  assert {
    condition     = length(regexall("start-query-execution", output.create_views)) == length(fileset("../athena/views", "*.sql"))
    error_message = "The example does not create every view."
  }
}

run "minimal_with_files" {
  command = plan

  module {
    source = "./examples/minimal"
  }

  variables {
    job_jar      = "tests/fixtures/job.jar"
    source_files = { bucket = "shop-incoming", prefix = "web/events" }
  }

  assert {
    condition     = output.clickstream.stream_name == null && strcontains(output.send_event, " s3://shop-incoming/web/events/")
    error_message = "The example does not read the files."
  }
}

run "production" {
  command = apply

  module {
    source = "./examples/production"
  }

  variables {
    job_jar                     = "tests/fixtures/job.jar"
    alarm_emails                = ["on-call@shop.example"]
    deletion_protection         = false
    privacy_hash_key_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:clickstream/hash-key-AbCdEf"
  }

  assert {
    condition     = output.clickstream.stream_name == "clickstream-production"
    error_message = "The example does not create the environment production."
  }

  assert {
    condition     = length(aws_subnet.job) == 2
    error_message = "The job does not have two subnets."
  }
}
