package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of "Make it yours" in README.md, as a reader would. */
class MakeItYoursIT {

  private static final Pattern COMMANDS =
      Pattern.compile("(?s)\n## Make it yours\n.*?```bash\n(.*?)```");

  private static final int EVENTS = 40;

  @TempDir Path folder;

  @AfterEach
  void endStack() {
    if (LocalStack.runsOn(state())) {
      LocalStack.attach(SharedStack.ROOT, state()).close();
    }
  }

  @Test
  void givenTheCommandsOfTheReadmeWhenRunThenColumnRuleAndPrivacyChoiceAreInTheLake()
      throws Exception {
    SharedStack.stopIfRunning();
    Files.createSymbolicLink(folder.resolve("flink-app"), SharedStack.ROOT.resolve("flink-app"));
    Files.write(folder.resolve("my-events.json"), events());
    List<String> commands = commands();
    int query = indexOf(commands, "./lake sql ");
    int stop = indexOf(commands, "./lake stop");
    assertThat(stop).isEqualTo(commands.size() - 1);

    for (String command : commands.subList(0, query)) {
      run(command);
    }
    List<String> rows =
        await()
            .atMost(Duration.ofMinutes(2))
            .pollInterval(Duration.ofSeconds(2))
            .until(
                () -> run(commands.get(query) + " --format csv").lines().toList(),
                lines -> lines.size() == EVENTS + 1);
    run(commands.get(stop));

    assertThat(rows.get(0)).isEqualTo("tier,user_id,quality_flags");
    List<String> values = rows.subList(1, rows.size());
    assertThat(values).filteredOn(row -> row.matches("gold,[0-9a-f]{64},")).hasSize(EVENTS / 2);
    assertThat(values)
        .filteredOn(row -> row.matches("silver,[0-9a-f]{64},\"?\\[\"*tier_known\"*\\]\"?"))
        .hasSize(EVENTS / 2);
    assertThat(LocalStack.runsOn(state())).isFalse();
  }

  private Path state() {
    return folder.resolve("state");
  }

  /** The commands, each with its continuation lines. */
  private static List<String> commands() throws IOException {
    Matcher block = COMMANDS.matcher(Files.readString(SharedStack.ROOT.resolve("README.md")));
    assertThat(block.find()).as("bash block of \"Make it yours\" in README.md").isTrue();
    return List.of(block.group(1).replace("\\\n", " ").strip().split("\n"));
  }

  private static int indexOf(List<String> commands, String beginning) {
    for (int i = 0; i < commands.size(); i++) {
      if (commands.get(i).startsWith(beginning)) {
        return i;
      }
    }
    throw new AssertionError("no command begins with " + beginning + ": " + commands);
  }

  private static List<String> events() {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(
          "{\"event_id\":\"mine-%d\",\"event_type\":\"page_view\",\"event_time\":\"%s\",\"user_id\":\"u%d\",\"tier\":\"%s\"}"
              .formatted(i, Instant.now(), i, i % 2 == 0 ? "gold" : "silver"));
    }
    return events;
  }

  /** Runs a command, with the state folder of this test; returns its standard output. */
  private String run(String command) throws IOException, InterruptedException {
    String here =
        command.replaceFirst(
            "^\\./lake (\\w+)",
            Matcher.quoteReplacement(SharedStack.ROOT.toAbsolutePath().normalize() + "/lake")
                + " $1 --state "
                + Matcher.quoteReplacement(state().toString()));
    Path out = folder.resolve("out");
    Path error = folder.resolve("error");
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", here).directory(folder.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "MY_SECRET",
                "a secret of this test",
                "JAVA_HOME",
                System.getProperty("java.home")));
    Process process = builder.redirectOutput(out.toFile()).redirectError(error.toFile()).start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(command).isTrue();
      assertThat(process.exitValue())
          .as("%s%n%s%n%s", command, Files.readString(out), Files.readString(error))
          .isZero();
      return Files.readString(out);
    } finally {
      process.descendants().filter(each -> process.isAlive()).forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }
}
