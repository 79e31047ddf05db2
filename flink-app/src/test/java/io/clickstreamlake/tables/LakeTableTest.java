package io.clickstreamlake.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.LedgerEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class LakeTableTest {

  @Test
  void givenTheContractsWhenReadThenEachOfTheProcessedZoneIsATableOfTheJob() throws IOException {
    try (Stream<Path> contracts = Files.list(Path.of("src/main/avro"))) {
      List<String> defined =
          contracts
              .map(LakeTableTest::definition)
              .filter(table -> "processed".equals(table.get("zone")))
              .map(table -> (String) table.get("name"))
              .toList();

      assertThat(LakeTable.ALL)
          .extracting(LakeTable::name)
          .as("tables in LakeTable.ALL; see CONTRIBUTING.md, Add a table")
          .containsExactlyInAnyOrderElementsOf(defined);
    }
  }

  private static Map<?, ?> definition(Path contract) {
    try {
      return (Map<?, ?>) new Schema.Parser().parse(contract.toFile()).getObjectProp("table");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void givenARowWhenItsBucketIsAskedForThenItIsTheDayOfTheContractsColumn() {
    ClickEvent event = new ClickEvent();
    event.setEventTime(Instant.parse("2026-01-02T23:59:59.999Z"));
    event.setArrivalTime(Instant.parse("2026-01-03T00:00:01Z"));
    LedgerEntry entry = new LedgerEntry();
    entry.setArrivalHour(Instant.parse("2026-11-20T10:00:00Z"));

    assertThat(new DayBuckets<>(LakeTable.CLICK_EVENTS).bucket(event))
        .isEqualTo("year=2026/month=01/day=02");
    assertThat(new DayBuckets<>(LakeTable.LEDGER).bucket(entry))
        .isEqualTo("year=2026/month=11/day=20");
    assertThat(LakeTable.CLICK_EVENTS.folder()).isEqualTo("click_events");
  }
}
