package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.RememberedSettings;
import io.clickstreamlake.local.stack.SettingsTransition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class StackOptionsTest {

  @Command
  private static final class Options {
    @Mixin private StackOptions options;
  }

  @BeforeAll
  static void setRoot() {
    System.setProperty("lake.root", Path.of("../..").toAbsolutePath().normalize().toString());
  }

  private static StackOptions parse(String... args) {
    Options command = new Options();
    new CommandLine(command).parseArgs(args);
    return command.options;
  }

  @Test
  void givenARelativeFileWhenRememberedThenItsPathIsAbsolute() throws Exception {
    Path rules = Files.createTempFile(Path.of("target"), "rules", ".yaml");

    RememberedSettings settings =
        parse("--set", "quality.rules=" + rules).addTo(RememberedSettings.NONE, Set.of());

    assertThat(settings.job())
        .containsExactly(Map.entry("quality.rules", rules.toAbsolutePath().toString()));
    Files.delete(rules);
  }

  @Test
  void givenAMappingInBothFormsWhenRememberedThenTheSettingOverridesTheOption() {
    assertThat(
            parse("--mapping", "ga4", "--set", "parse.mapping=segment")
                .addTo(RememberedSettings.NONE, Set.of())
                .job())
        .containsExactly(Map.entry("parse.mapping", "segment"));
  }

  @Test
  void givenSettingsOfTheLastStartWhenUsedThenTheStackHasThemAndTheGivenOnes() {
    RememberedSettings last =
        parse("--set", "late.after=2 h", "--parallelism", "3", "--stream", "orders")
            .addTo(RememberedSettings.NONE, Set.of());
    StackOptions next = parse("--set", "dedup.window=10 min", "--checkpoint-interval", "7");

    SettingsTransition transition =
        new SettingsTransition(last, next.addTo(last, Set.of()), Map.of(), false);
    next.use(transition.now());

    LocalStackSettings settings = next.settings(null, false, transition);
    assertThat(settings.jobSettings())
        .containsEntry("late.after", "2 h")
        .containsEntry("dedup.window", "10 min");
    assertThat(settings.parallelism()).isEqualTo(3);
    assertThat(settings.stream()).isEqualTo("orders");
    assertThat(settings.checkpointInterval()).hasSeconds(7);
  }

  @Test
  void givenAMisspelledKeyWhenUnsetThenTheMessageListsTheKnownOnes() {
    RememberedSettings last =
        parse("--set", "late.after=2 h").addTo(RememberedSettings.NONE, Set.of());

    assertThatThrownBy(() -> parse().addTo(last, Set.of("late.afte")))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("--unset late.afte")
        .hasMessageContaining("late.after");
    assertThat(parse().addTo(last, Set.of("late.after")).job()).isEmpty();
  }
}
