package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.parquet.AvroRowReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.java.typeutils.runtime.kryo.KryoSerializer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.checkpoint.CheckpointCoordinator;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class QuietLoggersTest {

  private static final String COLLISION =
      "Name collision: Group already contains a Metric with the name '%s'. Metric will not be"
          + " reported.[127.0.0.1, taskmanager]";

  private final LoggerContext context = LoggerContext.getContext(false);
  private final Configuration configuration = context.getConfiguration();
  private final Level before = configuration.getRootLogger().getLevel();
  private final Lines lines = new Lines();

  @AfterEach
  void restore() {
    configuration.getRootLogger().removeAppender(lines.getName());
    configuration.getRootLogger().setLevel(before);
    for (Class<?> logger :
        List.of(
            CheckpointCoordinator.class,
            KryoSerializer.class,
            MetricGroup.class,
            FilterCompat.class)) {
      configuration.removeLogger(logger.getName());
    }
    context.updateLoggers();
  }

  @Test
  void givenInfoWhenAppliedThenOnlyTheLinesOfEachCheckpointAreGone() {
    log(Level.INFO);

    QuietLoggers.apply();
    QuietLoggers.apply();
    logAll();

    assertThat(lines.messages)
        .containsExactly(
            "failed", COLLISION.formatted("other"), "info of a metric group", "our own");
  }

  @Test
  void givenDebugWhenAppliedThenEverythingButTheCollisionsIsShown() {
    log(Level.DEBUG);

    QuietLoggers.apply();
    logAll();

    assertThat(lines.messages)
        .containsExactly(
            "Triggering checkpoint",
            "failed",
            "Kryo serializer",
            COLLISION.formatted("other"),
            "info of a metric group",
            "our own");
  }

  @Test
  void givenAnyLevelWhenAReaderFiltersByIdsThenNoLogShowsThem() {
    for (Level level : List.of(Level.INFO, Level.DEBUG)) {
      log(level);
      configuration.addLogger(
          FilterCompat.class.getName(),
          new LoggerConfig(FilterCompat.class.getName(), Level.ALL, true));
      QuietLoggers.apply();
      FilterCompat.get(AvroRowReader.isOneOf("user_id", List.of("u-1017")));
    }
    assertThat(lines.messages).isEmpty();
  }

  private void log(Level level) {
    lines.start();
    configuration.getRootLogger().setLevel(level);
    configuration.getRootLogger().addAppender(lines, level, null);
    context.updateLoggers();
  }

  private static void logAll() {
    Logger coordinator = LoggerFactory.getLogger(CheckpointCoordinator.class);
    coordinator.info("Triggering checkpoint");
    coordinator.warn("failed");
    LoggerFactory.getLogger(KryoSerializer.class).info("Kryo serializer");
    Logger metrics = LoggerFactory.getLogger(MetricGroup.class);
    metrics.warn(COLLISION.formatted("pendingCommittables"));
    metrics.warn(COLLISION.formatted("other"));
    metrics.info("info of a metric group");
    LoggerFactory.getLogger(QuietLoggersTest.class).info("our own");
  }

  private static final class Lines extends AbstractAppender {

    private final List<String> messages = new ArrayList<>();

    private Lines() {
      super("lines", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      messages.add(event.getMessage().getFormattedMessage());
    }
  }
}
