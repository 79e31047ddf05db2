package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class TerraformContractTest {

  @Test
  void givenTheJobWhenTerraformsContractIsReadThenItIsInStep() throws IOException {
    if (Boolean.getBoolean("terraform.update")) {
      TerraformContract.update();
    }
    assertThat(Files.readString(TerraformContract.FILE))
        .as(
            "write it anew with ./mvnw -pl flink-app test -Dtest=TerraformContractTest"
                + " -Dterraform.update=true")
        .isEqualTo(TerraformContract.json());
  }
}
