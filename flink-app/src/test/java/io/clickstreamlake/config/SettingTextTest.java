package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flink's configuration is the judge: it reads what was written. */
class SettingTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a;b",
        "it's",
        "say \"hi\"",
        "a:b",
        "a,b",
        "'quoted'",
        " spaces ",
        "a;'b';c:d,e",
      })
  void givenAnyCharacterInAListOrMapWhenWrittenAndReadAgainThenTheValueIsTheSame(String value) {
    Configuration written = new Configuration();
    written.set(JobOptions.PRIVACY_REDACT_PATTERNS, List.of("first", value));
    written.set(JobOptions.PRIVACY_FIELDS, Map.of("user_id", "drop", value, value));
    Configuration read = new Configuration();
    read.setString(
        JobOptions.PRIVACY_REDACT_PATTERNS.key(),
        SettingText.of(written.get(JobOptions.PRIVACY_REDACT_PATTERNS)));
    read.setString(
        JobOptions.PRIVACY_FIELDS.key(), SettingText.of(written.get(JobOptions.PRIVACY_FIELDS)));

    assertThat(read.get(JobOptions.PRIVACY_REDACT_PATTERNS)).isEqualTo(List.of("first", value));
    assertThat(read.get(JobOptions.PRIVACY_FIELDS))
        .isEqualTo(Map.of("user_id", "drop", value, value));
  }
}
