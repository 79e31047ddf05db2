package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

class SettingEffectTest {

  @Test
  void givenAllSettingsWhenClassifiedThenEachHasExactlyOneEffect() {
    List<String> classified =
        Arrays.stream(SettingEffect.values())
            .flatMap(effect -> effect.settings().stream())
            .toList();

    assertThat(classified)
        .as("settings of SettingEffect; add each new setting to what a change of it alters")
        .containsExactlyInAnyOrderElementsOf(
            JobOptions.all().stream().map(ConfigOption::key).toList());
  }

  @Test
  void givenAnyPrivacySettingWhenClassifiedThenItsEffectIsPrivacy() {
    assertThat(JobOptions.all())
        .extracting(ConfigOption::key)
        .filteredOn(name -> name.startsWith("privacy."))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(SettingEffect.of(name)).contains(SettingEffect.PRIVACY));
  }
}
