package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;

/** Checks the heap that settings can need, and that a job that needs too much is refused. */
class HeapRequirementsTest {

  @Test
  void givenTheDefaultsAndOneKpuWhenCheckedThenTheyFit() {
    // 1 KPU has 4 GB; Flink's own memory pools leave about this much for the job.
    assertThatCode(() -> HeapRequirements.check(settings(Map.of()), taskManager(1, "1500mb")))
        .doesNotThrowAnyException();
  }

  @Test
  void givenEightSlotsOnOneKpuWhenCheckedThenTheMessageHasTheNumbersAndTheWaysOut() {
    assertThatThrownBy(() -> HeapRequirements.check(settings(Map.of()), taskManager(8, "1500mb")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("8 slots")
        .hasMessageContaining("2048 mb open files of click_events (8 x sink.memory)")
        .hasMessageContaining("parallelism_per_kpu")
        .hasMessageContaining("memory.check");
  }

  @Test
  void givenTooLittleHeapWhenTheCheckOnlyWarnsThenTheJobMayStart() {
    assertThatCode(
            () ->
                HeapRequirements.check(
                    settings(Map.of("memory.check", "WARN")), taskManager(8, "1500mb")))
        .doesNotThrowAnyException();
  }

  @Test
  void givenMemoryTaskHeapWhenCheckedThenItOverridesFlinksConfiguration() {
    assertThatThrownBy(
            () ->
                HeapRequirements.check(
                    settings(Map.of("memory.task-heap", "200mb")), taskManager(1, "1500mb")))
        .hasMessageContaining("200");
  }

  @Test
  void givenAnUnknownHeapWhenCheckedThenTheJobMayStart() {
    assertThatCode(() -> HeapRequirements.check(settings(Map.of()), new Configuration()))
        .doesNotThrowAnyException();
  }

  @Test
  void givenLargerSettingsWhenSummedThenTheyNeedMoreHeap() {
    long defaults = HeapRequirements.of(settings(Map.of()), 1).bytes();

    assertThat(
            Map.of(
                "sink.memory", "512mb",
                "row-group.memory", "200mb",
                "parse.max-uncompressed", "64mb",
                "dedup.window", "4h",
                "memory.events-per-second", "5000",
                "enrich.user-agent.cache", "80mb"))
        .allSatisfy(
            (setting, value) ->
                assertThat(HeapRequirements.of(settings(Map.of(setting, value)), 1).bytes())
                    .as(setting)
                    .isGreaterThan(defaults + (10 << 20)));
  }

  private static Configuration taskManager(int slots, String taskHeap) {
    Configuration configuration = new Configuration();
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
    configuration.set(TaskManagerOptions.TASK_HEAP_MEMORY, MemorySize.parse(taskHeap));
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.parse("1gb"));
    return configuration;
  }

  private static JobSettings settings(Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.put("source.stream", "clicks");
    settings.put("source.region", "us-east-1");
    settings.put("sink.path", "s3://lake");
    return JobSettings.of(settings);
  }
}
