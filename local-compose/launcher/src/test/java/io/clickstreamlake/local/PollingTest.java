package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollingTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final Polling polling = new Polling("the test", Duration.ofMillis(1));

  @Test
  void givenCheckThatPassesLaterWhenPolledThenItIsRepeatedUntilThen() {
    AtomicInteger checks = new AtomicInteger();

    assertThat(polling.until(LONG, () -> checks.incrementAndGet() == 3)).isTrue();
    assertThat(checks).hasValue(3);
  }

  @Test
  void givenCheckThatNeverPassesWhenTheTimeIsOverThenTheResultIsFalse() {
    assertThat(polling.until(Duration.ofMillis(20), () -> false)).isFalse();
  }

  @Test
  void givenInterruptedThreadWhenPolledThenTheMessageNamesTheSubject() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> polling.until(LONG, () -> false))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("waiting for the test");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void givenGrowingValueWhenCompleteThenItIsReturnedAfterEachProgress() {
    Iterator<Integer> values = List.of(1, 2, 3).iterator();
    List<Integer> progress = new ArrayList<>();

    assertThat(polling.whileChanging(LONG, values::next, value -> value == 3, progress::add))
        .isEqualTo(3);
    assertThat(progress).containsExactly(1, 2);
  }

  @Test
  void givenValueThatStaysIncompleteWhenThePatienceIsOverThenItIsReturned() {
    assertThat(
            polling.whileChanging(Duration.ofMillis(20), () -> 2, value -> value == 3, value -> {}))
        .isEqualTo(2);
  }

  @Test
  void givenPausesWhenTheyGrowThenEachIsTwiceTheLastUpToTheMaximum() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(3));

    assertThat(backoff.after(backoff.first())).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.after(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(3));
  }
}
