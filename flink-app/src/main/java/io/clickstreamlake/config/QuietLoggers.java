package io.clickstreamlake.config;

import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.filter.RegexFilter;
import org.apache.parquet.filter2.compat.FilterCompat;

/**
 * The loggers of Flink that write several lines per checkpoint and nothing that anybody needs.
 * Managed Service for Apache Flink has one log level for all loggers, so the job sets theirs. What
 * the configuration of the cluster says about one of them wins. And a logger of Parquet that writes
 * the ids of persons.
 */
public final class QuietLoggers {

  private static final Map<String, Level> LEVELS =
      Map.of(
          // Failed checkpoints are warnings.
          "org.apache.flink.runtime.checkpoint.CheckpointCoordinator",
          Level.WARN,
          // Flink copies the state of the Kinesis consumer at each checkpoint.
          "org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer",
          Level.WARN);

  /** Logs the values that a reader looks for: the ids of persons whose rows are erased. */
  private static final String FILTERS = FilterCompat.class.getName();

  /** Logs name collisions; those of other metrics are shown. */
  private static final String METRICS = "org.apache.flink.metrics.MetricGroup";

  /** Each copy of a committer's state, one per checkpoint, registers the metric again. */
  private static final String COLLISION = "Name collision: .*'pendingCommittables'.*";

  private QuietLoggers() {}

  /** Sets the levels in this JVM; safe to repeat. */
  public static void apply() {
    try {
      LoggerContext context =
          (LoggerContext) LogManager.getContext(LoggerContext.class.getClassLoader(), false);
      synchronized (QuietLoggers.class) {
        if (change(context.getConfiguration())) {
          context.updateLoggers();
        }
      }
    } catch (LinkageError | ClassCastException | IllegalAccessException e) {
      // Another logging library: its own configuration decides.
    }
  }

  private static boolean change(Configuration configuration) throws IllegalAccessException {
    boolean changed = false;
    for (Map.Entry<String, Level> entry : LEVELS.entrySet()) {
      // With DEBUG somebody wants to see everything.
      if (level(configuration, entry.getKey()) == Level.INFO
          && isFree(configuration, entry.getKey())) {
        configuration.addLogger(
            entry.getKey(), new LoggerConfig(entry.getKey(), entry.getValue(), true));
        changed = true;
      }
    }
    LoggerConfig filters = configuration.getLoggers().get(FILTERS);
    if (filters == null || filters.getLevel() != Level.WARN) {
      // Also if somebody wants to see everything: no log may have an id.
      configuration.removeLogger(FILTERS);
      configuration.addLogger(FILTERS, new LoggerConfig(FILTERS, Level.WARN, true));
      changed = true;
    }
    if (isFree(configuration, METRICS)) {
      // Without a level of its own it has that of its parent.
      LoggerConfig metrics = new LoggerConfig(METRICS, null, true);
      metrics.addFilter(
          RegexFilter.createFilter(
              COLLISION, new String[0], false, Filter.Result.DENY, Filter.Result.NEUTRAL));
      configuration.addLogger(METRICS, metrics);
      changed = true;
    }
    return changed;
  }

  private static Level level(Configuration configuration, String logger) {
    return configuration.getLoggerConfig(logger).getLevel();
  }

  private static boolean isFree(Configuration configuration, String logger) {
    return !configuration.getLoggers().containsKey(logger);
  }
}
