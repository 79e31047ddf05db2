package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a parser bug shows up in the spans of a record. */
class RecordSpansTest {

  private static final byte[] RECORD =
      "{\"a\":1} , {\"b\":2}\n{\"c\":3} ".getBytes(StandardCharsets.UTF_8);

  private final RecordSpans spans = new RecordSpans(10);
  private final List<String> rejected = new ArrayList<>();

  @BeforeEach
  void begin() {
    spans.begin(
        new RecordOutput() {
          @Override
          public void event(ParsedEvent event) {}

          @Override
          public void rejected(
              RejectedException cause, int position, byte[] bytes, int start, int end) {
            rejected.add(
                position
                    + " "
                    + cause.reason().text()
                    + " "
                    + new String(bytes, start, end - start, StandardCharsets.UTF_8));
          }
        },
        0);
    spans.beginText(RECORD, 0);
  }

  @Test
  void givenAllValuesClaimedWhenClosedThenSeparatorsAreNotCounted() {
    assertThat(spans.claim(0, 7)).isEqualTo(0);
    assertThat(spans.claim(10, 17)).isEqualTo(1);
    assertThat(spans.claim(18, 25)).isEqualTo(2);
    spans.closeText(RECORD.length);

    assertThat(rejected).isEmpty();
    assertThat(spans.count()).isEqualTo(3);
  }

  @Test
  void givenASkippedValueWhenTheNextIsClaimedThenItIsRejectedAndCounted() {
    spans.claim(0, 7);
    assertThat(spans.claim(18, 25)).isEqualTo(2);
    spans.closeText(RECORD.length);

    assertThat(rejected).containsExactly("1 unreadable {\"b\":2}\n");
    assertThat(spans.count()).isEqualTo(3);
  }

  @Test
  void givenTheReaderStoppedEarlyWhenClosedThenTheRestIsRejectedAndCounted() {
    spans.claim(0, 7);
    spans.closeText(RECORD.length);

    assertThat(rejected).containsExactly("1 unreadable {\"b\":2}\n{\"c\":3} ");
    assertThat(spans.count()).isEqualTo(2);
  }

  @Test
  void givenClaimedBytesWhenClaimedAgainThenItIsAnError() {
    spans.claim(0, 7);

    assertThatThrownBy(() -> spans.claim(6, 17)).isInstanceOf(IllegalStateException.class);
  }
}
