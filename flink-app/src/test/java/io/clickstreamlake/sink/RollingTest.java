package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.parquet.ParquetBytes;
import io.clickstreamlake.parquet.RecordRowGroupBuffer;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When files roll, and their names. */
class RollingTest {

  private static final long NOON = 1_763_640_000_000L; // 2025-11-20T12:00:00Z
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;

  private final ModelStore store = new ModelStore();

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void givenACheckpointPerMinuteWhenThreeHoursPassThenThereIsOneFilePerHourBucketAndWriter()
      throws Exception {
    ManualClock clock = new ManualClock(NOON);
    RollingParquetSink<Visit> sink = sink().build();
    List<SinkDriver<Visit>> writers =
        List.of(SinkDriver.start(sink, clock), SinkDriver.start(sink, clock));
    long id = 0;
    for (int minute = 0; minute < 180; minute++) {
      for (int second = 0; second < 60; second += 10) {
        clock.advanceTo(NOON + minute * MINUTE + second * 1_000);
        for (SinkDriver<Visit> writer : writers) {
          writer.write(List.of(Visit.of(id++, "day=1"), Visit.of(id++, "day=2")));
        }
      }
      for (SinkDriver<Visit> writer : writers) {
        writer.checkpoint(minute);
      }
    }
    clock.advanceTo(NOON + 180 * MINUTE);
    for (SinkDriver<Visit> writer : writers) {
      writer.checkpoint(180);
    }

    assertThat(rows()).containsExactlyElementsOf(LongStream.range(0, id).boxed().toList());
    Map<String, Integer> filesByHourAndBucket = new HashMap<>();
    for (String key : store.objects().keySet()) {
      String bucket = key.split("/", -1)[1];
      String hour = key.split("/", -1)[2].substring(0, 11);
      filesByHourAndBucket.merge(hour + " " + bucket, 1, Integer::sum);
    }
    assertThat(filesByHourAndBucket)
        .isEqualTo(
            Map.of(
                "20251120T12 day=1", 2,
                "20251120T13 day=1", 2,
                "20251120T14 day=1", 2,
                "20251120T12 day=2", 2,
                "20251120T13 day=2", 2,
                "20251120T14 day=2", 2));
  }

  @Test
  void givenRowsAtTenToOneWhenItIsOneOClockThenTheFileRollsWithoutAnotherRow() throws Exception {
    ManualClock clock = new ManualClock(NOON + 50 * MINUTE);
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    driver.write(visits(0, 3, "day=1"));
    clock.advanceTo(NOON + HOUR - 1);
    assertThat(driver.prepareCommit()).isEmpty();

    clock.advanceTo(NOON + HOUR);

    assertThat(driver.prepareCommit()).hasSize(1);
  }

  @Test
  void givenARollIntervalOfADayThenFilesEndAtMidnightUtc() throws Exception {
    ManualClock clock = new ManualClock(NOON);
    SinkDriver<Visit> driver =
        SinkDriver.start(sink().rollInterval(Duration.ofDays(1)).build(), clock);
    driver.write(visits(0, 3, "day=1"));
    clock.advanceTo(NOON + 12 * HOUR - 1);
    assertThat(driver.prepareCommit()).isEmpty();

    clock.advanceTo(NOON + 12 * HOUR);

    assertThat(driver.prepareCommit()).hasSize(1);
  }

  @Test
  void givenASmallRollSizeWhenRowGroupsReachItThenTheFileRolls() throws Exception {
    SinkDriver<Visit> driver =
        SinkDriver.start(sink().rollSize(new MemorySize(2_000)).build(), new ManualClock(NOON));

    driver.write(visits(0, 1_000, "day=1"));
    driver.finish();

    assertThat(store.objects()).hasSizeBetween(3, 6);
    assertThat(store.objects().values())
        .allSatisfy(object -> assertThat(object.length).isLessThan(6_000));
    assertThat(rows()).hasSize(1_000);
  }

  /**
   * Finding 13 of the review: a year of event days in random order, with today's events among them.
   * Before the fix, the oldest file was finished early, which was today's.
   */
  @Test
  void givenAFloodOfEventDaysWhenItFillsTheMemoryThenFilesAreFewAndTodaysFileStaysOpen()
      throws Exception {
    int days = 366;
    long memory = 2_000_000;
    RollingParquetSink<Visit> sink =
        sink()
            .rowSize(row -> 1_000)
            .rowGroupRows(1_000_000)
            .rowGroupMemory(new MemorySize(memory))
            .memory(new MemorySize(memory))
            .build();
    RecordedMetrics metrics = new RecordedMetrics();
    RollingParquetWriter<Visit> writer =
        (RollingParquetWriter<Visit>)
            sink.createWriter(new WriterContext(new ManualClock(NOON), 0, 1).with(metrics.group()));
    long calls = store.calls();
    Random random = new Random(13);
    int rows = 40_000;
    for (int id = 0; id < rows; id++) {
      String day = random.nextInt(4) == 0 ? "day=today" : "day=" + random.nextInt(days);
      writer.write(Visit.of(id, day), null);
      assertThat(metrics.gauge("bufferedBytes")).isLessThanOrEqualTo(memory);
    }

    List<CommittableFile> early = new ArrayList<>(writer.prepareCommit());
    assertThat(early).hasSize((int) metrics.counter("filesRolled.memory")).isNotEmpty();
    assertThat(early)
        .as("today's file must never be finished early")
        .noneMatch(file -> file.bucket().equals("day=today"));
    // A buffered row of 1,000 bytes counts as 1,500 bytes of the sink's memory.
    assertThat(early)
        .as("a file that is finished early uses at least its share of the memory")
        .allSatisfy(file -> assertThat(file.rows() * 1_500).isGreaterThan(memory / (days + 1) / 2));
    assertThat(store.calls() - calls)
        .as("calls of the store: an upload and its parts per file")
        .isLessThan(3L * early.size() + 200);
    writer.flush(true);
    LocalTable.commit(sink, writer);
    SinkDriver.commit(
        sink, CommitterContext.fresh(), early.stream().map(RollingTest::serialized).toList());
    assertThat(rows()).hasSize(rows).doesNotHaveDuplicates();
  }

  @Test
  void givenTwoThousandRowsOf65DaysWhenWrittenThenThereIsOneFilePerDay() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), new ManualClock(NOON));
    for (int i = 0; i < 2_000; i++) {
      driver.write(visits(i, i + 1, "day=" + i % 65));
    }
    assertThat(driver.prepareCommit()).isEmpty();
    driver.finish();

    assertThat(store.objects()).hasSize(65);
  }

  private static byte[] serialized(CommittableFile file) {
    try {
      return new CommittableFileSerializer().serialize(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void givenTheEndOfInputWhenFlushedThenAllFilesRoll() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), new ManualClock(NOON));
    driver.write(visits(0, 3, "day=1"));
    driver.write(visits(3, 6, "day=2"));

    driver.finish();

    assertThat(rows()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(store.openUploads()).isZero();
  }

  @Test
  void givenACheckpointWhenRowsFollowThenItDidNotEndTheRowGroup() throws Exception {
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), new ManualClock(NOON));
    for (int checkpoint = 1; checkpoint <= 40; checkpoint++) {
      driver.write(visits(checkpoint * 10L, checkpoint * 10L + 10, "day=1"));
      driver.checkpoint(checkpoint);
    }
    driver.finish();

    byte[] file = store.objects().values().iterator().next();
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetBytes(file))) {
      assertThat(reader.getRowGroups().stream().map(BlockMetaData::getRowCount))
          .containsExactly(100L, 100L, 100L, 100L);
    }
    assertThat(store.sideObjects()).isEmpty();
  }

  @Test
  void givenABucketWithoutNewRowsWhenCheckpointedThenItIsNotEncodedAgain() throws Exception {
    RecordedMetrics metrics = new RecordedMetrics();
    RollingParquetWriter<Visit> writer =
        (RollingParquetWriter<Visit>)
            sink()
                .build()
                .createWriter(new WriterContext(new ManualClock(NOON), 0, 1).with(metrics.group()));
    writer.write(Visit.of(1, "day=1"), null);

    writer.snapshotState(1);
    assertThat(metrics.counter("encodedRows")).isEqualTo(1);
    writer.snapshotState(2);
    assertThat(metrics.counter("encodedRows")).isEqualTo(1);
    writer.write(Visit.of(2, "day=1"), null);
    writer.snapshotState(3);
    assertThat(metrics.counter("encodedRows")).isEqualTo(3);
  }

  @Test
  void whenRowsAreWrittenAndRolledThenMetricsReportThem() throws Exception {
    ManualClock clock = new ManualClock(NOON);
    RecordedMetrics metrics = new RecordedMetrics();
    RollingParquetWriter<Visit> writer =
        (RollingParquetWriter<Visit>)
            sink().build().createWriter(new WriterContext(clock, 0, 1).with(metrics.group()));
    for (int id = 0; id < 130; id++) {
      writer.write(Visit.of(id, "day=1"), null);
    }
    clock.advanceTo(NOON + 5 * MINUTE);

    assertThat(metrics.gauge("openFiles")).isEqualTo(1);
    assertThat(metrics.gauge("bufferedRows")).isEqualTo(30);
    assertThat(metrics.gauge("bufferedBytes")).isGreaterThanOrEqualTo(3_000);
    assertThat(metrics.gauge("oldestOpenFileAgeMillis")).isEqualTo(5 * MINUTE);
    assertThat(metrics.counter("rowGroups")).isEqualTo(1);

    clock.advanceTo(NOON + HOUR);

    assertThat(metrics.gauge("openFiles")).isZero();
    assertThat(metrics.gauge("bufferedRows")).isZero();
    assertThat(metrics.gauge("bufferedBytes")).isZero();
    assertThat(metrics.gauge("notUploadedBytes")).isZero();
    assertThat(metrics.gauge("uploadLagMillis")).isZero();
    assertThat(metrics.gauge("oldestOpenFileAgeMillis")).isZero();
    assertThat(metrics.counter("filesRolled.age")).isEqualTo(1);
    assertThat(metrics.histogram("fileRows").getStatistics().getMax()).isEqualTo(130);
  }

  @Test
  void givenManyFilesThenNamesSortByTimeAndNeverRepeat() throws Exception {
    ManualClock clock = new ManualClock(NOON);
    SinkDriver<Visit> driver = SinkDriver.start(sink().build(), clock);
    List<String> names = new ArrayList<>();
    for (int hour = 1; hour <= 5; hour++) {
      driver.write(visits(hour, hour + 1, "day=1"));
      clock.advanceTo(NOON + hour * HOUR);
      for (CommittableFile file : driver.writer().prepareCommit()) {
        names.add(file.path().getName());
      }
    }

    assertThat(names).hasSize(5).isSorted().doesNotHaveDuplicates();
    assertThat(names.get(1))
        .matches("20251120T130000Z-w000-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-000002.parquet");
  }

  @Test
  void givenAFileSystemThatCannotResumeWhenStartedThenTheErrorNamesAlternatives() {
    RollingParquetSink<Visit> sink =
        sink().basePath(new Path("model://cannot-resume/visits")).build();

    assertThatThrownBy(() -> SinkDriver.start(sink, new ManualClock(NOON)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("model://cannot-resume/visits")
        .hasMessageContaining("flink-s3-fs-hadoop")
        .hasMessageContaining("sink.type=checkpoint");
  }

  @Test
  void givenInvalidSettingsWhenBuiltThenAllAreNamed() {
    assertThatThrownBy(
            () ->
                RollingParquetSink.builder(RecordRowGroupBuffer.factory(Visit.Encoder::new))
                    .basePath(new Path("s3://lake/visits"))
                    .rollInterval(Duration.ZERO)
                    .partSize(MemorySize.ofMebiBytes(1))
                    .rowGroupRows(0)
                    .bloomFilter("id", 0)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("identity is missing")
        .hasMessageContaining("rowSize is missing")
        .hasMessageContaining("rollInterval is PT0S")
        .hasMessageContaining("the minimum on S3 is 5 mb")
        .hasMessageContaining("rowGroupRows is 0")
        .hasMessageContaining("bloomFilter of id");
  }

  private RollingParquetSinkBuilder<Visit> sink() {
    return Visit.sink()
        .basePath(new Path(store.uri() + "/visits"))
        .identity("test/visits")
        .rowGroupRows(100)
        .rowGroupMemory(new MemorySize(200_000))
        .memory(new MemorySize(500_000))
        .partSize(new MemorySize(300))
        .pageSize(new MemorySize(4_096))
        .compression(CompressionCodecName.UNCOMPRESSED)
        .commitAttempts(1, Duration.ZERO);
  }

  private static List<Visit> visits(long from, long to, String bucket) {
    return LongStream.range(from, to).mapToObj(id -> Visit.of(id, bucket)).toList();
  }

  private List<Long> rows() throws IOException {
    List<Long> ids = new ArrayList<>();
    for (byte[] object : store.objects().values()) {
      new ParquetBytes(object).rows().forEach(row -> ids.add(row.getLong("id", 0)));
    }
    return ids.stream().sorted().toList();
  }
}
