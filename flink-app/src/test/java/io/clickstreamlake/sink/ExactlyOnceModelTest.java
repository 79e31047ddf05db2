package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The sink on an object store that fails and crashes at any call: every row is there exactly once,
 * in files that can be read, and none before its checkpoint.
 *
 * <p>Set {@code -Dsink.model.seed} to run the random schedules of an earlier run again.
 */
class ExactlyOnceModelTest {

  private static final int ROWS = 160;
  private static final int SCHEDULES = 1_000;

  @BeforeAll
  static void quiet() {
    // Every fault is logged, with its stack: thousands of them, all wanted.
    Configurator.setLevel("io.clickstreamlake.sink", Level.OFF);
  }

  @AfterAll
  static void loud() {
    Configurator.setLevel("io.clickstreamlake.sink", Level.WARN);
  }

  @Test
  void givenAFaultAtAnyCall_whenTheJobRecovers_thenEveryRowIsThereOnce() throws Exception {
    long calls = run(Faults.none(), 0, this::steadyRun);
    assertThat(calls).as("calls of a run without faults").isGreaterThan(100);

    for (long call = 0; call < calls; call++) {
      for (Fault fault : Fault.values()) {
        run(Faults.once(call, fault), call, this::steadyRun);
      }
    }
  }

  @Test
  void givenAFaultAtAnyCallWhileRescaling_whenTheJobRecovers_thenEveryRowIsThereOnce()
      throws Exception {
    long calls = run(Faults.none(), 0, this::rescaledRun);
    assertThat(calls).as("calls of a run without faults").isGreaterThan(100);

    for (long call = 0; call < calls; call++) {
      for (Fault fault : Fault.values()) {
        run(Faults.once(call, fault), call, this::rescaledRun);
      }
    }
  }

  @Test
  void givenRandomSchedulesAndFaults_whenTheJobRecovers_thenEveryRowIsThereOnce() throws Exception {
    long first = firstSeed();
    long restarts = 0;
    for (long seed = first; seed < first + SCHEDULES; seed++) {
      restarts += randomRun(seed, List.of(2));
    }
    assertThat(restarts).as("restarts in all: faults do happen").isGreaterThan(SCHEDULES);
  }

  @Test
  void givenRandomSchedulesAndFaults_whenTheJobIsRescaled_thenEveryRowIsThereOnce()
      throws Exception {
    long first = firstSeed();
    for (long seed = first; seed < first + SCHEDULES; seed++) {
      randomRun(seed, List.of(1, 3, 2));
    }
  }

  private static long firstSeed() {
    long seed = Long.getLong("sink.model.seed", System.nanoTime());
    System.out.printf("Random schedules of the sink: -Dsink.model.seed=%d%n", seed);
    return seed;
  }

  private interface Schedule {
    void run(SimulatedJob job) throws IOException;
  }

  /** Several checkpoints, all reasons to roll, a commit that is not notified. */
  private void steadyRun(SimulatedJob job) throws IOException {
    job.start();
    job.write(30);
    job.checkpoint(true, true);
    job.write(25);
    job.checkpoint(true, false);
    job.advance(Duration.ofMinutes(61));
    job.write(20);
    job.checkpoint(false, false);
    job.write(20);
    job.checkpoint(true, true);
    job.fail();
    job.write(15);
    job.advance(Duration.ofMinutes(30));
    job.checkpoint(true, true);
    job.finish(ROWS);
  }

  private void rescaledRun(SimulatedJob job) throws IOException {
    job.start();
    job.write(40);
    job.checkpoint(true, true);
    job.rescale(3);
    job.write(40);
    job.checkpoint(true, false);
    job.write(10);
    job.rescale(2);
    job.write(10);
    job.fail();
    job.finish(ROWS);
  }

  private long run(Faults faults, long seed, Schedule schedule) throws Exception {
    try (ModelStore store = new ModelStore()) {
      store.faults(faults);
      SimulatedJob job = new SimulatedJob(store, sink(store), 1, new Random(seed), false);
      try {
        schedule.run(job);
        assertEveryRowOnce(store, job);
      } catch (Throwable e) {
        throw new AssertionError("at call " + seed + "\n" + job.story(), e);
      }
      return store.calls();
    }
  }

  private int randomRun(long seed, List<Integer> parallelisms) throws Exception {
    Random random = new Random(seed);
    try (ModelStore store = new ModelStore()) {
      store.faults(Faults.random(random, 0.04, 12));
      SimulatedJob job = new SimulatedJob(store, sink(store), parallelisms.get(0), random, true);
      try {
        job.start();
        int phase = 0;
        while (job.nextRow() < ROWS) {
          if (phase + 1 < parallelisms.size()
              && job.nextRow() > (long) ROWS * (phase + 1) / parallelisms.size()) {
            job.rescale(parallelisms.get(++phase));
          }
          int action = random.nextInt(100);
          if (action < 50) {
            job.write((int) Math.min(1 + random.nextInt(20), ROWS - job.nextRow()));
          } else if (action < 75) {
            job.checkpoint(random.nextInt(6) > 0, random.nextInt(5) > 0);
          } else if (action < 85) {
            job.advance(Duration.ofMinutes(5 + random.nextInt(50)));
          } else if (action < 88) {
            job.fail();
          } else {
            job.letZombieAct();
          }
        }
        job.finish(ROWS);
        job.letZombieAct();
        assertEveryRowOnce(store, job);
        job.restoreOlderSnapshots();
      } catch (Throwable e) {
        throw new AssertionError("-Dsink.model.seed=" + seed + "\n" + job.story(), e);
      }
      return job.restarts();
    }
  }

  private static void assertEveryRowOnce(ModelStore store, SimulatedJob job) {
    assertThat(job.visibleRows())
        .containsExactlyElementsOf(LongStream.range(0, ROWS).boxed().toList());
    assertThat(store.sideObjects()).as("objects of persist()").isEmpty();
  }

  private static RollingParquetSink<Visit> sink(ModelStore store) {
    return Visit.sink()
        .basePath(new Path(store.uri() + "/visits"))
        .identity("test/visits")
        .commitMarkers(new Path(store.uri() + "/markers"))
        .rollInterval(Duration.ofHours(1))
        .rollSize(new MemorySize(1_500))
        .rowGroupRows(6)
        .rowGroupMemory(new MemorySize(1_000))
        .memory(new MemorySize(5_000))
        .maxOpenFiles(3)
        .partSize(new MemorySize(600)) // two or three row groups: some always wait
        .pageSize(new MemorySize(1_024))
        .dictionarySize(new MemorySize(1_024))
        .compression(CompressionCodecName.UNCOMPRESSED)
        .commitAttempts(4, Duration.ZERO)
        .build();
  }
}
