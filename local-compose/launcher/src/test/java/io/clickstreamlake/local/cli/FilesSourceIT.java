package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A user whose events are files: the commands start, stop and start again, and a dropped file. */
class FilesSourceIT {

  private static final Path STATE = Path.of("target", "files-source").toAbsolutePath();

  /** Files of a pipeline that this one replaces lie in folders like these. */
  private static final String DAY = "data/";

  @TempDir private Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  @BeforeEach
  void clearState() {
    SharedStack.stopIfRunning();
    new StateFolder(STATE).clear();
  }

  @AfterEach
  void endStack() {
    if (LocalStack.runsOn(STATE)) {
      LocalStack.attach(SharedStack.ROOT, STATE).close();
    }
  }

  @Test
  void givenAFolderOfFilesWhenStartedWithThatSourceThenEachEventOfItIsARow() throws Exception {
    put(DAY + "events_1.json", lines("a", 100).getBytes(StandardCharsets.UTF_8));
    Outcome first =
        lake("start", "--source", "files", "--files", folder.resolve("data").toString());
    assertThat(first.err()).isEmpty();
    assertThat(first.out()).contains("Put files into file://" + folder.resolve("data"));
    awaitRows(100);

    put(DAY + "events_2.json.gz", gzip(lines("b", 50) + "{\"broken\n"));
    put("data/more.json", ("[" + lines("c", 25).strip().replace("\n", ",") + "]").getBytes());
    awaitRows(176);

    assertThat(lake("stop").exitCode()).isZero();
    Outcome other = lake("start", "--source", "kinesis");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("The last start read FILES", "Nothing was started");
    put("data/later.json", lines("d", 10).getBytes(StandardCharsets.UTF_8));
    assertThat(lake("start").exitCode()).isZero();
    awaitRows(186);

    StackClient client = LocalStack.attach(SharedStack.ROOT, STATE).client();
    assertThat(
            client
                .query(
                    "SELECT regexp_extract(shard_id, '[^/]*$'), count(*), count(DISTINCT event_id) FROM"
                        + " click_events GROUP BY 1"
                        + " ORDER BY 1")
                .rows())
        .containsExactly(
            Arrays.asList("events_1.json", 100L, 100L),
            Arrays.asList("events_2.json.gz", 50L, 50L),
            Arrays.asList("later.json", 10L, 10L),
            Arrays.asList("more.json", 25L, 25L));
    assertThat(
            client
                .query(
                    "SELECT regexp_extract(shard_id, '[^/]*$'), sequence_number FROM rejected_events")
                .rows())
        .containsExactly(Arrays.asList("events_2.json.gz", "51"));
  }

  private static void awaitRows(long events) {
    SharedStack.awaitAllAccounted(
        LocalStack.attach(SharedStack.ROOT, STATE).client(), () -> events, Duration.ofSeconds(90));
  }

  private static String lines(String prefix, int events) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      lines.add(
          "{\"event_id\":\"%s-%d\",\"event_type\":\"page_view\",\"event_time\":\"2025-06-23T10:00:00Z\"}\n"
              .formatted(prefix, i));
    }
    return String.join("", lines);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private void put(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  /** Runs a command on the state folder of this test. */
  private static Outcome lake(String command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake = Lake.commandLine();
    lake.setOut(new PrintWriter(out));
    lake.setErr(new PrintWriter(err));
    int exitCode =
        lake.execute(
            Stream.concat(Stream.of(command, "--state", STATE.toString()), Arrays.stream(arguments))
                .toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
