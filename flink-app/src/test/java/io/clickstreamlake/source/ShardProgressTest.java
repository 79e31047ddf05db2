package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardProgressTest {

  private static final long NONE = Long.MIN_VALUE;

  private final ShardProgress progress = new ShardProgress(Duration.ofMillis(10));

  @Test
  void givenAShardWithoutResponseWhenOthersAdvanceThenThereIsNoWatermark() {
    progress.discovered(1000, List.of("a", "b"));
    progress.read("a", 900);

    assertThat(progress.watermark()).isEqualTo(NONE);
    progress.read("b", 500);
    assertThat(progress.watermark()).isEqualTo(489);
  }

  @Test
  void givenEmptyPagesFarBehindWhenHoursPassThenTheyHoldBackTheWatermarkAndThoseAtTheTipDoNot() {
    progress.discovered(90_000_000, List.of("a", "b"));
    progress.read("a", 70_000_000);
    progress.empty("b", 80_000_000, 50_000_000);
    assertThat(progress.watermark()).isEqualTo(30_000_000 - 11);

    progress.empty("b", 80_000_100, 0);
    assertThat(progress.watermark()).isEqualTo(70_000_000 - 11);
  }

  @Test
  void givenAStalledShardWhenTheOthersAdvanceThenItHoldsBackTheWatermarkWithoutTimeLimit() {
    progress.discovered(Duration.ofDays(9).toMillis(), List.of("a", "b"));
    progress.read("a", 100);
    progress.read("b", 100);
    progress.read("a", Duration.ofDays(2).toMillis());

    assertThat(progress.watermark()).isEqualTo(89);
  }

  @Test
  void givenASplitWhenTheChildIsNotDiscoveredYetThenTheWatermarkWaitsForTheNextDiscovery() {
    progress.discovered(1000, List.of("parent", "other"));
    progress.read("parent", 1500);
    progress.ended("parent");
    progress.read("other", 3000);
    // The child got its first record after 1000; otherwise it would have been discovered.
    assertThat(progress.watermark()).isEqualTo(989);

    progress.discovered(3500, List.of("child"));
    assertThat(progress.watermark()).as("the child has not responded yet").isEqualTo(989);
    progress.read("child", 1600);
    assertThat(progress.watermark()).isEqualTo(1589);
  }

  @Test
  void givenNoShardsWhenDiscoveryRunsThenTheWatermarkAdvancesWithEachRun() {
    assertThat(progress.watermark()).isEqualTo(NONE);
    progress.discovered(1000, List.of());
    assertThat(progress.watermark()).isEqualTo(989);
    progress.discovered(2000, List.of());
    assertThat(progress.watermark()).isEqualTo(1989);
  }

  @Test
  void givenAWatermarkWhenADiscoveredShardHasEarlierRecordsThenItNeverDecreases() {
    progress.discovered(1000, List.of("a"));
    progress.read("a", 900);
    assertThat(progress.watermark()).isEqualTo(889);

    progress.discovered(1100, List.of("b"));
    progress.read("b", 5);
    progress.read("a", 2);

    assertThat(progress.watermark()).isEqualTo(889);
  }
}
