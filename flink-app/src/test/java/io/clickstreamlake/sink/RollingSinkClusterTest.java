package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.parquet.AvroRows;
import io.clickstreamlake.parquet.ParquetBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The sink in a Flink mini cluster, with tasks that fail between and during checkpoints. */
class RollingSinkClusterTest {

  private static final int PARALLELISM = 2;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(2)
              .setNumberSlotsPerTaskManager(1)
              .build());

  /** Events at which the job has already failed; the tasks run in this virtual machine. */
  private static final Set<Long> FAILED_AT = ConcurrentHashMap.newKeySet();

  @TempDir Path folder;
  private LocalTable table;

  @BeforeEach
  void table() {
    FAILED_AT.clear();
    table = new LocalTable(folder.resolve("click_events"));
  }

  @Test
  void givenTasksThatFailWhenTheJobEndsThenEveryEventIsVisibleOnce() throws Exception {
    int events = 20_000;
    StreamExecutionEnvironment env = environment(RuntimeExecutionMode.STREAMING);
    env.enableCheckpointing(100);
    events(env, events, RateLimiterStrategy.perCheckpoint(1_000))
        .map(new FailOnceAt(Set.of(1_700L, 6_301L, 6_900L, 13_337L, 19_999L)))
        .returns(new AvroTypeInfo<>(ClickEvent.class))
        // All-to-all, for one failover region: see the assumptions of the sink.
        .rebalance()
        .sinkTo(sink())
        .uid("sink");

    env.execute();

    assertThat(FAILED_AT).hasSize(5);
    assertAllEvents(events);
    assertThat(writersWithVisibleFiles())
        .as("writers with visible files: at least one restore created new writers")
        .isGreaterThan(PARALLELISM);
  }

  @Test
  void givenABoundedInputWhenRunInBatchModeThenEveryEventIsVisibleOnce() throws Exception {
    int events = 5_000;
    StreamExecutionEnvironment env = environment(RuntimeExecutionMode.BATCH);
    events(env, events, RateLimiterStrategy.noOp()).sinkTo(sink()).uid("sink");

    env.execute();

    assertAllEvents(events);
  }

  @Test
  void givenABoundedInputWithoutCheckpointsWhenStreamedThenEveryEventIsVisibleOnce()
      throws Exception {
    int events = 5_000;
    StreamExecutionEnvironment env = environment(RuntimeExecutionMode.STREAMING);
    events(env, events, RateLimiterStrategy.noOp()).sinkTo(sink()).uid("sink");

    env.execute();

    assertAllEvents(events);
  }

  private static StreamExecutionEnvironment environment(RuntimeExecutionMode mode) {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 20);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setRuntimeMode(mode);
    env.setParallelism(PARALLELISM);
    env.getConfig().enableObjectReuse();
    return env;
  }

  private static DataStream<ClickEvent> events(
      StreamExecutionEnvironment env, int count, RateLimiterStrategy rate) {
    GeneratorFunction<Long, ClickEvent> numbered = RollingSinkClusterTest::event;
    return env.fromSource(
        new DataGeneratorSource<>(numbered, count, rate, new AvroTypeInfo<>(ClickEvent.class)),
        WatermarkStrategy.noWatermarks(),
        "events");
  }

  /** Generates the event of a number, always the same one. */
  private static ClickEvent event(long number) {
    ClickEvent event = new Events(number).next();
    event.setEventId("event-" + number);
    event.setQuantity((int) number);
    event.setEventTime(Events.START.plus(Duration.ofHours(number % 48)));
    return event;
  }

  private RollingParquetSink<ClickEvent> sink() {
    return Events.sink()
        .basePath(table.path())
        .rollInterval(Duration.ofSeconds(1))
        .rowGroupRows(700)
        .partSize(MemorySize.parse("64kb"))
        .build();
  }

  private void assertAllEvents(long events) throws Exception {
    assertThat(table.query("select count(*), count(distinct event_id), sum(quantity) from $table"))
        .hasToString(List.of(events, events, events * (events - 1) / 2).toString());
    for (Path file : table.files()) {
      assertThat(AvroRows.read(new ParquetBytes(Files.readAllBytes(file)), ClickEvent.class))
          .isNotEmpty();
    }
  }

  private long writersWithVisibleFiles() {
    List<String> writers = new ArrayList<>();
    for (Path file : table.files()) {
      writers.add(file.getFileName().toString().replaceAll(".*-w\\d+-(.*)-\\d+\\.parquet", "$1"));
    }
    return writers.stream().distinct().count();
  }

  /** Throws once per event with one of these numbers. */
  private record FailOnceAt(Set<Long> numbers) implements MapFunction<ClickEvent, ClickEvent> {
    @Override
    public ClickEvent map(ClickEvent event) {
      long number = event.getQuantity();
      if (numbers.contains(number) && FAILED_AT.add(number)) {
        throw new IllegalStateException("failed on purpose at event " + number);
      }
      return event;
    }
  }
}
