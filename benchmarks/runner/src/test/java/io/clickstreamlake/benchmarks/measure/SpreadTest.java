package io.clickstreamlake.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void givenAnOddNumberOfValuesWhenSpreadThenTheMiddleOneIsTheMedian() {
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9));
  }

  @Test
  void givenAnEvenNumberOfValuesWhenSpreadThenTheMedianIsBetweenTheMiddleTwo() {
    Spread spread = Spread.of(List.of(4.0, 1.0, 2.0, 3.0));

    assertThat(spread.median()).isEqualTo(2.5);
    assertThat(spread.relativeWidth()).isEqualTo(1.2);
  }

  @Test
  void givenNoValueWhenSpreadThenItIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
  }
}
