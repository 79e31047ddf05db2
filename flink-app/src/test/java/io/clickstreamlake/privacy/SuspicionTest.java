package io.clickstreamlake.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobOptions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the full search finds nothing in any text that the pre-filter rules out. */
class SuspicionTest {

  private static final int TRIES = 500_000;

  private static final String[] PIECES = {
    "a",
    "1",
    "bob",
    "x.de",
    "@",
    "%40",
    "%2540",
    "%",
    "&",
    "&amp;",
    "&#64;",
    "=",
    "email",
    "token",
    "password",
    "ip",
    "phone",
    "tel:",
    "+49",
    "12345678",
    "1.2.3.4",
    "203.0.113.7",
    "::",
    "2001:db8::1",
    ":",
    "/",
    ".",
    "?",
    "#",
    ";",
    ",",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "\\",
    "\\u0040",
    " ",
    "%20",
    "Bearer ",
    "bearer+",
    "Basic ",
    "Mozilla/5.0 (X)",
    "eyJhIjoiYiJ9",
    "abc123def456ghi",
    "W3si",
    "-",
    "_",
    "~",
    "!",
    "(",
    ")",
    "|",
    "<",
    ">",
    "\n",
    "+",
    "$",
    "*",
    "^",
    "http://",
    "//",
    "version",
    "\u00e9",
    "\uFF20",
    "%3D",
    "%2F",
    "%26",
    "%22",
    "&quot;",
    "%7B",
    "-1",
    "name",
    "value",
    "auth",
    "Authorization"
  };

  private final SensitiveNames names =
      new SensitiveNames(JobOptions.PRIVACY_REDACT_KEYS.defaultValue());
  private final PersonalData data =
      new PersonalData(names, new PersonalData.Kinds(true, true, true, true, List.of()));
  private final Suspicion suspicion = new Suspicion(names);

  @Test
  void givenRandomTextsWhenTheyHoldPersonalDataThenTheyAreSuspect() {
    Random random = new Random(12);
    for (int i = 0; i < TRIES; i++) {
      StringBuilder text = new StringBuilder();
      for (int pieces = 1 + random.nextInt(9); pieces > 0; pieces--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      checkSuspect(text.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://s.example/?d=agent%20Mozilla/5.0%20(X11;%20Linux)",
        "client [Mozilla/5.0 (X11)] left",
        "https://s.example/?h=Bearer%20a1b2c3d4e5f6g7h8",
        "https://s.example/?h=Bearer+a1b2c3d4e5f6g7h8",
        "https://s.example/?h=x%20eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "https://s.example/?back=%2Freset%2Ftoken%2Fa1b2c3d4e5f6g7h8",
        "/reset/token/a1b2,c3d4e5f6g7h8",
      })
  void givenASecretWithAHiddenStartWhenRedactedThenItIsReplaced(String text) {
    PersonalData.Kinds kinds = new PersonalData.Kinds(true, true, true, true, List.of());
    Redaction redaction = new Redaction(JobOptions.PRIVACY_REDACT_KEYS.defaultValue(), kinds);

    assertThat(redaction.text(text, "", SensitiveNames.plain(), true))
        .contains(Spans.REDACTED)
        .doesNotContain("Mozilla")
        .doesNotContain("c3d4")
        .doesNotContain("eyJ");
  }

  private void checkSuspect(String text) {
    if (!suspicion.mayHoldPersonalData(text, SensitiveNames.plain())) {
      Spans found = new Spans(text.length());
      data.find(Text.of(text), "", SensitiveNames.plain(), true, found);
      assertThat(found.isEmpty()).as(text).isTrue();
    }
  }
}
