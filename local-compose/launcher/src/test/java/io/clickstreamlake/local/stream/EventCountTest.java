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
        "{'a':1}                   | 1",
        "{'a':{'b':[1,2,3]}}       | 1",
        "[{'a':1},{'a':2}]         | 2",
        "[{'a':1},[1,2],3]         | 3",
        "{'a':1}{'a':2}            | 2",
        "{'a':1                    | 1",
        "[{'a':1},{'a':            | 2",
        "{'a':1} rubbish           | 2",
        "not json                  | 1",
        "17                        | 1",
        "[]                        | 0",
      })
  void givenLineWhenCountedThenEachValueIsOneEvent(String line, int events) {
    byte[] bytes = line.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

    assertThat(EventCount.in(bytes)).isEqualTo(events);
  }

  @Test
  void givenInvalidUtf8WhenCountedThenItIsOneEvent() {
    assertThat(EventCount.in(new byte[] {'[', '1', ',', (byte) 0xC3, (byte) 0x28, ']'}))
        .isEqualTo(1);
  }
}
