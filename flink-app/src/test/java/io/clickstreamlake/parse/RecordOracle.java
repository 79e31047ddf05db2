package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ParsedEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Checks the outcomes of one record against its bytes alone, without any code of the reader: no
 * byte belongs to two outcomes, bytes without an outcome are separators, and positions and the
 * count of received events agree with the outcomes.
 */
final class RecordOracle {

  /** White space, NUL, record separator, comma, brackets, BOM, and escaped line ends. */
  private static final Pattern SEPARATORS =
      Pattern.compile("(?:[ \\n\\r\\t\\x00\\x1E,\\[\\]]|\\u00EF\\u00BB\\u00BF|\\\\[nrt])*");

  private RecordOracle() {}

  /**
   * Checks the outcomes of a record.
   *
   * @param text the record's bytes, or their expansion, as one text
   */
  static void check(byte[] text, ParsedRecord result) {
    checkPositions(result);
    int[] outcomes = new int[text.length];
    for (ParsedEvent event : result.events) {
      mark(outcomes, text, event.bytes, event.start, event.length);
    }
    for (ParsedRecord.RejectedPiece piece : result.rejected) {
      mark(outcomes, text, piece.bytes(), piece.start(), piece.payload().length);
    }
    for (int at = 0; at < text.length; at++) {
      assertThat(outcomes[at]).as("outcomes of byte %d", at).isLessThanOrEqualTo(1);
    }
    for (int at = 0; at < text.length; at++) {
      int end = at;
      while (end < text.length && outcomes[end] == 0) {
        end++;
      }
      if (end > at) {
        String gap = new String(text, at, end - at, StandardCharsets.ISO_8859_1);
        assertThat(gap).as("bytes without an outcome, at byte %d", at).matches(SEPARATORS);
        at = end;
      }
    }
  }

  /** Checks that positions are 0, 1, 2, … without gaps or repetition, one per received event. */
  static void checkPositions(ParsedRecord result) {
    int[] positions = new int[result.events.size() + result.rejected.size()];
    int i = 0;
    for (ParsedEvent event : result.events) {
      positions[i++] = event.position;
    }
    for (ParsedRecord.RejectedPiece piece : result.rejected) {
      positions[i++] = piece.position();
    }
    Arrays.sort(positions);
    for (int p = 0; p < positions.length; p++) {
      assertThat(positions[p]).isEqualTo(p);
    }
    assertThat(result.received).isEqualTo(positions.length).isPositive();
  }

  private static void mark(int[] outcomes, byte[] text, byte[] bytes, int start, int length) {
    assertThat(Arrays.equals(bytes, start, start + length, text, start, start + length))
        .as("the bytes of an outcome equal those of the record")
        .isTrue();
    for (int at = start; at < start + length; at++) {
      outcomes[at]++;
    }
  }
}
