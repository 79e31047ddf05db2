package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.configuration.MemorySize;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;

/**
 * The state of earlier releases can be restored. The files in {@code sink/golden/v1} were written
 * by {@link #main} in release 0.1.0 and must never be regenerated: a new format gets a new folder,
 * and the old one stays.
 */
class GoldenStateTest {

  private static final long NOON = 1_763_640_000_000L;
  private static final String STORE = "golden";

  @Test
  void givenTheStateOfFormat1WhenRestoredThenItsFilesAreFinished() throws Exception {
    try (ModelStore store = ModelStore.named(STORE, bytes("v1/store.bin"))) {
      SinkDriver.restore(
          sink(),
          new ManualClock(NOON),
          7,
          List.of(bytes("v1/writer-0.bin"), bytes("v1/writer-1.bin")));

      assertThat(rows(store)).containsExactlyElementsOf(ids(0, 52));
      assertThat(store.objects()).hasSize(2);
    }
  }

  @Test
  void givenTheCommittableOfFormat1WhenCommittedThenItIsVisible() throws Exception {
    try (ModelStore store = ModelStore.named(STORE, bytes("v1/store.bin"))) {
      SinkDriver.commit(
          sink(), CommitterContext.restoredFrom(8), List.of(bytes("v1/committable.bin")));

      assertThat(rows(store)).containsExactlyElementsOf(ids(100, 130));
    }
  }

  @Test
  void givenAnIdleWritersStateOfFormat1WhenRestoredThenItStarts() throws Exception {
    try (ModelStore store = ModelStore.named(STORE, bytes("v1/store.bin"))) {
      SinkDriver.restore(sink(), new ManualClock(NOON), 7, List.of(bytes("v1/writer-idle.bin")));

      assertThat(store.objects()).isEmpty();
    }
  }

  /** Writes the state of this release to the folder in the first argument. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    try (ModelStore store = ModelStore.named(STORE)) {
      SinkDriver<Visit> open = SinkDriver.start(sink(), new ManualClock(NOON));
      Files.write(folder.resolve("writer-idle.bin"), open.checkpoint(6).get(0));
      open.write(visits(0, 50, "day=1")); // with parts uploaded
      open.write(visits(50, 52, "day=2")); // without
      List<byte[]> states = open.checkpoint(7);
      Files.write(folder.resolve("writer-0.bin"), states.get(0));
      Files.write(folder.resolve("writer-1.bin"), states.get(1));
      SinkDriver<Visit> rolled = SinkDriver.start(sink(), new ManualClock(NOON));
      rolled.write(visits(100, 130, "day=3"));
      rolled.writer().flush(true);
      Files.write(folder.resolve("committable.bin"), rolled.prepareCommit().get(0));
      Files.write(folder.resolve("store.bin"), store.dumpUploads());
    }
  }

  private static RollingParquetSink<Visit> sink() {
    return Visit.sink()
        .basePath(new org.apache.flink.core.fs.Path("model://" + STORE + "/visits"))
        .identity("golden/visits")
        .rowGroupRows(8)
        .partSize(new MemorySize(200))
        .compression(CompressionCodecName.UNCOMPRESSED)
        .commitAttempts(1, Duration.ZERO)
        .build();
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = GoldenStateTest.class.getResourceAsStream("/sink/golden/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  private static List<Visit> visits(long from, long to, String bucket) {
    return LongStream.range(from, to).mapToObj(id -> Visit.of(id, bucket)).toList();
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static List<Long> rows(ModelStore store) throws IOException {
    List<Long> ids = new ArrayList<>();
    for (byte[] object : store.objects().values()) {
      new ParquetBytes(object).rows().forEach(row -> ids.add(row.getLong("id", 0)));
    }
    return ids.stream().sorted().toList();
  }
}
