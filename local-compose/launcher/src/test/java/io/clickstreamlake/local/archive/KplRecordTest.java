package io.clickstreamlake.local.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.sample.AggregatedRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KplRecordTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(byte[] data) {
    return KplRecord.takeApart(data).stream()
        .map(record -> new String(record, StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] aggregated(String... texts) {
    return AggregatedRecord.of(List.of(texts));
  }

  @Test
  void givenAnAggregatedRecordWhenTakenApartThenEachOfItsRecordsIsThere() {
    String large = "x".repeat(70_000);

    assertThat(texts(aggregated("{\"n\":1}", "größe", large)))
        .containsExactly("{\"n\":1}", "größe", large);
  }

  @Test
  void givenAnOrdinaryRecordWhenTakenApartThenItIsWhatItWas() {
    assertThat(texts(bytes("{\"n\":1}"))).containsExactly("{\"n\":1}");
    assertThat(texts(new byte[0])).containsExactly("");
  }

  @Test
  void givenBytesThatOnlyBeginLikeAnAggregateWhenTakenApartThenTheyAreLeftAlone() {
    byte[] damaged = aggregated("a", "b");
    damaged[10] ^= 1;
    byte[] cut = Arrays.copyOf(aggregated("a"), 12);

    assertThat(KplRecord.takeApart(damaged)).containsExactly(damaged);
    assertThat(KplRecord.takeApart(cut)).containsExactly(cut);
  }
}
