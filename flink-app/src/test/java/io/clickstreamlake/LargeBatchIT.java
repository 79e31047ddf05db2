package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.sink.StoredMarks;
import io.clickstreamlake.tables.LakeTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches over more than fits into their memory, and over many files: the program in a JVM with the
 * heap that {@code ./lake} gives it.
 */
@Tag("chaos")
class LargeBatchIT {

  private static final long GIGABYTE = 1_000_000_000;

  /** Of the whole process: its heap, sort buffers and code. */
  private static final long MAX_RESIDENT_BYTES = 2L << 30;

  private static final Instant START = Instant.parse("2026-11-18T00:00:00Z");
  private static final int EVENTS_PER_SECOND = 20;

  /** Writes the row of a job that settled marks need. */
  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path folder;

  @Test
  void givenAGigabyteInOneFileWhenItIsLoadedTwiceThenMemoryIsBoundedAndEachEventIsARow()
      throws Exception {
    Path file = folder.resolve("history.jsonl");
    long events = 0;
    long bytes = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      while (bytes < GIGABYTE) {
        byte[] event = event(events++);
        out.write(event);
        out.write('\n');
        bytes += event.length + 1;
      }
    }

    Run first = run("load", file.toUri().toString());
    assertThat(first.result("files")).isEqualTo(1);
    assertThat(first.result("written")).isEqualTo(events);
    assertThat(first.residentBytes).isLessThan(MAX_RESIDENT_BYTES);
    assertEachIsARow(events);

    Run second = run("load", file.toUri().toString());
    assertThat(second.result("present")).isEqualTo(events);
    assertThat(second.result("written")).isZero();
    assertThat(second.residentBytes).isLessThan(MAX_RESIDENT_BYTES);
    assertEachIsARow(events);
  }

  @Test
  void givenAGigabyteOfArchiveWhenATableLacksHalfOfItThenMemoryIsBoundedAndEachEventIsARow()
      throws Exception {
    RawArchiveFolder archive = new RawArchiveFolder(folder.resolve("raw"));
    // The job has read one record, so that it is known what it has settled.
    JobRun.overRecords(lake(), Map.of(), List.of(record(0)));
    long events = 0;
    for (long bytes = 0; bytes < GIGABYTE; ) {
      List<SourceRecord> records = new ArrayList<>();
      for (int i = 0; i < 50_000; i++) {
        SourceRecord record = record(events++);
        bytes += record.data.length + 1;
        records.add(record);
      }
      archive.add(records);
    }
    Instant middle = START.plusSeconds(events / 2 / EVENTS_PER_SECOND);
    Instant end = START.plusSeconds(events / EVENTS_PER_SECOND + 1);
    for (LakeTable<?> table : List.of(LakeTable.CLICK_EVENTS, LakeTable.REJECTED_EVENTS)) {
      StoredMarks.put(table.metadata(lake().toUri().toString()), end.plusSeconds(3600));
    }

    Run half = fill(archive, START, middle);
    assertThat(half.residentBytes).isLessThan(MAX_RESIDENT_BYTES);
    Run all = fill(archive, START, end);
    assertThat(all.residentBytes).isLessThan(MAX_RESIDENT_BYTES);
    assertThat(all.result("present")).isEqualTo(half.result("written") + 1);
    assertThat(half.result("written") + all.result("written") + 1).isEqualTo(events);
    assertEachIsARow(events);
  }

  @Test
  void givenTenThousandFilesOfOneEventWhenTheyAreLoadedThenEachIsARow() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      Path file = folder.resolve("tiny/hour=" + i % 24 + "/" + i + ".json");
      Files.createDirectories(file.getParent());
      Files.write(file, event(i));
    }

    Run loaded = run("load", folder.resolve("tiny").toUri().toString());

    assertThat(loaded.result("files")).isEqualTo(10_000);
    assertThat(loaded.result("written")).isEqualTo(10_000);
    assertThat(loaded.residentBytes).isLessThan(MAX_RESIDENT_BYTES);
    assertEachIsARow(10_000);
  }

  private Run fill(RawArchiveFolder archive, Instant from, Instant to) throws Exception {
    return run(
        "fill",
        "--archive",
        archive.uri(),
        "--from",
        from.toString(),
        "--to",
        to.toString(),
        "--archive-buffer",
        "10 min");
  }

  private Path lake() {
    return folder.resolve("lake");
  }

  private static SourceRecord record(long number) {
    return new SourceRecord(
        event(number),
        new Origin("clicks", "shardId-000000000000", Long.toString(number)),
        START.plusMillis(number * 1000 / EVENTS_PER_SECOND).toEpochMilli());
  }

  /** About 500 bytes, of which a part does not compress. */
  private static byte[] event(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    String noise = Long.toHexString(mixed) + Long.toHexString(Long.reverse(mixed));
    return ("{\"event_id\":\"e"
            + number
            + "\",\"event_type\":\"page_view\",\"event_time\":\""
            + START.plusMillis(number * 1000 / EVENTS_PER_SECOND)
            + "\",\"user_id\":\"u"
            + number % 1000
            + "\",\"session_id\":\""
            + noise
            + "\",\"page\":{\"url\":\"https://shop.example/products/"
            + number % 5000
            + "?utm_source=news&utm_campaign=autumn\",\"title\":\"Product "
            + number % 5000
            + "\"},\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0\","
            + "\"price\":19.9,\"currency\":\"EUR\",\"quantity\":2,\"n\":"
            + number
            + ",\"extra\":{\"a\":\""
            + noise
            + "\",\"b\":[1,2,3]}}")
        .getBytes(UTF_8);
  }

  private void assertEachIsARow(long events) throws Exception {
    assertThat(
            JobRun.query(
                lake(),
                "click_events",
                "SELECT count(*), count(DISTINCT event_id), sum(properties['n']::bigint)::bigint"
                    + " FROM $table"))
        .containsExactly(List.of(events, events, events * (events - 1) / 2));
  }

  /** A run that has ended well. */
  private record Run(JsonNode counts, long residentBytes) {

    long result(String name) {
      return counts.path(name).asLong(-1);
    }
  }

  private Run run(String command, String... more) throws Exception {
    Path config = folder.resolve("application_properties.json");
    new ObjectMapper()
        .writeValue(
            config.toFile(),
            List.of(
                Map.of(
                    "PropertyGroupId",
                    "clickstream-lake",
                    "PropertyMap",
                    JobRun.texts(lake(), Map.of()))));
    Path flink = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        flink.resolve("config.yaml"), "io.tmp.dirs: " + folder.resolve("scratch") + "\n");
    Path output = folder.resolve("output.txt");
    List<String> arguments = new ArrayList<>();
    arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    arguments.add("-Xmx1g");
    for (String name : List.of("util", "lang", "time")) {
      arguments.add("--add-opens=java.base/java." + name + "=ALL-UNNAMED");
    }
    arguments.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            BatchCommand.class.getName(),
            command,
            "--config",
            config.toString(),
            "--local",
            flink.toString()));
    arguments.addAll(List.of(more));
    Process process =
        new ProcessBuilder(arguments)
            .redirectError(folder.resolve("errors.txt").toFile())
            .redirectOutput(output.toFile())
            .start();
    try {
      long resident = 0;
      while (!process.waitFor(500, TimeUnit.MILLISECONDS)) {
        resident = Math.max(resident, peakResidentBytes(process));
      }
      assertThat(process.exitValue()).as(() -> text(folder.resolve("errors.txt"))).isZero();
      return new Run(result(Files.readString(output)), resident);
    } finally {
      process.destroyForcibly();
    }
  }

  /** As Linux counts it; 0 on other systems, and when the process has just ended. */
  private static long peakResidentBytes(Process process) {
    return text(Path.of("/proc/" + process.pid() + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private static JsonNode result(String output) throws IOException {
    JsonNode result = null;
    for (String line : output.lines().toList()) {
      JsonNode json = new ObjectMapper().readTree(line.startsWith("{") ? line : "{}");
      if (json.has("result")) {
        result = json.get("result");
      }
    }
    assertThat(result).isNotNull();
    return result;
  }
}
