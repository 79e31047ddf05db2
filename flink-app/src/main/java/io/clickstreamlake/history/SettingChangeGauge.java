package io.clickstreamlake.history;

import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.metrics.Gauge;

/**
 * The number of settings that changed at the last change and alter what lands in the lake. It is
 * reported for an hour after the change, and 0 from then on: an alarm fires once per change,
 * however often the job restarts, and also if the job took minutes to start.
 */
public final class SettingChangeGauge implements Gauge<Long>, Serializable {

  /** Name of the metric in CloudWatch. */
  public static final String NAME = "dataSettingsChanged";

  private static final long serialVersionUID = 1L;

  private static final Duration REPORTED_FOR = Duration.ofHours(1);

  private final long number;
  private final Instant since;
  private final Clock clock;

  private SettingChangeGauge(long number, Instant since, Clock clock) {
    this.number = number;
    this.since = since;
    this.clock = clock;
  }

  /** The gauge of the newest record. */
  public static SettingChangeGauge of(SettingsRecord record, Clock clock) {
    return new SettingChangeGauge(
        record.changes.stream().filter(change -> change.effect.altersData()).count(),
        record.since,
        clock);
  }

  @Override
  public Long getValue() {
    return clock.instant().isBefore(since.plus(REPORTED_FOR)) ? number : 0;
  }
}
