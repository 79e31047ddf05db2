package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OptionsTableTest {

  @Test
  void givenTheOptionsWhenTheReadmeIsReadThenItsTableIsInStep() throws IOException {
    if (Boolean.getBoolean("readme.update")) {
      OptionsTable.update();
    }
    assertThat(OptionsTable.inReadme())
        .as(
            "write it anew with ./mvnw -pl flink-app test -Dtest=OptionsTableTest"
                + " -Dreadme.update=true")
        .isEqualTo(OptionsTable.markdown());
  }

  @Test
  void givenTheOptionsWhenListedThenEachSaysWhatItMeans() {
    assertThat(JobOptions.all()).hasSizeGreaterThan(20);
    JobOptions.all()
        .forEach(option -> assertThat(JobOptions.meaning(option)).as(option.key()).isNotBlank());
  }
}
