package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.flink.JobFigures;
import io.clickstreamlake.local.stack.StackAdvice.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StackAdviceTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final FlinkRest.Job RUNNING = new FlinkRest.Job("id", "name", "RUNNING", 2, 8, 8);

  private FlinkRest.Job job = RUNNING;
  private double lag;
  private double oldestFile = 9_000;
  private Instant checkpoint = NOW.minusSeconds(4);
  private Optional<JobFigures.Failed> failure = Optional.empty();
  private Optional<String> shortage = Optional.empty();
  private List<String> unavailable = List.of();

  @Test
  void givenHealthyStackWhenAskedThenThereIsNothingToDo() {
    lag = StackAdvice.MAX_LAG.toMillis();
    // A failure that a later checkpoint has made good.
    failure = Optional.of(new JobFigures.Failed(NOW.minusSeconds(5), "slow"));

    assertThat(advice(Place.PROCESSES)).isEmpty();
  }

  @Test
  void givenLagAboveAMinuteWhenAskedThenMoreTasksAreAdvisedWithTheCommandOfThePlace() {
    lag = StackAdvice.MAX_LAG.toMillis() + 240_000;

    assertThat(advice(Place.PROCESSES))
        .containsExactly(
            "The job is 5 min behind the stream. If this grows, it needs more parallel tasks:"
                + " ./lake stop, then ./lake start --parallelism N");
    assertThat(advice(Place.CONTAINERS).get(0)).endsWith(": ./lake up --taskmanagers N");
    assertThat(advice(Place.IN_A_CONTAINER).get(0))
        .endsWith(": echo TASKMANAGERS=N >> .env, then docker compose up --wait");
  }

  @Test
  void givenJobThatDoesNotRunWhenAskedThenStateReasonAndCommandsAreNamed() {
    job = new FlinkRest.Job("id", "name", "RESTARTING", 2, 3, 8);

    assertThat(advice(Place.PROCESSES))
        .containsExactly(
            "The job is RESTARTING with 3 of 8 tasks running: disk full. See ./lake logs"
                + " taskmanager; if it does not recover: ./lake start");
  }

  @Test
  void givenFailedCheckpointWhenAskedThenItsReasonIsNamed() {
    failure = Optional.of(new JobFigures.Failed(NOW.minusSeconds(1), "Expired."));

    assertThat(advice(Place.IN_A_CONTAINER))
        .containsExactly(
            "The newest checkpoint failed, and rows become visible only after a complete one:"
                + " Expired. See docker compose logs jobmanager");
  }

  @Test
  void givenNoCheckpointForALongTimeWhenAskedThenItIsAProblemAfterTenIntervalsAndAMinute() {
    checkpoint = NOW.minusSeconds(110);
    assertThat(advice(Place.PROCESSES)).isEmpty();

    checkpoint = NOW.minusSeconds(111);
    assertThat(advice(Place.PROCESSES))
        .containsExactly(
            "No checkpoint was complete for 111 s, although one is due every 5 s. See ./lake logs"
                + " jobmanager");
  }

  @Test
  void givenFileThatDoesNotRollWhenAskedThenItIsAProblem() {
    oldestFile = 80_000;
    assertThat(advice(Place.PROCESSES)).isEmpty();

    oldestFile = 80_001;
    assertThat(advice(Place.PROCESSES))
        .containsExactly(
            "A file is open for 80 s, although roll.interval is 10 s. See ./lake logs taskmanager");
  }

  @Test
  void givenFullDiskWhenAskedThenItsMessageIsTheAdvice() {
    shortage = Optional.of("/srv has 300 MB free.");

    assertThat(advice(Place.PROCESSES)).containsExactly("/srv has 300 MB free.");
  }

  @Test
  void givenServiceThatDoesNotAnswerWhenAskedThenItsMessageIsTheAdvice() {
    unavailable = List.of("Trino does not answer.");

    assertThat(advice(Place.PROCESSES)).containsExactly("Trino does not answer.");
  }

  private List<String> advice(Place place) {
    JobFigures figures =
        new JobFigures(
            OptionalDouble.of(lag),
            OptionalDouble.of(1),
            OptionalDouble.of(1),
            OptionalDouble.of(oldestFile),
            0,
            new JobFigures.Checkpoints(
                Duration.ofSeconds(5),
                Optional.of(new JobFigures.Completed(checkpoint, Duration.ofMillis(9), 1)),
                failure.isPresent() ? 1 : 0,
                failure));
    return StackAdvice.of(
        new StackFigures(
            Optional.of(job),
            Optional.of("disk full"),
            Optional.of(figures),
            Optional.of(
                new RowDelay(Duration.ofSeconds(10), Duration.ofSeconds(5), Optional.empty())),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new StateSize(1, 300_000_000)),
            shortage,
            unavailable),
        place,
        NOW);
  }
}
