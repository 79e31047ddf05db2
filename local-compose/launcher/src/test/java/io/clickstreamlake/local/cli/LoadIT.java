package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.SharedStack;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command load, beside the job of a running stack. */
class LoadIT {

  @TempDir private Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  @Test
  void givenFilesWhenTheyAreLoadedTwiceThenEachEventIsARowOnce() throws Exception {
    SharedStack.client();
    List<String> live = events("live", 30);
    SharedStack.send(live);
    SharedStack.awaitAllAccounted();

    // Half of the live events are in the files too, as a part of the history.
    List<String> history = new ArrayList<>(events("history", 500));
    history.addAll(live.subList(0, 15));
    history.add("{\"broken");
    Files.createDirectories(folder.resolve("year=2024"));
    Files.write(folder.resolve("year=2024/events.json"), history);
    Outcome first = load(folder.toString());
    assertThat(first.err()).isEmpty();
    assertThat(first.out())
        .contains("loaded: files=1 read=516 written=500 rejected=1 duplicate=0 already-there=15");
    SharedStack.countAsSent(501);
    SharedStack.awaitAllAccounted();
    assertThat(rows("history")).isEqualTo(500);

    Files.write(folder.resolve("more.json"), events("more", 20));
    assertThat(load(folder.toString()).out())
        .contains("loaded: files=2 read=536 written=20 rejected=0 duplicate=0 already-there=516");
    SharedStack.countAsSent(20);
    SharedStack.awaitAllAccounted();
    assertThat(rows("history")).isEqualTo(500);
    assertThat(rows("more")).isEqualTo(20);
    assertThat(rows("live")).isEqualTo(30);

    // The job goes on, also from a savepoint.
    SharedStack.restart(java.util.Map.of());
    SharedStack.send(events("later", 10));
    SharedStack.awaitAllAccounted();
  }

  @Test
  void givenPathsWithoutFilesWhenTheyAreLoadedThenTheMessageSaysSo() {
    SharedStack.client();
    Outcome missing = load(folder.resolve("none").toString());
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("none does not exist", "s3://BUCKET/PREFIX");
    Outcome empty = load("s3://raw/no-such-prefix/");
    assertThat(empty.exitCode()).isEqualTo(1);
    assertThat(empty.err()).contains("There is no file in s3://raw/no-such-prefix");
    assertThat(load().exitCode()).isEqualTo(2);
  }

  private static long rows(String prefix) {
    return SharedStack.client()
        .query(
            "SELECT count(DISTINCT event_id) FROM click_events WHERE event_id LIKE 'load-"
                + prefix
                + "-%'")
        .singleLong();
  }

  private static List<String> events(String prefix, int count) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          "{\"event_id\":\"load-%s-%d\",\"event_type\":\"page_view\",\"event_time\":\"2024-06-%02dT10:00:00Z\"}"
              .formatted(prefix, i, 1 + i % 3));
    }
    return events;
  }

  private static Outcome load(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake =
        Lake.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode =
        lake.execute(
            Stream.concat(
                    Stream.of("load", "--state", SharedStack.STATE.toString()),
                    Arrays.stream(arguments))
                .toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
