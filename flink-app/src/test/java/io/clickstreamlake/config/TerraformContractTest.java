package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TerraformContractTest {

  @Test
  void givenTheJobWhenTerraformsContractIsReadThenItIsUpToDate() throws IOException {
    if (Boolean.getBoolean("generate.files")) {
      TerraformContract.write();
    }
    assertThat(TerraformContract.FILE)
        .as("terraform/job_contract.json differs from the job: run ./lake generate-files")
        .hasContent(TerraformContract.json());
  }
}
