package io.clickstreamlake;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The steps of the command fill. When a record of the archive arrived is known up to the time that
 * an object spans, so the limits of event_time that depend on the arrival are wider by that: what
 * the job accepted is accepted again.
 */
final class FillSteps {

  /** As the job has them. */
  final JobSettings settings;

  /** For records of the archive, whose arrival may be too early. */
  final JobSteps ofArchive;

  /** For rows of rejected_events: accept whatever {@link #ofArchive} does. */
  final JobSteps ofRejected;

  final Duration buffer;

  private FillSteps(Map<String, String> texts, ReadableConfig flink, Duration buffer) {
    SettingsCheck check = SettingsCheck.of(texts, flink).withFiles();
    check.throwIfAny();
    this.settings = check.settings;
    this.buffer = buffer;
    Map<String, String> wider = new HashMap<>(texts);
    widen(wider, JobOptions.TIME_MAX_FUTURE);
    this.ofArchive = steps(wider, flink);
    widen(wider, JobOptions.TIME_MAX_AGE);
    this.ofRejected = steps(wider, flink);
  }

  /**
   * Creates the steps.
   *
   * @param texts settings of the job
   * @param buffer the time that an object of the archive spans at most
   * @throws io.clickstreamlake.config.InvalidSettingsException with all errors
   */
  static FillSteps of(Map<String, String> texts, ReadableConfig flink, Duration buffer) {
    return new FillSteps(texts, flink, buffer);
  }

  private void widen(Map<String, String> texts, ConfigOption<Duration> limit) {
    texts.put(limit.key(), settings.get(limit).plus(buffer).toMillis() + " ms");
  }

  private static JobSteps steps(Map<String, String> texts, ReadableConfig flink) {
    SettingsCheck check = SettingsCheck.of(texts, flink);
    check.throwIfAny();
    return check.steps;
  }
}
