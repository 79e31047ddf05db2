package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sink's worst case in a virtual machine with the heap that the settings require: a year of
 * event days at once, a busy day, large rows among small ones, and checkpoints with state that
 * Flink holds twice, as list state and as the copy that it writes.
 */
class SinkMemoryTest {

  /** Memory of all open files. */
  private static final int SINK_MIB = 96;

  private static final int ROW_GROUP_MIB = 32;

  /** Classes, file system buffers, the current row, a row group that is being encoded. */
  private static final int OTHER_MIB = 48;

  @TempDir Path folder;

  @Test
  void givenTheHeapThatTheSettingsRequireWhenTheWorstCaseRunsThenItSuffices() throws Exception {
    assertThat(run(SINK_MIB + OTHER_MIB)).isEqualTo("written\n");
  }

  /** Proves that the test above can fail: the rows really need the memory that they may use. */
  @Test
  void givenMuchLessHeapWhenTheWorstCaseRunsThenItDoesNotSuffice() throws Exception {
    assertThat(run((SINK_MIB + OTHER_MIB) / 3)).contains("OutOfMemoryError");
  }

  private String run(int heapMib) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMib + "m",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SinkMemoryTest.class.getName(),
                folder.resolve("table").toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("the process ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  /** Runs the worst case; the tests start this in a separate virtual machine. */
  public static void main(String[] args) throws Exception {
    RollingParquetSink<ClickEvent> sink =
        RollingParquetSink.<ClickEvent>forAvro(ClickEvent.getClassSchema())
            .basePath(new org.apache.flink.core.fs.Path(Path.of(args[0]).toUri()))
            .identity("test/click_events")
            .memory(MemorySize.ofMebiBytes(SINK_MIB))
            .rowGroupMemory(MemorySize.ofMebiBytes(ROW_GROUP_MIB))
            .partSize(MemorySize.ofMebiBytes(8))
            .bloomFilter("event_id", 50_000)
            .bloomFilter("user_id", 50_000)
            .withoutDictionary("event_id", "sequence_number")
            .sortBy(List.of("event_type", "event_time"))
            .bucketBy(event -> event.getStream())
            .build();
    RollingParquetWriter<ClickEvent> writer =
        (RollingParquetWriter<ClickEvent>)
            sink.createWriter(new WriterContext(new ManualClock(0), 0, 1));
    RollingWriterStateSerializer states = new RollingWriterStateSerializer();
    List<byte[]> listState = List.of();
    List<byte[]> copy = List.of();
    Events events = new Events(1);
    Random random = new Random(1);
    for (int i = 0; i < 120_000; i++) {
      ClickEvent event = events.next();
      event.setStream(random.nextInt(3) == 0 ? "day=today" : "day=" + random.nextInt(366));
      if (random.nextInt(200) == 0) {
        event.setPageTitle(
            random
                .ints(8_192, ' ', '~')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
      }
      writer.write(event, null);
      writer.prepareCommit();
      if (i % 20_000 == 19_999) {
        List<byte[]> snapshot = new ArrayList<>();
        for (RollingWriterState state : writer.snapshotState(i)) {
          snapshot.add(states.serialize(state));
        }
        listState = snapshot;
        copy = new ArrayList<>();
        for (byte[] state : listState) {
          copy.add(state.clone());
        }
      }
    }
    writer.flush(true);
    if (listState.size() != copy.size()) {
      throw new IllegalStateException("Both lists must stay reachable until here.");
    }
    System.out.println("written");
  }
}
