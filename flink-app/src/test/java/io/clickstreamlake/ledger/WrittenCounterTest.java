package io.clickstreamlake.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import java.util.Map;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class WrittenCounterTest {

  @Test
  void givenNoCompletedCheckpointWhenTimePassesThenTheAgeGrowsUntilTheNextOne() throws Exception {
    WrittenCounter counter = new WrittenCounter(Map.of());
    try (OneInputStreamOperatorTestHarness<ClickEvent, ClickEvent> harness =
        new OneInputStreamOperatorTestHarness<>(counter)) {
      harness.setProcessingTime(1_000_000);
      harness.open();
      assertThat(counter.secondsSinceCheckpoint()).isZero();

      harness.setProcessingTime(1_900_000);
      harness.snapshot(1, 0);
      assertThat(counter.secondsSinceCheckpoint())
          .as("a started checkpoint is not yet completed")
          .isEqualTo(900);

      harness.notifyOfCompletedCheckpoint(1);
      assertThat(counter.secondsSinceCheckpoint()).isZero();

      harness.setProcessingTime(1_960_000);
      assertThat(counter.secondsSinceCheckpoint()).isEqualTo(60);
    }
  }
}
