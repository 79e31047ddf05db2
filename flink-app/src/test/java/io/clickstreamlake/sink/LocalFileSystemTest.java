package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.parquet.AvroRows;
import io.clickstreamlake.parquet.ParquetBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink on Flink's local file system, where a file in progress is a hidden file. */
class LocalFileSystemTest {

  @TempDir Path folder;
  private LocalTable table;
  private final ManualClock clock = new ManualClock(Events.START.toEpochMilli());

  @BeforeEach
  void table() {
    table = new LocalTable(folder.resolve("click_events"));
  }

  @Test
  void givenPartsOnDiskAndRowsAfterTheSnapshotWhenRestoredThenTheFileEndsAtTheSnapshot()
      throws Exception {
    List<ClickEvent> events = new Events(1).take(3_000);
    SinkDriver<ClickEvent> first = SinkDriver.start(sink(), clock);
    first.write(events.subList(0, 1_250));
    List<byte[]> snapshot = first.checkpoint(1);
    first.write(events.subList(1_250, 3_000)); // more parts, which are not in the snapshot
    assertThat(table.files()).isEmpty();

    SinkDriver<ClickEvent> second = SinkDriver.restore(sink(), clock, 1, snapshot);
    assertThat(read()).hasSize(1_250);
    second.write(events.subList(1_250, 3_000));
    second.finish();

    assertThat(table.files()).hasSize(2);
    assertThat(read()).containsExactlyInAnyOrderElementsOf(events);
  }

  @Test
  void givenASnapshotWhenRestoredTwiceThenRowsAreVisibleOnce() throws Exception {
    SinkDriver<ClickEvent> first = SinkDriver.start(sink(), clock);
    first.write(new Events(1).take(1_250));
    List<byte[]> snapshot = first.checkpoint(1);

    SinkDriver.restore(sink(), clock, 1, snapshot);
    SinkDriver.restore(sink(), clock, 1, snapshot);

    assertThat(read()).hasSize(1_250);
  }

  @Test
  void givenFileInProgressAndTargetAreMissingWhenCommittedThenItFailsAlthoughFlinkDoesNot()
      throws Exception {
    SinkDriver<ClickEvent> driver = SinkDriver.start(sink(), clock);
    driver.write(new Events(1).take(100));
    driver.writer().flush(true);
    List<byte[]> files = driver.prepareCommit();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }

    assertThatThrownBy(() -> driver.commit(files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Could not commit")
        .hasStackTraceContaining("does not exist");
  }

  private RollingParquetSink<ClickEvent> sink() {
    return builder().build();
  }

  private RollingParquetSinkBuilder<ClickEvent> builder() {
    return Events.sink()
        .basePath(table.path())
        .rowGroupRows(500)
        .partSize(new MemorySize(20_000))
        .commitAttempts(2, Duration.ZERO);
  }

  private List<ClickEvent> read() throws IOException {
    List<ClickEvent> events = new ArrayList<>();
    for (Path file : table.files()) {
      events.addAll(AvroRows.read(new ParquetBytes(Files.readAllBytes(file)), ClickEvent.class));
    }
    return events;
  }
}
