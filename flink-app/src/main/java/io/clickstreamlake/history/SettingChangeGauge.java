package io.clickstreamlake.history;

import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Gauge;

/**
 * The number of settings that changed within the last hour and alter what lands in the lake. It
 * covers all starts of that hour, since one of them may have failed, and the next may have changed
 * something else. An alarm fires once per change, however often the job restarts, and also if the
 * job took minutes to start.
 */
public final class SettingChangeGauge implements Gauge<Long>, Serializable {

  /** Name of the metric in CloudWatch. */
  public static final String NAME = "dataSettingsChanged";

  private static final long serialVersionUID = 1L;

  private static final Duration REPORTED_FOR = Duration.ofHours(1);

  /** The time of each such change. */
  private final ArrayList<Instant> changes;

  private final Clock clock;

  private SettingChangeGauge(ArrayList<Instant> changes, Clock clock) {
    this.changes = changes;
    this.clock = clock;
  }

  /** The gauge of a job whose start is recorded in the history. */
  public static SettingChangeGauge of(SettingsHistory history, Clock clock) {
    ArrayList<Instant> changes = new ArrayList<>();
    List<SettingsRecord> records = history.since(clock.instant().minus(REPORTED_FOR));
    for (SettingsRecord record : records) {
      for (SettingChange change : record.changes) {
        if (change.effect.altersData()) {
          changes.add(record.since);
        }
      }
    }
    return new SettingChangeGauge(changes, clock);
  }

  @Override
  public Long getValue() {
    Instant now = clock.instant();
    return changes.stream().filter(time -> now.isBefore(time.plus(REPORTED_FOR))).count();
  }
}
