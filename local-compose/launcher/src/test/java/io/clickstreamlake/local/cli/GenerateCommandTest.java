package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code lake generate} without a stack. */
class GenerateCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern EVENT_TIME =
      Pattern.compile("\"event_time\":\"(20\\d\\d-\\d\\d-\\d\\d)T");

  @TempDir private Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome lake(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake = Lake.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = lake.execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private Outcome generate(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("generate", "--days", "7", "--end", "2026-11-20", "--events", "3000"));
    arguments.addAll(List.of("--seed", "5", "--output", folder + "/" + output));
    arguments.addAll(List.of(more));
    return lake(arguments.toArray(String[]::new));
  }

  private static List<String> lines(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (file.toString().endsWith(".gz")) {
      bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }
    return new String(bytes, StandardCharsets.UTF_8).lines().toList();
  }

  private static Instant time(String line) throws IOException {
    JsonNode json = JSON.readTree(line);
    return Instant.parse(json.get("event_time").textValue());
  }

  @Test
  void givenAFileWhenWrittenThenItHasAllEventsOfTheDaysInOrderAndTheOutputCountsThem()
      throws IOException {
    Outcome outcome = generate("events.json");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains(
            "3000 events from 2026-11-13T00:00:00Z to 2026-11-20T00:00:00Z: 3000 good, 0 broken,"
                + " 0 duplicate, 0 late",
            "wrote 3000 events to");
    List<String> lines = lines(folder.resolve("events.json"));
    assertThat(lines).hasSize(3_000);
    List<Instant> times = new ArrayList<>();
    for (String line : lines) {
      times.add(time(line));
    }
    assertThat(times).isSorted();
    assertThat(times.get(0))
        .isBetween(Instant.parse("2026-11-13T00:00:00Z"), Instant.parse("2026-11-14T00:00:00Z"));
    assertThat(times.get(2_999))
        .isBetween(Instant.parse("2026-11-19T00:00:00Z"), Instant.parse("2026-11-20T00:00:00Z"));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("events.json"));
    }
  }

  @Test
  void givenANameWithGzWhenWrittenThenItsContentIsThatOfTheUncompressedFile() throws IOException {
    generate("events.json");
    generate("events.json.gz");

    assertThat(lines(folder.resolve("events.json.gz")))
        .isEqualTo(lines(folder.resolve("events.json")));
    assertThat(Files.size(folder.resolve("events.json.gz")))
        .isLessThan(Files.size(folder.resolve("events.json")) / 3);
  }

  @Test
  void givenAFolderWhenWrittenThenItHasOneFilePerDayAndTogetherTheyAreTheWholeFile()
      throws IOException {
    String[] shares = {"--broken", "0.01", "--duplicates", "0.02", "--late", "0.03"};
    generate("events.json", shares);

    Outcome outcome = generate("days/", shares);

    assertThat(outcome.out()).contains("(7 files, ", "2820 good, 30 broken, 60 duplicate, 90 late");
    List<Path> files =
        IntStream.rangeClosed(13, 19)
            .mapToObj(day -> folder.resolve("days/clickstream-2026-11-" + day + ".json.gz"))
            .toList();
    try (Stream<Path> written = Files.list(folder.resolve("days"))) {
      assertThat(written).containsExactlyInAnyOrderElementsOf(files);
    }
    List<String> all = new ArrayList<>();
    for (Path file : files) {
      all.addAll(lines(file));
    }
    assertThat(all).isEqualTo(lines(folder.resolve("events.json")));
    // Late events and duplicates are in the file of the day on which they are sent.
    for (Path file : files) {
      assertThat(days(file)).last().isEqualTo(file.getFileName().toString().substring(12, 22));
    }
  }

  /** The days of the well-formed events of a file, sorted. */
  private static Set<String> days(Path file) throws IOException {
    Set<String> days = new TreeSet<>();
    for (String line : lines(file)) {
      Matcher time = EVENT_TIME.matcher(line);
      if (time.find()) {
        days.add(time.group(1));
      }
    }
    return days;
  }

  @Test
  void givenAnExistingFileWhenWrittenThenItIsKept() throws IOException {
    Path kept = Files.writeString(folder.resolve("events.json"), "mine\n");

    Outcome outcome = generate("events.json");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains(kept + " exists already");
    assertThat(kept).hasContent("mine\n");
  }

  @Test
  void givenAFolderThatDoesNotExistWhenWrittenThenTheMessageNamesTheFile() {
    Outcome outcome = generate("none/events.json");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("Cannot write", "none/events.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --days 0                          | --days must be from 1 to 3653, but is 0.
          --days 4000                       | --days must be from 1 to 3653, but is 4000.
          --days 2 --rate 50                | --days sends at full speed
          --output x.json                   | --output also needs --days
          --end 2026-11-20                  | --end 2026-11-20 is the end of --days N, which is missing.
          --days 2 --end tomorrow           | --end must be a date or a time with its zone
          --days 2 --end 2999-01-01         | --end 2999-01-01 is in the future
          --days 2 --events 0               | --events must be at least 1, but is 0.
          --days 2 --events 3000000000      | --events must not exceed 2147483647
          --days 2 --broken 2               | brokenShare must be from 0 to 1, but is 2.0
          """)
  void givenWrongOptionsWhenGeneratedThenTheMessageNamesOptionAndValue(
      String options, String message) {
    Outcome outcome = lake(("generate " + options).split(" "));

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains(message);
  }
}
