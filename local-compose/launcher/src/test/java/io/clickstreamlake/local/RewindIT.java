package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.flink.Snapshots.Snapshot;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.StateFolder;
import io.clickstreamlake.local.storage.Buckets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A start from an older savepoint on the whole stack: refused, and then rewound on request. */
@Tag("chaos")
class RewindIT {

  private static final Path PROCESSED =
      new StateFolder(SharedStack.STATE).s3().resolve(Buckets.PROCESSED);

  private static final int GOOD = 400;
  private static final int BROKEN = 20;

  @Test
  void givenNewerTablesWhenStartedFromAnOlderSavepointThenRefusedOrRewoundWithEachEventOnce()
      throws IOException {
    SharedStack.get();
    SharedStack.awaitAllAccounted();
    send("first");
    // No wait: some events are in the stream, some in open files.
    SharedStack.stop();
    Snapshot first = newestSnapshot();

    SharedStack.startFrom(first.name(), Map.of());
    send("second");
    SharedStack.awaitAllAccounted();
    SharedStack.stop();
    Snapshot second = newestSnapshot();
    assertThat(second.written()).isAfter(first.written());

    Map<String, Integer> before = files();
    assertThatThrownBy(() -> SharedStack.startFrom(first.name(), Map.of()))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(first.name())
        .hasMessageContaining("is refused, and nothing was changed")
        .hasMessageContaining("restore the newest snapshot")
        .hasMessageContaining(
            "./lake start --from-snapshot NAME --set sink.on-older-snapshot=REWIND");
    assertThat(files()).isEqualTo(before);

    SharedStack.startFrom(first.name(), Map.of("sink.on-older-snapshot", "REWIND"));
    SharedStack.awaitAllAccounted();
    for (String table : List.of("click_events", "rejected_events", "ledger")) {
      assertThat(files().keySet())
          .as("moved, not deleted")
          .anyMatch(file -> file.startsWith("_sink/" + table + "/rewound/"));
    }
    // A duplicate would be visible together with these events.
    send("third");
    Accounting accounting = SharedStack.awaitAllAccounted();
    assertThat(accounting.received()).isEqualTo(SharedStack.sent());
    long good = GOOD;
    assertThat(
            rows(
                "SELECT split_part(event_id, '-', 2), count(*), count(DISTINCT event_id)"
                    + " FROM click_events WHERE event_id LIKE 'rewind-%' GROUP BY 1 ORDER BY 1"))
        .containsExactly(
            List.of("first", good, good),
            List.of("second", good, good),
            List.of("third", good, good));
    assertThat(
            rows(
                "SELECT count(*), count(DISTINCT payload) FROM rejected_events"
                    + " WHERE from_utf8(payload) LIKE '%\"broken-rewind-%'"))
        .containsExactly(List.of(3L * BROKEN, 3L * BROKEN));
    assertThat(rows("SELECT sum(missing), sum(abs(missing)) FROM ledger_balance"))
        .containsExactly(List.of(0L, 0L));

    // The abandoned branch is refused from now on, with any setting; the new one continues.
    SharedStack.restart(Map.of());
    assertThat(SharedStack.awaitAllAccounted()).isEqualTo(accounting);
  }

  private static List<List<Object>> rows(String sql) {
    return SharedStack.client().query(sql).rows();
  }

  private static Snapshot newestSnapshot() {
    return new StateFolder(SharedStack.STATE).snapshots().list().get(0);
  }

  /**
   * Each object of the processed zone, with a hash of its content. The records of the settings are
   * not part of it: a start writes one when a setting differs, such as a port that was taken.
   */
  private static Map<String, Integer> files() throws IOException {
    try (Stream<Path> files = Files.walk(PROCESSED)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(PROCESSED.resolve("_sink/settings")))
          .collect(
              Collectors.toMap(
                  file -> PROCESSED.relativize(file).toString(),
                  RewindIT::hash,
                  (one, other) -> one,
                  TreeMap::new));
    }
  }

  private static int hash(Path file) {
    try {
      return Arrays.hashCode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(String part) {
    Instant now = Instant.now();
    List<String> events = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      events.add(
          "{\"event_id\":\"rewind-%s-%d\",\"event_type\":\"page_view\",\"event_time\":\"%s\"}"
              .formatted(part, i, now));
    }
    for (int i = 0; i < BROKEN; i++) {
      events.add("{\"event_id\":\"broken-rewind-%s-%d\",".formatted(part, i));
    }
    SharedStack.send(events);
  }
}
