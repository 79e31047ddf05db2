package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.check.CheckOptions;
import io.clickstreamlake.check.Finding;
import io.clickstreamlake.check.FindingKind;
import io.clickstreamlake.check.LakeCheck;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.source.EventSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.format.BloomFilterHeader;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The check of a lake that the job has written, and in which one thing is then made wrong: with
 * edits of bytes, copies, and other writers of Parquet.
 */
class CheckTest {

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  private static final int EVENTS = 1200;
  private static final String FIRST_DAY = "year=2026/month=11/day=18";
  private static final String SECOND_DAY = "year=2026/month=11/day=19";
  private static final String ARRIVAL_DAY = "year=2026/month=11/day=20";

  @TempDir static Path written;
  @TempDir Path lake;

  /** Location of the raw archive; null if it is not compared. */
  private String archive;

  private final List<Finding> findings = new ArrayList<>();

  @BeforeAll
  static void runTheJob() throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      // Three days; every sixth event is sent twice; some are broken.
      String event =
          String.format(
              "{\"event_id\":\"e%d\",\"event_type\":\"view\",\"event_time\":\"2026-11-%dT09:%02d:30Z\","
                  + "\"user_id\":\"u%d\",\"price\":%d.5,\"flavour\":\"f%d\"}",
              i, 18 + i % 3, i % 60, i % 97, i % 11, i % 7);
      events.add(event);
      if (i % 6 == 0) {
        events.add(event);
      }
      if (i % 100 == 0) {
        events.add("{\"event_id\":");
      }
    }
    JobRun.over(written, Map.of(), events);
    String epoch = null;
    try (Stream<Path> log = Files.list(written.resolve("_sink/click_events/published"))) {
      epoch = log.map(entry -> entry.getFileName().toString().split("-")[2]).findAny().get();
    }
    for (String table : List.of("click_events", "rejected_events")) {
      // As if the stream had been quiet for hours.
      Path marks = Files.createDirectories(written.resolve("_sink/" + table + "/settled"));
      Files.writeString(
          marks.resolve(epoch + "-w000-of-001"), Instant.now().plus(Duration.ofDays(1)).toString());
    }
  }

  @BeforeEach
  void copyTheLake() throws IOException {
    try (Stream<Path> files = Files.walk(written)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = lake.resolve(written.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  @Test
  void givenALakeOfTheJobWhenItIsCheckedThenNothingIsWrongAndAllIsCounted() throws Exception {
    ObjectNode result = check(options());

    assertThat(findings).isEmpty();
    assertThat(result.path("findings").asInt()).isZero();
    assertThat(result.path("notes")).isEmpty();
    assertThat(result.path("hoursCompared").asInt()).isEqualTo(1);
    assertThat(result.at("/tables/click_events/rows").asLong())
        .isEqualTo(
            ((Number)
                    JobRun.query(lake, "click_events", "SELECT count(*) FROM $table").get(0).get(0))
                .longValue())
        .isEqualTo(EVENTS);
    assertThat(result.at("/tables/rejected_events/rows").asLong()).isEqualTo(EVENTS / 100);
    assertThat(result.at("/tables/click_events/files").asLong())
        .isEqualTo(LakeFolder.files(lake.resolve("click_events")).size());
  }

  @Test
  void givenAFlippedByteInAPageWhenItIsCheckedThenThePageIsDamaged() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    // A byte of an id: it decompresses, so that only the CRC shows it.
    ColumnChunkMetaData ids = chunk(file, "event_id");
    flip(file, ids.getFirstDataPageOffset() + ids.getTotalSize() / 2);

    assertFindings(FindingKind.DAMAGED_PAGE, file);
  }

  @Test
  void givenATruncatedAndAnEmptyObjectWhenTheyAreCheckedThenTheyAreUnreadable() throws Exception {
    Path truncated = fileOf("click_events", FIRST_DAY);
    try (RandomAccessFile file = new RandomAccessFile(truncated.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    Path empty = fileOf("rejected_events", ARRIVAL_DAY);
    Files.write(empty, new byte[0]);

    assertFindings(
        Map.of(
            FindingKind.UNREADABLE_OBJECT, List.of(truncated, empty),
            FindingKind.CHANGED_OBJECT, List.of(truncated, empty)));
  }

  @Test
  void givenADamagedFooterWhenItIsCheckedThenTheObjectIsUnreadable() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    byte[] bytes = Files.readAllBytes(file);
    for (int i = footerStart(bytes); i < footerStart(bytes) + 40; i++) {
      bytes[i] = (byte) 0xff;
    }
    Files.write(file, bytes);

    assertFindings(FindingKind.UNREADABLE_OBJECT, file);
  }

  @Test
  void givenANumberOfRowsInTheFooterThatIsWrongWhenItIsCheckedThenItIsFound() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    editFooter(file, footer -> footer.setNum_rows(footer.getNum_rows() + 1));

    assertFindings(FindingKind.WRONG_ROW_COUNT, file);
  }

  @Test
  void givenBoundsThatExcludeAValueWhenTheyAreCheckedThenTheStatisticsAreWrong() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    editFooter(
        file,
        footer -> {
          ColumnMetaData times = column(footer, "event_time");
          ByteBuffer min = ByteBuffer.wrap(times.getStatistics().getMin_value());
          long first = min.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
          times.getStatistics().setMin_value(longBytes(first + 1));
        });
    assertFindings(FindingKind.WRONG_STATISTICS, file);
  }

  @Test
  void givenANullCountThatIsWrongWhenItIsCheckedThenTheStatisticsAreWrong() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    editFooter(
        file,
        footer -> {
          ColumnMetaData users = column(footer, "user_id");
          users.getStatistics().setNull_count(users.getStatistics().getNull_count() + 1);
        });

    assertFindings(FindingKind.WRONG_STATISTICS, file);
  }

  @Test
  void givenAColumnIndexThatExcludesAValueWhenItIsCheckedThenTheStatisticsAreWrong()
      throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    long offset = chunk(file, "event_time").getColumnIndexReference().getOffset();
    byte[] bytes = Files.readAllBytes(file);
    ColumnIndex index = Util.readColumnIndex(at(bytes, offset));
    long last = index.getMax_values().get(0).order(ByteOrder.LITTLE_ENDIAN).getLong();
    index.getMax_values().set(0, ByteBuffer.wrap(longBytes(last - 1)));
    ByteArrayOutputStream edited = new ByteArrayOutputStream();
    Util.writeColumnIndex(index, edited);
    System.arraycopy(edited.toByteArray(), 0, bytes, (int) offset, edited.size());
    Files.write(file, bytes);

    assertFindings(FindingKind.WRONG_STATISTICS, file);
  }

  @Test
  void givenABloomFilterWithoutItsValuesWhenItIsCheckedThenItIsFound() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    long offset = chunk(file, "event_id").getBloomFilterOffset();
    byte[] bytes = Files.readAllBytes(file);
    InputStream in = at(bytes, offset);
    int before = in.available();
    BloomFilterHeader header = Util.readBloomFilterHeader(in);
    int bits = (int) offset + before - in.available();
    for (int i = 0; i < header.getNumBytes(); i++) {
      bytes[bits + i] = 0;
    }
    Files.write(file, bytes);

    assertFindings(FindingKind.WRONG_BLOOM_FILTER, file);
  }

  @Test
  void givenAFileInTheFolderOfAnotherDayWhenItIsCheckedThenItsPartitionIsWrong() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    Path moved = lake.resolve("click_events/" + SECOND_DAY).resolve(file.getFileName());
    Files.move(file, moved);

    assertFindings(
        Map.of(
            FindingKind.WRONG_PARTITION, List.of(moved),
            FindingKind.FOREIGN_OBJECT, List.of(moved),
            FindingKind.MISSING_OBJECT, List.of(file)));
    findings.clear();
    check(new CheckOptions(null, null, "click_events", true, Duration.ofDays(1)));
    assertThat(findings).extracting(Finding::kind).contains(FindingKind.WRONG_PARTITION);
  }

  @Test
  void givenACopyWithinADayWhenItIsCheckedThenItsRowsAreDuplicatesAndTheLedgerDiffers()
      throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    Path copy =
        file.resolveSibling("20261120T130000Z-w000-" + UUID.randomUUID() + "-000001.parquet");
    Files.copy(file, copy);

    check(options());
    assertThat(kinds())
        .containsOnlyKeys(
            FindingKind.DUPLICATE_EVENT, FindingKind.FOREIGN_OBJECT, FindingKind.LEDGER_DIFFERS);
    assertThat(kinds().get(FindingKind.FOREIGN_OBJECT)).containsExactly(copy.toString());
    assertThat(findings)
        .filteredOn(finding -> finding.kind() == FindingKind.DUPLICATE_EVENT)
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.toString())
                    .contains(rows(file) + " rows repeat a row of", copy.getFileName().toString()));
  }

  @Test
  void givenAPublishedFileThatIsDeletedWhenItIsCheckedThenItIsMissing() throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    Files.delete(file);

    check(options());
    assertThat(kinds()).containsOnlyKeys(FindingKind.MISSING_OBJECT, FindingKind.LEDGER_DIFFERS);
    assertThat(kinds().get(FindingKind.MISSING_OBJECT)).containsExactly(file.toString());
  }

  @Test
  void givenALedgerFileThatIsDeletedWhenItIsCheckedThenTheTablesDiffer() throws Exception {
    Path file = fileOf("ledger", ARRIVAL_DAY);
    Files.delete(file);

    check(options());
    assertThat(kinds())
        .containsKey(FindingKind.MISSING_OBJECT)
        .hasSizeLessThanOrEqualTo(3)
        .satisfiesAnyOf(
            kinds -> assertThat(kinds).containsKey(FindingKind.LEDGER_DIFFERS),
            kinds -> assertThat(kinds).containsKey(FindingKind.LEDGER_IMBALANCE));
    assertThat(kinds().get(FindingKind.MISSING_OBJECT)).containsExactly(file.toString());
  }

  @Test
  void givenFilesOfOtherWritersWhenTheyAreCheckedThenTheyAreForeign() throws Exception {
    Path parquet = lake.resolve("click_events/" + FIRST_DAY + "/other.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT 'e1' AS event_id, 7 AS event_type) TO '" + parquet + "' (FORMAT parquet)");
    }
    Path text = lake.resolve("click_events/" + SECOND_DAY + "/notes.txt");
    Files.writeString(text, "not Parquet");
    Files.writeString(text.resolveSibling("_SUCCESS"), "");

    assertFindings(
        Map.of(
            FindingKind.FOREIGN_OBJECT, List.of(parquet, text),
            FindingKind.WRONG_SCHEMA, List.of(parquet),
            FindingKind.UNREADABLE_OBJECT, List.of(text)));
  }

  @Test
  void givenAFileThatIsReplacedByAnotherWriterWhenItIsCheckedThenTheWriterIsNamed()
      throws Exception {
    Path file = fileOf("click_events", FIRST_DAY);
    Path other = lake.resolve("other.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM read_parquet('" + file + "')) TO '" + other + "' (FORMAT parquet)");
    }
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

    check(options());
    // DuckDB writes times in microseconds.
    assertThat(kinds())
        .containsOnlyKeys(
            FindingKind.CHANGED_OBJECT, FindingKind.FOREIGN_WRITER, FindingKind.WRONG_SCHEMA);
  }

  @Test
  void givenAFileOutsideOfAnyDayWhenItIsCheckedThenNoQuerySeesIt() throws Exception {
    Path file = fileOf("rejected_events", ARRIVAL_DAY);
    Path moved = lake.resolve("rejected_events/lost").resolve(file.getFileName());
    Files.createDirectories(moved.getParent());
    Files.move(file, moved);

    assertFindings(
        Map.of(
            FindingKind.NO_PARTITION, List.of(moved), FindingKind.MISSING_OBJECT, List.of(file)));
  }

  @Test
  void givenRunsThatCrashedAndOldUploadsWhenTheyAreCheckedThenEachIsFound() throws Exception {
    Path manifest = lake.resolve("_runs/20261126T101500123Z-load-1c0ffee2a4b9d016.manifest");
    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, "{}");
    Path running = lake.resolve("_erase/running/20261126T101500Z-1c0ffee2a4b9d016");
    Files.createDirectories(running.getParent());
    Files.writeString(running, "{\"alive\":\"1\"}");
    Path upload =
        lake.resolve("click_events/" + FIRST_DAY + "/.a.parquet.inprogress." + UUID.randomUUID());
    Files.writeString(upload, "PAR1");
    Path young =
        lake.resolve("click_events/" + FIRST_DAY + "/.b.parquet.inprogress." + UUID.randomUUID());
    Files.writeString(young, "PAR1");
    Files.setLastModifiedTime(young, FileTime.from(Instant.now().plus(Duration.ofHours(23))));

    assertFindings(
        Map.of(
            FindingKind.UNFINISHED_LOAD, List.of(manifest),
            FindingKind.UNFINISHED_ERASURE, List.of(running),
            FindingKind.ORPHANED_UPLOAD, List.of(upload)));
    Files.writeString(
        manifest.resolveSibling("20261126T101500123Z-load-1c0ffee2a4b9d016.done"), "");
    Files.delete(running);
    Files.delete(upload);
    findings.clear();
    check(options());
    assertThat(findings).isEmpty();
  }

  @Test
  void givenADamagedEntryOfTheLogWhenItIsCheckedThenItIsUnreadable() throws Exception {
    Path entry;
    try (Stream<Path> log = Files.list(lake.resolve("_sink/ledger/published"))) {
      entry = log.filter(file -> !file.getFileName().toString().startsWith(".")).findAny().get();
    }
    Files.writeString(entry, "{\"files\":[");

    assertFindings(FindingKind.UNREADABLE_OBJECT, entry);
  }

  @Test
  void givenDaysAndATableWhenTheyAreCheckedThenTheFaultsOfOthersAreNotFound() throws Exception {
    Path first = fileOf("click_events", FIRST_DAY);
    Files.delete(first);
    Path second = fileOf("click_events", SECOND_DAY);
    Files.write(second, new byte[0]);
    Path ledger = fileOf("ledger", ARRIVAL_DAY);
    flip(ledger, 10);

    LocalDate day = LocalDate.of(2026, 11, 18);
    check(new CheckOptions(day, day, "click_events", false, Duration.ofDays(1)));
    assertThat(kinds()).isEqualTo(Map.of(FindingKind.MISSING_OBJECT, Set.of(first.toString())));
    findings.clear();
    check(new CheckOptions(day.plusDays(1), null, "click_events", false, Duration.ofDays(1)));
    assertThat(kinds())
        .isEqualTo(
            Map.of(
                FindingKind.UNREADABLE_OBJECT,
                Set.of(second.toString()),
                FindingKind.CHANGED_OBJECT,
                Set.of(second.toString())));
  }

  @Test
  void givenAnArchiveWithMoreEventsThanWereReceivedWhenItIsComparedThenTheHourIsNamed()
      throws Exception {
    archive = lake.resolve("raw").toUri().toString();
    long received = new LakeFolder(lake).ledger().get("received");
    List<String> events = new ArrayList<>();
    for (int i = 0; i < received; i++) {
      events.add("{\"event_id\":\"e" + i + "\"}");
    }
    // The object began in the hour before.
    Path folder = lake.resolve("raw/" + ARRIVAL_DAY + "/hour=09");
    Files.createDirectories(folder);
    Files.write(folder.resolve("a.json"), events);
    check(options());
    assertThat(findings).isEmpty();

    Path next = lake.resolve("raw/" + ARRIVAL_DAY + "/hour=10");
    Files.createDirectories(next);
    Files.write(next.resolve("b.json"), events.subList(0, 3));
    check(options());
    assertThat(findings)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(FindingKind.ARCHIVE_EXCESS);
              assertThat(finding.toString())
                  .contains("up to hour 2026-11-20T10:00:00Z the archive has 3 more events");
            });
  }

  @Test
  void givenAnErasureAndALoadWhenTheLakeIsCheckedThenNothingIsWrong() throws Exception {
    SettingsCheck settings = EraseCommand.check(settings());
    JsonNode report =
        EraseCommand.run(
                settings,
                new ByteArrayInputStream(
                    "{\"userIds\":[\"u5\",\"u6\"],\"silenceSeconds\":0}".getBytes(UTF_8)),
                environment(),
                line -> {})
            .get(0);
    assertThat(report.at("/tables/click_events/rows").asInt()).isPositive();
    check(options());
    assertThat(findings).isEmpty();

    Path file = lake.resolve("history.json");
    Files.writeString(
        file,
        "{\"event_id\":\"h1\",\"event_type\":\"view\",\"event_time\":\"2026-11-18T10:15:30Z\"}\n{\n");
    Map<String, String> texts = settings();
    StreamExecutionEnvironment environment = environment();
    JobSteps steps = JobSteps.of(JobSettings.of(texts));
    BatchRun run = steps.sinks.batchRun("load");
    run.begin();
    BatchJob.load(
        EventSource.ofFiles(environment, JobSettings.of(texts), List.of(file.toUri().toString())),
        JobSettings.of(texts),
        steps,
        run);
    environment.execute();
    ObjectNode result = check(options());
    assertThat(findings).isEmpty();
    // The load's rows arrived now; those of the job in November.
    assertThat(result.path("hoursCompared").asInt()).isEqualTo(2);
  }

  @Test
  void givenEntriesOfAnotherWriterInTheLedgerWhenTheyAreCheckedThenTheHourDoesNotAddUp()
      throws Exception {
    Path file = lake.resolve("ledger/" + ARRIVAL_DAY + "/extra.parquet");
    MessageType schema;
    try (ParquetFileReader reader =
        ParquetFileReader.open(new LocalInputFile(fileOf("ledger", ARRIVAL_DAY)))) {
      schema = reader.getFileMetaData().getSchema();
    }
    writeLedger(file, schema, "filled");
    check(options());
    assertThat(kinds()).containsOnlyKeys(FindingKind.FOREIGN_OBJECT);

    findings.clear();
    Files.delete(file);
    writeLedger(file, schema, "received");
    check(options());
    assertThat(kinds()).containsOnlyKeys(FindingKind.FOREIGN_OBJECT, FindingKind.LEDGER_IMBALANCE);
  }

  private static void writeLedger(Path file, MessageType schema, String outcome)
      throws IOException {
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(schema)
            .withConf(new PlainParquetConfiguration())
            .build()) {
      writer.write(
          new SimpleGroupFactory(schema)
              .newGroup()
              .append("arrival_hour", Instant.parse("2026-11-20T10:00:00Z").toEpochMilli())
              .append("stream", "clicks")
              .append("outcome", outcome)
              .append("events", 5L));
    }
  }

  @Test
  void givenTheKindsOfFindingsWhenTheDocumentationIsReadThenItSaysWhatToDoAboutEach()
      throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/recovery.md"));
    assertThat(FindingKind.values())
        .allSatisfy(kind -> assertThat(lines).contains("### " + kind.text()));
  }

  private static CheckOptions options() {
    return new CheckOptions(null, null, null, false, Duration.ofDays(1));
  }

  private Map<String, String> settings() {
    Map<String, String> texts = new HashMap<>();
    texts.put("source.stream", "clicks");
    texts.put("source.region", "us-east-1");
    texts.put("sink.path", lake.toUri().toString());
    return texts;
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setParallelism(2);
    return environment;
  }

  private ObjectNode check(CheckOptions options) throws Exception {
    Map<String, String> texts = settings();
    SettingsCheck check = EraseCommand.check(texts);
    return new LakeCheck(
            JobSettings.of(texts),
            check.steps.columns,
            options,
            archive == null ? null : new CheckCommand.RawArchive(archive, options, check),
            Clock.offset(Clock.systemUTC(), Duration.ofHours(25)))
        .run(
            environment(),
            new LakeCheck.Output() {
              @Override
              public void progress(long files, long totalFiles, long bytes, long totalBytes) {}

              @Override
              public void finding(Finding finding) {
                findings.add(finding);
              }
            });
  }

  private void assertFindings(FindingKind kind, Path object) throws Exception {
    assertFindings(Map.of(kind, List.of(object)));
  }

  private void assertFindings(Map<FindingKind, List<Path>> expected) throws Exception {
    check(options());
    Map<FindingKind, Set<String>> objects = new TreeMap<>();
    expected.forEach(
        (kind, paths) ->
            paths.forEach(
                path ->
                    objects.computeIfAbsent(kind, key -> new TreeSet<>()).add(path.toString())));
    assertThat(kinds()).as(findings.toString()).isEqualTo(objects);
  }

  private Map<FindingKind, Set<String>> kinds() {
    Map<FindingKind, Set<String>> kinds = new TreeMap<>();
    for (Finding finding : findings) {
      kinds
          .computeIfAbsent(finding.kind(), key -> new TreeSet<>())
          .add(finding.object().replaceFirst("^file:(//)?", ""));
    }
    return kinds;
  }

  private Path fileOf(String table, String day) {
    return LakeFolder.files(lake.resolve(table).resolve(day)).get(0);
  }

  private static long rows(Path file) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      return reader.getRecordCount();
    }
  }

  private static ColumnChunkMetaData chunk(Path file, String column) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      return reader.getRowGroups().get(0).getColumns().stream()
          .filter(chunk -> chunk.getPath().toDotString().equals(column))
          .findAny()
          .orElseThrow();
    }
  }

  private static void flip(Path file, long position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) position] ^= 0x01;
    Files.write(file, bytes);
  }

  private static int footerStart(byte[] file) {
    return file.length
        - 8
        - ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
  }

  /** Edits the footer, whose length must stay. */
  private static void editFooter(Path file, Consumer<FileMetaData> edit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = footerStart(bytes);
    FileMetaData footer = Util.readFileMetaData(at(bytes, start));
    edit.accept(footer);
    ByteArrayOutputStream edited = new ByteArrayOutputStream();
    Util.writeFileMetaData(footer, edited);
    assertThat(edited.size()).isEqualTo(bytes.length - 8 - start);
    System.arraycopy(edited.toByteArray(), 0, bytes, start, edited.size());
    Files.write(file, bytes);
  }

  private static ColumnMetaData column(FileMetaData footer, String name) {
    return footer.getRow_groups().get(0).getColumns().stream()
        .map(chunk -> chunk.getMeta_data())
        .filter(column -> column.getPath_in_schema().equals(List.of(name)))
        .findAny()
        .orElseThrow();
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static InputStream at(byte[] bytes, long offset) {
    return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
  }
}
