package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.SilencedLogger;
import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests that the settled mark is true at any moment, see {@link SimulatedJob}: records of several
 * shards with duplicates, watermarks that reach the writers at different times, checkpoints that
 * complete or not, late commits, failures, faults of the store, zombies, rescaling, new
 * submissions, rewinds.
 *
 * <p>Set {@code -Dsink.model.seed} to repeat the random schedules of an earlier run. Their number
 * is a sixth of {@code -Dsink.model.schedules}.
 */
class SettledMarkModelTest {

  private static final int ROWS = ExactlyOnceModelTest.ROWS;
  private static final int SCHEDULES = ExactlyOnceModelTest.TRIED_SCHEDULES / 6;

  /** Every fault is logged with its stack trace: thousands of them, all expected. */
  @RegisterExtension
  static final SilencedLogger SILENCED = new SilencedLogger("io.clickstreamlake.sink");

  @Test
  void givenRandomSchedulesAndFaultsWhenTheMarkIsReadThenEachRowBeforeItIsSettled() {
    long first = Long.getLong("sink.model.seed", System.nanoTime());
    System.out.printf("Random schedules of the settled mark: -Dsink.model.seed=%d%n", first);
    long marks = 0;
    long restarts = 0;
    for (long seed = first; seed < first + SCHEDULES; seed++) {
      SimulatedJob job = randomRun(seed);
      marks += job.marksRead();
      restarts += job.restarts();
    }
    assertThat(restarts).as("restarts in total: faults occur").isGreaterThan(SCHEDULES);
    assertThat(marks).as("marks in total").isGreaterThan(SCHEDULES * 5L);
  }

  @Test
  void givenAFaultAtAnyCallWhenTheMarkIsReadThenEachRowBeforeItIsSettled() throws IOException {
    long calls = run(Faults.none(), 0);
    assertThat(calls).as("calls of a run without faults").isGreaterThan(100);

    for (long call = 0; call < calls; call++) {
      for (Fault fault : Fault.values()) {
        run(Faults.once(call, fault), call);
      }
    }
  }

  private static SimulatedJob randomRun(long seed) {
    Random random = new Random(seed);
    try (ModelStore store = new ModelStore()) {
      if (seed % 2 == 0) {
        store.faults(Faults.random(random, 0.04, 12));
      }
      SimulatedJob job = job(store, 1 + random.nextInt(3), random, true);
      try {
        job.start();
        while (job.nextRow() < ROWS) {
          ExactlyOnceModelTest.act(job, random);
        }
        job.finish(ROWS);
        job.letZombieAct();
      } catch (Throwable e) {
        throw new AssertionError("-Dsink.model.seed=" + seed + "\n" + job.history(), e);
      }
      return job;
    }
  }

  private static long run(Faults faults, long seed) throws IOException {
    try (ModelStore store = new ModelStore()) {
      store.faults(faults);
      SimulatedJob job = job(store, 2, new Random(seed), false);
      try {
        job.start();
        for (int hour = 0; hour < 3; hour++) {
          job.write(20);
          job.checkpoint(true, true);
          job.write(10);
          job.checkpoint(true, hour == 0);
          job.advance(Duration.ofMinutes(61));
          job.checkpoint(hour == 0, true);
          job.checkpoint(true, true);
          job.checkpoint(true, true);
        }
        job.fail();
        job.update();
        job.checkpoint(true, true);
        // The fault may occur in this loop, and a restart begins with files without a watermark.
        for (int i = 0; i < 4 && job.mark().isEmpty(); i++) {
          job.write(ROWS - (int) job.nextRow());
          job.idle();
          job.advance(Duration.ofMinutes(61));
          job.checkpoint(true, true);
          job.checkpoint(true, true);
        }
        assertThat(job.mark()).as("the mark in the end").isPresent();
      } catch (Throwable e) {
        throw new AssertionError("at call " + seed + "\n" + job.history(), e);
      }
      return store.calls();
    }
  }

  private static SimulatedJob job(
      ModelStore store, int parallelism, Random random, boolean zombies) {
    return new SimulatedJob(
        store,
        (epoch, rewind) -> ExactlyOnceModelTest.sink(store, epoch, rewind).settledMark().build(),
        parallelism,
        random,
        zombies,
        SimulatedStream.ofShards());
  }
}
