package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names in properties depend only on the event and the hidden paths of the mapping. */
class PropertyNamesTest {

  private static final String EVENT =
      "{\"type\":\"v\",\"at\":1795169730,"
          + "\"properties\":{\"cart\":{\"currency\":[1],\"size\":2,\"x\":{\"y\":3}},\"plan\":\"free\","
          + "\"lines\":[{\"sku\":\"s\"}],\"params\":[{\"key\":\"k\",\"value\":4},5]},"
          + "\"other\":{\"a\":6}}";

  private static final String MAPPING =
      "columns:\n  event_type: [$.type]\n  event_time: [$.at]\n%s"
          + "time: {formats: [epoch_seconds]}\nproperties: [$.properties]\n%s";

  @Test
  void givenAPathBelowAHiddenOneWhenItIsMappedThenItsSiblingsKeepTheirNames() {
    Map<String, String> without = properties("", "");
    Map<String, String> with =
        properties("  currency: [$.properties.cart.currency, $.other.b]\n", "");

    assertThat(without)
        .containsEntry("cart.size", "2")
        .containsEntry("cart.x.y", "3")
        .containsEntry("cart.currency", "[1]")
        .containsEntry("plan", "free")
        .containsEntry("other.a", "6");
    assertThat(with).isEqualTo(without);
  }

  @Test
  void givenLinesAndPairsBelowAHiddenPathWhenReadThenTheirNamesOmitIt() {
    Map<String, String> properties =
        properties(
            "",
            "items: {paths: [$.properties.lines], product_id: [id]}\n"
                + "lists: {$.properties.params: {name: key, values: [value]}}\n");

    assertThat(properties)
        .containsEntry("lines.0.sku", "s")
        .containsEntry("params.k", "4")
        .containsEntry("params.1", "5");
  }

  private static Map<String, String> properties(String columns, String sections) {
    ParserLimits limits = ParserLimits.of(ParsedRecord.settings(Map.of()));
    RecordReader reader =
        new RecordReader(
            EventMapping.parse("test", String.format(MAPPING, columns, sections)), limits);
    ParsedEvent[] read = new ParsedEvent[1];
    reader.read(
        new SourceRecord(
            EVENT.getBytes(StandardCharsets.UTF_8),
            new Origin("clicks", "shardId-000000000000", "495"),
            ParsedRecord.ARRIVAL.toEpochMilli()),
        ParsedRecord.ARRIVAL,
        new RecordOutput() {
          @Override
          public void event(ParsedEvent event) {
            read[0] = event;
          }

          @Override
          public void rejected(
              RejectedException cause, int position, byte[] bytes, int start, int end) {
            throw new AssertionError(cause);
          }
        });
    return read[0].event.getProperties();
  }
}
