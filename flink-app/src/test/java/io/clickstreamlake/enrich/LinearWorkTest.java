package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work on URLs, counted in characters that are read or copied, is linear in their length. */
class LinearWorkTest {

  private static final int SIZE = 1 << 20;
  private static final int MAX_READS_PER_CHARACTER = 8;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "//",
        "/a",
        "a/",
        ":",
        "://",
        "http://",
        "#",
        "?",
        "&",
        "=",
        "a=",
        "a=b&",
        "=&",
        "&&",
        "amp;",
        "&amp;",
        "&amp;a=b",
        "amp;amp",
        "#?a=b&",
        "%",
        "%zz",
        "+",
        "%2B",
        "@",
        "a@",
        "[",
        "]",
        "[:",
        ".",
        "a.",
        "utm_source=&",
        "utm_term=x&",
        " ",
        "\\",
        "\u00e9"
      })
  void givenARepeatedPieceWhenReadThenTheWorkIsLinearInTheUrl(String piece) {
    for (String begin : new String[] {"", "//", "https://h/", "https://h/?", "?", "a:"}) {
      long quarter = steps(begin, piece, SIZE / 4);
      long whole = steps(begin, piece, SIZE);

      assertThat(whole).as(begin).isLessThan((long) MAX_READS_PER_CHARACTER * SIZE);
      assertThat(whole).as(begin).isLessThan(quarter * 44 / 10 + 1000);
    }
  }

  @Test
  void givenAHostOfAMillionLabelsWhenTheReferrerIsReadThenNoParentDomainIsLookedUp() {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setReferrerUrl("https://" + "a.".repeat(SIZE / 2) + "example/");
    ValidationErrors problems = new ValidationErrors();

    Enrichments.of(
            JobSettings.of(
                Map.of(
                    "source.stream", "s",
                    "source.region", "r",
                    "sink.path", "s3://processed",
                    "enrich.chain", "referrer")),
            problems)
        .forEach(enrichment -> enrichment.enrich(event));

    // Every parent domain of a host is looked up, so the length of a host is limited.
    assertThat(event.event.getReferrerHost()).isNull();
    assertThat(event.event.getReferrerMedium()).isEqualTo("unknown");
  }

  private static long steps(String begin, String piece, int size) {
    CountedText text = new CountedText(begin + piece.repeat(size / piece.length()));
    LenientUrl url = LenientUrl.parse(text);
    return text.steps + parameterSteps(url.query) + parameterSteps(url.fragment);
  }

  private static long parameterSteps(String parameters) {
    if (parameters == null) {
      return 0;
    }
    CountedText text = new CountedText(parameters);
    LenientUrl.parameters(text, (name, value) -> {});
    return text.steps;
  }

  /** A text that counts the characters that are read, one by one or as a subsequence. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private long steps;

    CountedText(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int at) {
      steps++;
      return text.charAt(at);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      steps += end - start;
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      steps += text.length();
      return text;
    }
  }
}
