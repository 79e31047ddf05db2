package io.clickstreamlake.benchmarks.job;

import io.clickstreamlake.benchmarks.peer.PeerTask;
import io.clickstreamlake.config.JobSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** Settings of a task: {@code flink.NAME} is a setting of Flink, all others are the job's. */
final class FlinkSettings {

  private static final String PREFIX = "flink.";

  private FlinkSettings() {}

  static Configuration configuration(PeerTask task) {
    Configuration configuration = new Configuration();
    task.settings()
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX)) {
                configuration.setString(name.substring(PREFIX.length()), value);
              }
            });
    return configuration;
  }

  /**
   * The job's settings, see {@link #texts}.
   *
   * @param sinkPath URI of the processed zone
   */
  static JobSettings job(PeerTask task, String sinkPath) {
    return JobSettings.of(texts(task, sinkPath));
  }

  /**
   * The job's settings. Defaults are the plain path from bytes to Parquet.
   *
   * @param sinkPath URI of the processed zone
   */
  static Map<String, String> texts(PeerTask task, String sinkPath) {
    Map<String, String> texts = new HashMap<>();
    texts.put("source.stream", "clicks");
    texts.put("source.region", "eu-central-1");
    texts.put("enrich.chain", "");
    texts.put("dedup.enabled", "false");
    texts.put("sink.path", sinkPath);
    task.settings()
        .forEach(
            (name, value) -> {
              if (!name.startsWith(PREFIX)) {
                texts.put(name, value);
              }
            });
    return texts;
  }
}
