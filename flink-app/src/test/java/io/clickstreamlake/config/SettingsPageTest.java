package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SettingsPageTest {

  @Test
  void givenTheOptionsWhenTheSettingsPageIsReadThenItIsUpToDate() throws IOException {
    if (Boolean.getBoolean("generate.files")) {
      SettingsPage.write();
    }
    assertThat(SettingsPage.FILE)
        .as("docs/settings.md differs from JobOptions: run ./lake generate-files")
        .hasContent(SettingsPage.markdown());
  }

  @Test
  void givenTheOptionsWhenListedThenEachHasADescription() {
    assertThat(JobOptions.all()).hasSizeGreaterThan(20);
    assertThat(JobOptions.all())
        .filteredOn(option -> JobOptions.meaning(option).isBlank())
        .as("settings without a description: add withDescription in JobOptions")
        .isEmpty();
  }
}
