package io.clickstreamlake.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivacyComparisonTest {

  @ParameterizedTest(name = "{0} → {1}: {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "user_id:hash        | user_id:keep        | user_id: hash before, now keep",
        "user_id:drop        | user_id:hash        | user_id: drop before, now hash",
        "user_id:hash        | order_id:hash       | user_id: hash before, now redacted",
        "order_id:hash       | order_id:keep       | order_id: hash before, now keep",
        "user_id:keep        | order_id:drop       | -",
        "user_id:hash        | user_id:drop        | -",
        "user_id:hash        | user_id:hash        | -",
        "user_id:hash        | ip_address:truncate | ip_address: drop before, now truncate; user_id: hash before, now redacted",
        "ip_address:truncate | ip_address:hash     | -",
        "ip_address:truncate | user_id:hash        | -",
      })
  void givenActionsPerFieldWhenChangedThenTheLessProtectedFieldsAreNamed(
      String before, String after, String expected) {
    PrivacyComparison comparison =
        new PrivacyComparison(Map.of("privacy.fields", before), Map.of("privacy.fields", after));

    assertThat(comparison.weakenedBy("privacy.fields"))
        .extracting(Weakening::toString)
        .isEqualTo(expected == null ? List.of() : List.of(expected.split("; ")));
  }

  @Test
  void givenListsOfRedactionsWhenElementsAreRemovedThenEachIsNamed() {
    PrivacyComparison comparison =
        new PrivacyComparison(
            Map.of("privacy.redact-keys", "email;phone", "privacy.redact-patterns", "ip"),
            Map.of("privacy.redact-keys", "phone;badge", "privacy.redact-patterns", ""));

    assertThat(comparison.weakenedBy("privacy.redact-keys"))
        .extracting(Weakening::toString)
        .containsExactly("email: redacted before, now kept");
    assertThat(comparison.weakenedBy("privacy.redact-patterns"))
        .extracting(Weakening::toString)
        .containsExactly("ip: redacted before, now kept");
    assertThat(comparison.weakenedBy("late.after")).isEmpty();
  }
}
