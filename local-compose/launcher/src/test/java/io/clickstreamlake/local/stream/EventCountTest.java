package io.clickstreamlake.local.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventCountTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':1}                   | 1 | true",
        "{'a':{'b':[1,2,3]}}       | 1 | true",
        "[{'a':1},{'a':2}]         | 2 | true",
        "[{'a':1},[1,2],3]         | 3 | true",
        "{'a':1}{'a':2}            | 2 | true",
        "{'a':1                    | 1 | false",
        "[{'a':1},{'a':            | 2 | false",
        "{'a':1} rubbish           | 2 | false",
        "not json                  | 1 | false",
        "17                        | 1 | true",
        "[]                        | 0 | true",
      })
  void givenLineWhenCountedThenEachValueIsOneEvent(String line, int events, boolean valid) {
    byte[] bytes = line.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

    assertThat(EventCount.in(bytes)).isEqualTo(new EventCount(events, valid));
  }

  @Test
  void givenInvalidUtf8WhenCountedThenItIsOneEvent() {
    assertThat(EventCount.in(new byte[] {'[', '1', ',', (byte) 0xC3, (byte) 0x28, ']'}))
        .isEqualTo(new EventCount(1, false));
  }
}
