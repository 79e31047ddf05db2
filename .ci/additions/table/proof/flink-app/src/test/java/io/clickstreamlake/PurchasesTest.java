package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the job; DuckDB reads the table purchases. */
class PurchasesTest {

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path lake;

  @ParameterizedTest
  @ValueSource(strings = {"ROLLING", "CHECKPOINT"})
  void givenPurchasesAmongPageViewsWhenTheJobRunsThenEachPurchaseIsInItsTableOnce(String sink)
      throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // A fourth of the events are purchases, and the last two are duplicates of the first two.
      events.add(event(i % 38));
    }

    JobRun.over(lake, Map.of("sink.type", sink), events);

    List<List<Object>> expected = new ArrayList<>();
    for (int i = 0; i < 38; i += 4) {
      expected.add(List.of("e" + i, "o" + i, "EUR", i + ".5000", time(i).toEpochMilli(), "20"));
    }
    assertThat(
            JobRun.query(
                lake,
                "purchases",
                "SELECT event_id, order_id, currency, revenue::varchar, epoch_ms(event_time),"
                    + " day::varchar FROM $table"))
        .containsExactlyInAnyOrderElementsOf(expected);
    LakeFolder folder = new LakeFolder(lake);
    assertThat(folder.events()).hasSize(38);
    assertThat(folder.ledger()).isEqualTo(Map.of("received", 40L, "written", 38L, "duplicate", 2L));
  }

  private static Instant time(int i) {
    return Instant.parse("2026-11-20T10:00:00Z").plusSeconds(i);
  }

  private static String event(int i) {
    return String.format(
        "{\"event_id\":\"e%d\",\"event_type\":\"%s\",\"event_time\":\"%s\",\"currency\":\"EUR\","
            + "\"order\":{\"id\":\"o%d\",\"total\":%d.5}}",
        i, i % 4 == 0 ? "purchase" : "page_view", time(i), i, i);
  }
}
