package io.clickstreamlake.local.flink;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cluster's {@code config.yaml}, and the JVM options that must match it.
 *
 * <p>Every memory component of the TaskManager is set: started from a class path, without Flink's
 * scripts, it derives none of them and ends with an IllegalArgumentException without a message.
 */
public final class FlinkConfiguration {

  private static final int TASK_HEAP_MIB = 896;
  private static final int FRAMEWORK_HEAP_MIB = 128;
  private static final int DIRECT_MIB = 128 + 64 + 64;
  private static final int METASPACE_MIB = 256;
  private static final int JOB_MANAGER_HEAP_MIB = 512;

  /** Slots for which {@link #TASK_HEAP_MIB} is enough, and what each further slot adds to it. */
  private static final int BASE_SLOTS = 2;

  private static final int SLOT_HEAP_MIB = 256;

  private final Map<String, String> values = new TreeMap<>();
  private final int taskHeapMib;

  /**
   * The addresses of the cluster.
   *
   * @param jobManager host under which the other processes reach the JobManager
   * @param own host under which they reach the process that reads this configuration
   * @param bind IP address that this process listens on
   */
  public record Hosts(String jobManager, String own, String bind) {}

  /**
   * The ports of the JobManager.
   *
   * @param uiPort of the web interface and the REST API
   * @param rpcPort of the JobManager
   * @param blobPort of the JobManager
   */
  public record ClusterPorts(int uiPort, int rpcPort, int blobPort) {}

  /**
   * @param folder state of the cluster: checkpoints, savepoints, uploads, temporary files
   * @param slots per TaskManager
   * @param overrides settings of Flink that override all others
   */
  public FlinkConfiguration(
      Hosts hosts,
      ClusterPorts ports,
      Path folder,
      URI s3,
      String accessKey,
      String secretKey,
      Duration checkpointInterval,
      int parallelism,
      int slots,
      Map<String, String> overrides) {
    taskHeapMib = TASK_HEAP_MIB + SLOT_HEAP_MIB * Math.max(0, slots - BASE_SLOTS);
    values.put("jobmanager.rpc.address", hosts.jobManager());
    values.put("jobmanager.bind-host", hosts.bind());
    values.put("jobmanager.rpc.port", Integer.toString(ports.rpcPort()));
    values.put("blob.server.port", Integer.toString(ports.blobPort()));
    values.put("rest.address", hosts.jobManager());
    values.put("rest.bind-address", hosts.bind());
    values.put("rest.port", Integer.toString(ports.uiPort()));
    values.put("taskmanager.host", hosts.own());
    values.put("taskmanager.bind-host", hosts.bind());
    values.put("jobmanager.memory.heap.size", JOB_MANAGER_HEAP_MIB + "m");
    values.put("jobmanager.memory.off-heap.size", "128m");
    values.put("jobmanager.memory.jvm-metaspace.size", METASPACE_MIB + "m");
    values.put("jobmanager.memory.jvm-overhead.min", "192m");
    values.put("jobmanager.memory.jvm-overhead.max", "192m");

    values.put("taskmanager.numberOfTaskSlots", Integer.toString(slots));
    values.put("taskmanager.cpu.cores", Integer.toString(slots));
    values.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP_MIB + "m");
    values.put("taskmanager.memory.framework.off-heap.size", "128m");
    values.put("taskmanager.memory.task.heap.size", taskHeapMib + "m");
    values.put("taskmanager.memory.task.off-heap.size", "64m");
    values.put("taskmanager.memory.network.min", "64m");
    values.put("taskmanager.memory.network.max", "64m");
    values.put("taskmanager.memory.managed.size", "128m");
    values.put("taskmanager.memory.jvm-metaspace.size", METASPACE_MIB + "m");
    values.put("taskmanager.memory.jvm-overhead.min", "192m");
    values.put("taskmanager.memory.jvm-overhead.max", "192m");

    values.put("parallelism.default", Integer.toString(parallelism));
    values.put("heartbeat.interval", "2000");
    values.put("heartbeat.timeout", "20000");
    values.put("restart-strategy.type", "exponential-delay");
    values.put("restart-strategy.exponential-delay.initial-backoff", "1 s");
    values.put("restart-strategy.exponential-delay.max-backoff", "10 s");

    // Same as on Managed Service for Apache Flink: RocksDB, incremental, exactly once.
    values.put("state.backend.type", "rocksdb");
    values.put("state.backend.rocksdb.log.dir", folder.resolve("tmp").toString());
    values.put("execution.checkpointing.incremental", "true");
    values.put("execution.checkpointing.mode", "EXACTLY_ONCE");
    values.put("execution.checkpointing.interval", checkpointInterval.toMillis() + " ms");
    values.put("execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    values.put(
        "execution.checkpointing.savepoint-dir", folder.resolve("savepoints").toUri().toString());
    values.put("execution.checkpointing.num-retained", "2");
    values.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");

    values.put("web.upload.dir", folder.resolve("uploads").toString());
    values.put("io.tmp.dirs", folder.resolve("tmp").toString());
    // The launcher shows the last failure, which has the message of the job.
    values.put("web.exception-history-size", "16");

    values.put("s3.endpoint", s3.toString());
    values.put("s3.path.style.access", "true");
    values.put("s3.access-key", accessKey);
    values.put("s3.secret-key", secretKey);
    values.putAll(overrides);
  }

  /** Content of {@code config.yaml}; values are quoted, so that all are read as strings. */
  public String yaml() {
    StringBuilder yaml = new StringBuilder();
    values.forEach(
        (key, value) ->
            yaml.append(key).append(": '").append(value.replace("'", "''")).append("'\n"));
    return yaml.toString();
  }

  public List<String> jobManagerJvmOptions() {
    return List.of(
        "-Xmx" + JOB_MANAGER_HEAP_MIB + "m", "-XX:MaxMetaspaceSize=" + METASPACE_MIB + "m");
  }

  public List<String> taskManagerJvmOptions() {
    return List.of(
        "-Xmx" + (taskHeapMib + FRAMEWORK_HEAP_MIB) + "m",
        "-XX:MaxDirectMemorySize=" + DIRECT_MIB + "m",
        "-XX:MaxMetaspaceSize=" + METASPACE_MIB + "m");
  }
}
