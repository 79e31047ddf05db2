package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerEnvironmentTest {

  private static final Map<String, String> FLINK =
      Map.of(
          "LAKE_STREAM", "clicks",
          "LAKE_TASKMANAGERS", "3",
          "LAKE_TASK_SLOTS", "2",
          "LAKE_CHECKPOINT_SECONDS", "7",
          "LAKE_JOB_SETTINGS", "\n# own\nroll.interval=1 min\n parse.mapping = segment\n");

  private static LocalStackSettings settings(Map<String, String> variables) {
    return ContainerEnvironment.of(variables).orElseThrow().settings(Path.of("/lake"));
  }

  @Test
  void givenAnotherEnvironmentWhenReadThenItIsNoContainer() {
    assertThat(ContainerEnvironment.of(Map.of("PATH", "/bin"))).isEmpty();
  }

  @Test
  void givenFlinksVariablesWhenReadThenTheJobHasATaskPerSlot() {
    LocalStackSettings settings = settings(FLINK);

    assertThat(settings.parallelism()).isEqualTo(6);
    assertThat(settings.checkpointInterval()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.jobSettings())
        .containsEntry("roll.interval", "1 min")
        .containsEntry("parse.mapping", "segment");
  }

  @Test
  void givenTheArchivesVariablesWhenReadThenTheyConfigureItsBuffer() {
    LocalStackSettings settings =
        settings(Map.of("LAKE_STREAM", "c", "LAKE_ARCHIVE_SECONDS", "30", "LAKE_ARCHIVE_MIB", "1"));

    assertThat(settings.archiveInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.archiveBytes()).isEqualTo(1024 * 1024);
    assertThat(settings.crawlInterval())
        .isEqualTo(LocalStackSettings.in(Path.of("/lake"), Path.of("/x")).build().crawlInterval());
  }

  @Test
  void givenAContainerWhenItConnectsToOthersThenTheirHostNamesAreTheirServices() {
    StackEndpoints endpoints = ContainerEnvironment.of(FLINK).orElseThrow().endpoints();

    assertThat(endpoints.endpoint(Service.KINESIS)).isEqualTo(URI.create("http://kinesis:4567"));
    assertThat(endpoints.endpoint(Service.JOBMANAGER))
        .isEqualTo(URI.create("http://jobmanager:8081"));
    assertThat(endpoints.stream()).isEqualTo("clicks");
  }

  @Test
  void givenAnInvalidNumberWhenReadThenTheMessageNamesTheVariableAndTheFile() {
    Map<String, String> wrong = new HashMap<>(FLINK);
    wrong.put("LAKE_TASK_SLOTS", "two");

    assertThatThrownBy(() -> settings(wrong))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("TASK_SLOTS must be a whole number above 0, but is 'two'")
        .hasMessageContaining(".env");
    wrong.put("LAKE_TASKMANAGERS", " ");
    wrong.put("LAKE_JOB_SETTINGS", "roll.interval");
    assertThatThrownBy(() -> settings(wrong))
        .as("all problems at once")
        .hasMessageContaining("TASK_SLOTS must be a whole number above 0, but is 'two'")
        .hasMessageContaining("TASKMANAGERS must be a whole number above 0, but is ''")
        .hasMessageContaining(
            "JOB_SETTINGS must have one KEY=VALUE per line, but has 'roll.interval'");
  }
}
