package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.SilencedLogger;
import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests the sink on an object store where any call can fail or crash: every row is visible exactly
 * once, in readable files, and not before its checkpoint.
 *
 * <p>Set {@code -Dsink.model.seed} to repeat the random schedules of an earlier run, and {@code
 * -Dsink.model.schedules} for the number of schedules in which all snapshots are tried: 2,000 in
 * the profile chaos.
 */
class ExactlyOnceModelTest {

  static final int ROWS = 160;
  static final int TRIED_SCHEDULES = Integer.getInteger("sink.model.schedules", 2_000);
  private static final int SCHEDULES = TRIED_SCHEDULES / 2;
  private static final int ERASED_SCHEDULES = TRIED_SCHEDULES / 8;

  /** Every fault is logged with its stack trace: thousands of them, all expected. */
  @RegisterExtension
  static final SilencedLogger SILENCED = new SilencedLogger("io.clickstreamlake.sink");

  @Test
  void givenAFaultAtAnyCallWhenTheJobRecoversThenEveryRowIsVisibleOnce() throws Exception {
    long calls = run(Faults.none(), 0, this::steadyRun);
    assertThat(calls).as("calls of a run without faults").isGreaterThan(100);

    for (long call = 0; call < calls; call++) {
      for (Fault fault : Fault.values()) {
        run(Faults.once(call, fault), call, this::steadyRun);
      }
    }
  }

  @Test
  void givenAFaultAtAnyCallWhileRescalingWhenTheJobRecoversThenEveryRowIsVisibleOnce()
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
  void givenAFaultAtAnyCallOfARewindWhenItIsRepeatedThenEveryRowIsVisibleOnce() throws Exception {
    long calls = run(Faults.none(), 0, this::rewoundRun);
    assertThat(calls).as("calls of a run without faults").isGreaterThan(100);

    for (long call = 0; call < calls; call++) {
      for (Fault fault : Fault.values()) {
        run(Faults.once(call, fault), call, this::rewoundRun);
      }
    }
  }

  @Test
  void givenRandomSchedulesAndFaultsWhenTheJobRecoversThenEveryRowIsVisibleOnce() throws Exception {
    long first = firstSeed();
    long restarts = 0;
    long rows = 0;
    for (long seed = first; seed < first + SCHEDULES; seed++) {
      SimulatedJob job = randomRun(seed, true, false);
      restarts += job.restarts();
      rows += job.expectedRows().size();
    }
    assertThat(restarts).as("restarts in total: faults occur").isGreaterThan(SCHEDULES);
    assertThat(rows).as("rows in total: few are skipped").isGreaterThan(SCHEDULES * ROWS / 2);
  }

  /**
   * After each step every snapshot so far is tried on a copy of the store: it must be restored
   * exactly, or refused with nothing changed.
   */
  @Test
  void givenRandomSchedulesWhenAnySnapshotIsRestoredAtAnyStepThenItIsRestoredExactlyOrRefused()
      throws Exception {
    long first = firstSeed();
    AtomicLong restored = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    AtomicLong rewound = new AtomicLong();
    AtomicLong rows = new AtomicLong();
    LongStream.range(first, first + TRIED_SCHEDULES)
        .parallel()
        .forEach(
            seed -> {
              SimulatedJob job = randomRun(seed, seed % 4 == 0, true);
              restored.addAndGet(job.accepted());
              refused.addAndGet(job.refused());
              rewound.addAndGet(job.rewound());
              rows.addAndGet(job.expectedRows().size());
            });
    System.out.printf(
        "Snapshots tried: %s restored, %s refused; %s of these were restored with a rewind%n",
        restored, refused, rewound);
    assertThat(restored).hasValueGreaterThan(TRIED_SCHEDULES);
    assertThat(refused).hasValueGreaterThan(TRIED_SCHEDULES);
    assertThat(rewound).hasValueGreaterThan(TRIED_SCHEDULES);
    // A start without a snapshot skips the rows of open files, in one schedule nearly all rows.
    assertThat(rows).hasValueGreaterThan(TRIED_SCHEDULES * ROWS / 2);
  }

  /**
   * Another process erases rows of visible files at any time: no failure, restore or snapshot
   * brings them back, and no other row is lost or repeated.
   */
  @Test
  void givenErasuresAtAnyTimeWhenTheJobRecoversThenErasedRowsStayAwayAndOthersAreVisibleOnce()
      throws Exception {
    long first = firstSeed();
    AtomicLong erasures = new AtomicLong();
    AtomicLong rewound = new AtomicLong();
    LongStream.range(first, first + ERASED_SCHEDULES)
        .parallel()
        .forEach(
            seed -> {
              Random random = new Random(seed);
              boolean tries = seed % 2 == 0;
              try (ModelStore store = new ModelStore()) {
                store.faults(Faults.random(random, 0.04, 12));
                SimulatedJob job = job(store, 1 + random.nextInt(3), random, true);
                try {
                  job.start();
                  while (job.nextRow() < ROWS) {
                    act(job, random);
                    if (random.nextInt(3) == 0) {
                      job.erase();
                    }
                    if (tries) {
                      job.tryEverySnapshot();
                    }
                  }
                  job.finish(ROWS);
                  job.letZombieAct();
                  assertThat(job.visibleRows()).containsExactlyElementsOf(job.expectedRows());
                } catch (Throwable e) {
                  throw new AssertionError("-Dsink.model.seed=" + seed + "\n" + job.history(), e);
                }
                erasures.addAndGet(job.erasures());
                rewound.addAndGet(job.rewound());
              }
            });
    assertThat(erasures).hasValueGreaterThan(ERASED_SCHEDULES);
    assertThat(rewound).as("rewinds before which nothing was erased").hasPositiveValue();
  }

  private static long firstSeed() {
    long seed = Long.getLong("sink.model.seed", System.nanoTime());
    System.out.printf("Random schedules of the sink: -Dsink.model.seed=%d%n", seed);
    return seed;
  }

  private interface Schedule {
    void run(SimulatedJob job) throws IOException;
  }

  /** Several checkpoints, all roll reasons, a checkpoint without notification. */
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

  /** A rollback to before several commits, with files that have grown since and an open file. */
  private void rewoundRun(SimulatedJob job) throws IOException {
    job.start();
    job.write(40);
    job.checkpoint(true, true);
    job.write(15);
    job.checkpoint(true, true);
    job.write(30);
    job.advance(Duration.ofMinutes(61));
    job.checkpoint(true, true);
    job.write(10);
    job.rollBack(1);
    job.write(30);
    job.checkpoint(true, true);
    job.finish(ROWS);
  }

  private long run(Faults faults, long seed, Schedule schedule) throws Exception {
    try (ModelStore store = new ModelStore()) {
      store.faults(faults);
      SimulatedJob job = job(store, 1, new Random(seed), false);
      try {
        schedule.run(job);
        assertEveryRowOnce(store, job);
        assertThat(job.expectedRows()).hasSize(ROWS);
      } catch (Throwable e) {
        throw new AssertionError("at call " + seed + "\n" + job.history(), e);
      }
      return store.calls();
    }
  }

  private SimulatedJob randomRun(long seed, boolean faults, boolean trySnapshots) {
    Random random = new Random(seed);
    try (ModelStore store = new ModelStore()) {
      if (faults) {
        store.faults(Faults.random(random, 0.04, 12));
      }
      SimulatedJob job = job(store, 1 + random.nextInt(3), random, true);
      try {
        job.start();
        while (job.nextRow() < ROWS) {
          act(job, random);
          if (trySnapshots) {
            job.tryEverySnapshot();
          }
        }
        job.finish(ROWS);
        job.letZombieAct();
        assertEveryRowOnce(store, job);
        if (trySnapshots) {
          job.tryEverySnapshot();
        }
      } catch (Throwable e) {
        throw new AssertionError("-Dsink.model.seed=" + seed + "\n" + job.history(), e);
      }
      return job;
    }
  }

  /** A random action of a job that reads {@value #ROWS} rows. */
  static void act(SimulatedJob job, Random random) throws IOException {
    int action = random.nextInt(100);
    if (action < 45) {
      job.write((int) Math.min(1 + random.nextInt(20), ROWS - job.nextRow()));
    } else if (action < 65) {
      job.checkpoint(random.nextInt(6) > 0, random.nextInt(5) > 0);
    } else if (action < 71) {
      job.savepoint();
    } else if (action < 80) {
      job.advance(Duration.ofMinutes(5 + random.nextInt(50)));
    } else if (action < 85) {
      job.fail();
    } else if (action < 88) {
      job.rescale(1 + random.nextInt(3));
    } else if (action < 90) {
      job.update();
    } else if (action < 93) {
      job.rollBack(random.nextInt(6));
    } else if (action < 94) {
      job.startFresh();
    } else {
      job.letZombieAct();
    }
  }

  private static SimulatedJob job(
      ModelStore store, int parallelism, Random random, boolean zombies) {
    return new SimulatedJob(
        store,
        (epoch, rewind) -> sink(store, epoch, rewind).build(),
        parallelism,
        random,
        zombies,
        SimulatedStream.plain());
  }

  private static void assertEveryRowOnce(ModelStore store, SimulatedJob job) throws IOException {
    assertThat(job.visibleRows()).containsExactlyElementsOf(job.expectedRows()).endsWith(ROWS - 1L);
    assertThat(store.sideObjects()).as("objects that persist() stored").isEmpty();
  }

  /** A sink whose files roll and are uploaded after few rows. */
  static RollingParquetSinkBuilder<Visit> sink(ModelStore store, String epoch, boolean rewind) {
    RollingParquetSinkBuilder<Visit> sink = Visit.sink();
    if (rewind) {
      sink.rewindToOlderSnapshots();
    }
    return sink.epoch(epoch)
        .basePath(new Path(store.uri() + "/visits"))
        .identity("test/visits")
        .rollInterval(Duration.ofHours(1))
        .rollSize(new MemorySize(1_500))
        .rowGroupRows(6)
        .rowGroupMemory(new MemorySize(1_000))
        .memory(new MemorySize(5_000))
        .partSize(new MemorySize(600)) // two or three row groups, so that some bytes always wait
        .pageSize(new MemorySize(1_024))
        .dictionarySize(new MemorySize(1_024))
        .compression(CompressionCodecName.UNCOMPRESSED)
        .commitAttempts(4, Duration.ZERO);
  }
}
