mock_provider "aws" {
  source = "./tests/mocks"
}

run "two_environments_side_by_side" {
  command = apply

  module {
    source = "./tests/fixtures/two_environments"
  }

  assert {
    condition     = length(setintersection(output.names.dev, output.names.production)) == 0
    error_message = "Two environments in one account share names: ${join(", ", setintersection(output.names.dev, output.names.production))}."
  }

  assert {
    condition     = alltrue([for name in output.names.dev : can(regex("clickstream[-_]dev", name))]) && alltrue([for name in output.names.production : can(regex("clickstream[-_]production", name))])
    error_message = "A name does not contain its environment."
  }

  assert {
    condition     = alltrue([for name in concat(output.names.dev, output.names.production) : length(name) <= 63])
    error_message = "The name of a bucket is too long."
  }
}
