package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.erase.TestErasure;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.parquet.AvroRows;
import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Erases rows of files that the job has published, and lets the job fail and recover. */
class ErasedFilesTest {

  private static final long NOON = 1_763_640_000_000L;

  private final ModelStore store = new ModelStore();
  private final ManualClock clock = new ManualClock(NOON);

  @AfterEach
  void closeStore() {
    store.close();
  }

  /** All rows of a file, or some of them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void givenACommitThatWasNotConfirmedWhenRowsAreErasedAndTheJobRestoresThenItAcceptsTheFile(
      int users) throws Exception {
    RollingParquetSink<ClickEvent> sink = sink().epoch("a").build();
    SinkDriver<ClickEvent> job = SinkDriver.start(sink, clock);
    job.write(events(10, users));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    List<byte[]> files = job.prepareCommit(1);
    List<byte[]> states = job.snapshot(1);
    job.commit(files);
    assertThat(users()).isEqualTo(users == 1 ? Map.of("u0", 10L) : Map.of("u0", 5L, "u1", 5L));

    erase("u0");
    // The checkpoint still has the files, since Flink did not learn of the commit.
    SinkDriver.restore(sink, clock, 1, states);
    SinkDriver.commit(sink, CommitterContext.restoredFrom(1), files);
    SinkDriver.restore(sink().epoch("b").build(), clock, 1, states);
    SinkDriver.commit(sink().epoch("b").build(), CommitterContext.restoredFrom(1), files);

    assertThat(users()).isEqualTo(users == 1 ? Map.of() : Map.of("u1", 5L));
  }

  @Test
  void givenAFileThatARestoreFinishedWhenErasedAndRestoredAgainThenItIsNotWrittenAgain()
      throws Exception {
    RollingParquetSink<ClickEvent> sink = sink().epoch("a").build();
    SinkDriver<ClickEvent> job = SinkDriver.start(sink, clock);
    job.write(events(3, 1));
    List<byte[]> snapshot = job.checkpoint(1);
    SinkDriver.restore(sink, clock, 1, snapshot);
    assertThat(users()).isEqualTo(Map.of("u0", 3L));

    erase("u0");
    SinkDriver.restore(sink, clock, 1, snapshot);

    assertThat(users()).isEmpty();
  }

  @Test
  void givenAnErasureBetweenACommitAndItsCheckWhenTheCommitIsCheckedThenItSucceeds()
      throws Exception {
    SinkDriver<ClickEvent> job = SinkDriver.start(sink().epoch("a").build(), clock);
    job.write(events(10, 2));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    List<byte[]> files = job.prepareCommit(1);
    job.snapshot(1);
    boolean[] erased = new boolean[1];
    store.faults(
        index -> {
          // The first look at the object after its completion.
          if (!erased[0]
              && store.call((int) index).startsWith("HeadObject click_events")
              && !store.objects().isEmpty()) {
            erased[0] = true;
            try {
              erase("u0");
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
          return (Fault) null;
        });

    job.commit(files);

    assertThat(erased[0]).isTrue();
    assertThat(users()).isEqualTo(Map.of("u1", 5L));
  }

  @Test
  void givenAnErasureWhenStartedWithoutASnapshotThenAnnouncedFilesAreNotCompletedAgain()
      throws Exception {
    SinkDriver<ClickEvent> job = SinkDriver.start(sink().epoch("a").build(), clock);
    job.write(events(10, 1));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    job.checkpoint(1);
    erase("u0");

    SinkDriver.start(sink().epoch("b").build(), clock);

    assertThat(users()).isEmpty();
  }

  @Test
  void givenAnErasureAfterASnapshotWhenRewoundToItThenRefusedAndNothingChanges() throws Exception {
    SinkDriver<ClickEvent> job = SinkDriver.start(sink().epoch("a").build(), clock);
    job.write(events(3, 2));
    List<byte[]> older = job.checkpoint(1);
    job.write(events(3, 2));
    clock.advanceTo(NOON + Duration.ofHours(1).toMillis());
    job.checkpoint(2);
    erase("u0");
    Map<String, byte[]> before = new TreeMap<>(store.allObjects());

    assertThatThrownBy(
            () ->
                SinkDriver.restore(
                    sink().epoch("b").rewindToOlderSnapshots().build(), clock, 1, older))
        .isInstanceOf(SnapshotRefusedException.class)
        .hasMessageContaining(
            "rows of persons were erased from files that were published after it");
    assertThat(store.allObjects()).isEqualTo(before);
  }

  @Test
  void givenADamagedRecordWhenRestoredThenTheErrorNamesIt() throws Exception {
    Path metadata = new Path(store.uri() + "/_sink/click_events");
    Path file = new Path(store.uri() + "/click_events/day=1/a.parquet");
    ErasedFiles erased = new ErasedFiles(metadata);
    erased.record("day=1", file, 17);
    erased.record("day=1", file, 12);
    assertThat(erased.isVisible("day=1", file, 17)).isTrue();
    assertThat(erased.isVisible("day=1", file, 12)).as("a later length").isFalse();
    store.allObjects().put("_sink/click_events/erased/day=1/a.parquet", new byte[] {'{', '}'});

    assertThatThrownBy(() -> erased.isVisible("day=1", file, 17))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("_sink/click_events/erased/day=1/a.parquet is damaged");
  }

  private void erase(String user) throws Exception {
    assertThat(TestErasure.of(store.uri(), user).erase().at("/secondScan/rowsFound").asLong(-1))
        .isZero();
  }

  private RollingParquetSinkBuilder<ClickEvent> sink() {
    return Events.sink()
        .bucketBy(event -> "year=2025/month=11/day=20")
        .basePath(new Path(store.uri() + "/click_events"))
        .metadata(new Path(store.uri() + "/_sink/click_events"))
        .commitAttempts(3, Duration.ZERO);
  }

  private static List<ClickEvent> events(int count, int users) {
    Events source = new Events(3);
    List<ClickEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ClickEvent event = source.next();
      event.setUserId("u" + i % users);
      events.add(event);
    }
    return events;
  }

  /** Visible rows of click_events, by user. */
  private Map<String, Long> users() throws IOException {
    Map<String, Long> users = new TreeMap<>();
    for (Map.Entry<String, byte[]> object : store.objects().entrySet()) {
      if (object.getKey().startsWith("click_events/")) {
        for (ClickEvent event :
            AvroRows.read(new ParquetBytes(object.getValue()), ClickEvent.class)) {
          users.merge(event.getUserId(), 1L, Long::sum);
        }
      }
    }
    return users;
  }
}
