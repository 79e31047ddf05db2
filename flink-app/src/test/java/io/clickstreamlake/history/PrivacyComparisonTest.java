package io.clickstreamlake.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // field granted otherwise, before and after | weaker
        "-              | c yes REJECT       | -",
        "c yes REJECT   | -                  | consent: c before, now not required",
        "c yes REJECT   | d yes REJECT       | consent: c before, now d",
        "c yes REJECT   | c yes;maybe REJECT | consent maybe: not given before, now given",
        "c yes;x REJECT | c yes REJECT       | -",
        "c yes REJECT   | c yes STRIP        | events without consent: rejected before, now stripped",
        "c yes STRIP    | c yes REJECT       | -",
      })
  void givenARequiredConsentWhenChangedThenWhatItPermitsIsNamed(
      String before, String after, String expected) {
    PrivacyComparison comparison = new PrivacyComparison(consent(before), consent(after));

    assertThat(
            Stream.of("field", "granted", "otherwise")
                .flatMap(name -> comparison.weakenedBy("privacy.consent." + name).stream()))
        .extracting(Weakening::toString)
        .isEqualTo(expected == null ? List.of() : List.of(expected));
  }

  private static Map<String, String> consent(String settings) {
    if (settings == null) {
      return Map.of();
    }
    String[] values = settings.split(" ");
    return Map.of(
        "privacy.consent.field", values[0],
        "privacy.consent.granted", values[1],
        "privacy.consent.otherwise", values[2]);
  }

  @Test
  void givenVisitorsWithoutCookiesWhenTheyGetIdsThenThatIsLessPrivacy() {
    Map<String, String> off = Map.of("privacy.cookieless-visitors", "false");
    Map<String, String> on = Map.of("privacy.cookieless-visitors", "true");

    assertThat(new PrivacyComparison(off, on).weakenedBy("privacy.cookieless-visitors"))
        .extracting(Weakening::toString)
        .containsExactly("visitors without cookies: unknown before, now an id per day");
    assertThat(new PrivacyComparison(on, off).weakenedBy("privacy.cookieless-visitors")).isEmpty();
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
