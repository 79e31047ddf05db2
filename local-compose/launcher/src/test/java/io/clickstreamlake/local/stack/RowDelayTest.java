package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowDelayTest {

  @Test
  void givenIntervalsWhenAskedForThenTheSentenceHasTheirSumAndEachOfThem() {
    RowDelay delay =
        new RowDelay(
            Duration.ofSeconds(10), Duration.ofSeconds(5), Optional.of(Duration.ofSeconds(10)));

    assertThat(delay.sentence())
        .isEqualTo(
            "Visible in SQL after at most about 25 s (roll.interval 10 s, checkpoint 5 s, crawl 10"
                + " s).");
    assertThat(
            new RowDelay(Duration.ofHours(1), Duration.ofMinutes(1), Optional.empty()).sentence())
        .isEqualTo(
            "Visible in SQL after at most about 61 min (roll.interval 60 min, checkpoint 60 s).");
  }

  @ParameterizedTest
  @CsvSource({"10 s, PT10S", "1 h, PT1H", "90min, PT1H30M", "500 ms, PT0.5S", "1 d, PT24H"})
  void givenDurationOfFlinkWhenParsedThenItIsThatDuration(String text, Duration duration) {
    assertThat(RowDelay.duration(text)).contains(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1 s",
    "119999, 120 s",
    "120000, 2 min",
    "150000, 2.5 min",
    "7200000, 2 h",
    "172800000, 2 d"
  })
  void givenDurationWhenShownThenItHasAUnitThatPeopleRead(long millis, String text) {
    assertThat(RowDelay.text(Duration.ofMillis(millis))).isEqualTo(text);
  }
}
