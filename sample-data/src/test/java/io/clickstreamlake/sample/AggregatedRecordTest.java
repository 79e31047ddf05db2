package io.clickstreamlake.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AggregatedRecordTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(byte[] data) {
    return AggregatedRecord.split(data).stream()
        .map(record -> new String(record, StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] aggregated(String... texts) {
    return AggregatedRecord.of(List.of(texts));
  }

  @Test
  void givenAnAggregatedRecordWhenSplitThenEachOfItsRecordsIsReturned() {
    String large = "x".repeat(70_000);

    assertThat(texts(aggregated("{\"n\":1}", "größe", large)))
        .containsExactly("{\"n\":1}", "größe", large);
  }

  @Test
  void givenAnOrdinaryRecordWhenSplitThenItIsReturnedUnchanged() {
    assertThat(texts(bytes("{\"n\":1}"))).containsExactly("{\"n\":1}");
    assertThat(texts(new byte[0])).containsExactly("");
  }

  @Test
  void givenADamagedOrTruncatedAggregateWhenSplitThenItIsReturnedUnchanged() {
    byte[] damaged = aggregated("a", "b");
    damaged[10] ^= 1;
    byte[] cut = Arrays.copyOf(aggregated("a"), 12);

    assertThat(AggregatedRecord.split(damaged)).containsExactly(damaged);
    assertThat(AggregatedRecord.split(cut)).containsExactly(cut);
  }
}
