package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code ./lake try} and {@code ./lake suggest} say of a text that they cannot read. */
class InputTextTest {

  @TempDir private Path folder;

  private record Outcome(int exitCode, String err) {}

  @ParameterizedTest
  @ValueSource(strings = {"try", "suggest"})
  void givenADirectoryOrNoFileWhenReadThenTheMessageNamesThePath(String command) {
    assertThat(run(command, folder.toString()))
        .isEqualTo(
            new Outcome(
                1, "lake: " + folder + " is a directory. Name a file of events, or - instead.\n"));
    assertThat(run(command, folder + "/gone"))
        .isEqualTo(new Outcome(1, "lake: The file " + folder + "/gone does not exist.\n"));
  }

  @Test
  void givenTextsThatAreNotJsonWhenAMappingIsSuggestedThenOneSentenceSaysWhere()
      throws IOException {
    assertThat(suggest("{\"a\":1"))
        .isEqualTo(
            "lake: FILE, line 1, column 1: not valid JSON: the object that begins here has no"
                + " end.\n");
    assertThat(suggest("  \n")).isEqualTo("lake: FILE has no events: it is empty.\n");
    assertThat(suggest("\0\0\0\0\7\2\6abc")).isEqualTo("lake: FILE has no record that is JSON.\n");
    Path utf16 = folder.resolve("utf16.json");
    Files.writeString(utf16, "{}", StandardCharsets.UTF_16);
    assertThat(run("suggest", utf16.toString()).err())
        .startsWith("lake: " + utf16 + " is UTF-16.")
        .endsWith(" | ./lake suggest -\n")
        .hasLineCount(1);
  }

  @Test
  void givenAMappingTwiceWhenTriedThenItIsWrongUsage() {
    Outcome tried = run("try", "a.json", "--mapping", "ga4", "--set", "parse.mapping=segment");

    assertThat(tried.exitCode()).isEqualTo(2);
    assertThat(tried.err()).startsWith("--mapping and --set parse.mapping exclude each other.");
  }

  /** What the command says, with FILE for the name of the file. */
  private String suggest(String text) throws IOException {
    Path file = folder.resolve("events.json");
    Files.writeString(file, text);
    Outcome outcome = run("suggest", file.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    return outcome.err().replace(file.toString(), "FILE");
  }

  private static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake =
        Lake.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = lake.execute(args);
    return new Outcome(exitCode, err.toString());
  }
}
