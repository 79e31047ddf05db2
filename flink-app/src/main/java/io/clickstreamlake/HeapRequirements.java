package io.clickstreamlake;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.dedup.Deduplicator;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.LakeTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maximum heap that one task manager can need with these settings. Each slot runs all steps of
 * the job, and one task manager also runs the writers of the small tables. Before the job starts,
 * the requirement is compared with the available heap.
 *
 * <pre>
 *   per slot           sink.memory │ pages while a row group is encoded │ a record and its events │ ids
 *   per task manager   open files of the small tables │ user agents
 * </pre>
 *
 * <p>Not included: the geo database, which is as large as its file, and custom rules and
 * enrichments.
 */
final class HeapRequirements {

  private static final Logger LOG = LoggerFactory.getLogger(HeapRequirements.class);

  /** Copies of a record: its bytes, and the strings and maps parsed from them. */
  private static final int RECORD_COPIES = 3;

  private final Map<String, Long> parts = new LinkedHashMap<>();

  private HeapRequirements(JobSettings settings, int slots) {
    long sink = settings.get(JobOptions.SINK_MEMORY).getBytes();
    parts.put("open files of click_events (" + slots + " x sink.memory)", slots * sink);
    parts.put(
        "open files of " + String.join(" and ", LakeTable.smallTables()),
        LakeSinks.smallTableMemory(settings).getBytes() * LakeTable.smallTables().size());
    parts.put(
        "row groups being encoded (" + slots + " x row-group.memory / 4)",
        slots * settings.get(JobOptions.ROW_GROUP_MEMORY).getBytes() / 4);
    parts.put(
        "records being read (" + slots + " x parse.max-uncompressed x " + RECORD_COPIES + ")",
        slots * settings.get(JobOptions.PARSE_MAX_UNCOMPRESSED).getBytes() * RECORD_COPIES);
    if (settings.get(JobOptions.DEDUP_ENABLED)) {
      parts.put(
          "ids of dedup.window at memory.events-per-second (" + slots + " x)",
          slots
              * Deduplicator.heapBytes(
                  settings.get(JobOptions.DEDUP_WINDOW),
                  settings.get(JobOptions.MEMORY_EVENTS_PER_SECOND)));
    }
    parts.put("user agents", settings.get(JobOptions.ENRICH_USER_AGENT_CACHE).getBytes());
  }

  /**
   * The requirements with these settings.
   *
   * @param slots number of slots per task manager
   */
  static HeapRequirements of(JobSettings settings, int slots) {
    return new HeapRequirements(settings, slots);
  }

  /** The sum of all parts, in bytes. */
  long bytes() {
    return parts.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Compares the heap that the settings can need with the task heap of a task manager.
   *
   * @param flink the configuration of the cluster
   * @throws InvalidSettingsException if the task heap is too small and memory.check is REFUSE
   */
  static void check(JobSettings settings, ReadableConfig flink) {
    int slots = flink.get(TaskManagerOptions.NUM_TASK_SLOTS);
    HeapRequirements requirements = of(settings, slots);
    Optional<MemorySize> heap =
        settings.find(JobOptions.MEMORY_TASK_HEAP).or(() -> taskHeap(flink));
    if (heap.isEmpty()) {
      LOG.warn(
          "Flink's configuration does not define the task heap, so the memory check is skipped; set"
              + " {}. These settings can need {}.",
          JobOptions.MEMORY_TASK_HEAP.key(),
          requirements);
      return;
    }
    if (requirements.bytes() <= heap.get().getBytes()) {
      LOG.info("These settings can need {}, of {} task heap.", requirements, heap.get());
      return;
    }
    String problem =
        String.format(
            "%s: a task manager with %d slots has %s of heap for the job, and these settings can"
                + " need %s. Lower sink.memory and row-group.memory (ROLLING files then end row"
                + " groups earlier), parse.max-uncompressed or dedup.window; configure fewer slots"
                + " per task manager (Managed Flink: parallelism_per_kpu); or set memory.check to"
                + " WARN",
            JobOptions.SINK_MEMORY.key(), slots, heap.get().toHumanReadableString(), requirements);
    if (settings.get(JobOptions.MEMORY_CHECK) == JobOptions.MemoryCheck.REFUSE) {
      throw new InvalidSettingsException(List.of(problem));
    }
    LOG.warn("{}.", problem);
  }

  private static Optional<MemorySize> taskHeap(ReadableConfig flink) {
    try {
      return Optional.of(
          TaskExecutorProcessUtils.processSpecFromConfig(Configuration.fromMap(flink.toMap()))
              .getTaskHeapSize());
    } catch (RuntimeException e) {
      // The configuration is incomplete, as in a MiniCluster.
      return Optional.empty();
    }
  }

  /** {@code 612 mb: 256 mb open files … + …} */
  @Override
  public String toString() {
    return text(bytes())
        + ": "
        + parts.entrySet().stream()
            .map(part -> text(part.getValue()) + " " + part.getKey())
            .collect(Collectors.joining(" + "));
  }

  private static String text(long bytes) {
    return String.format("%d mb", (bytes + (1 << 20) - 1) >> 20);
  }
}
