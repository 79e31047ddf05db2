package io.clickstreamlake.local.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonthlyCostTest {

  private static final double GB = 1024.0 * 1024 * 1024;
  private static final PriceList PRICES = PriceList.shipped();

  /** 1,000 events of 512 bytes per second: 2.628 billion events in 730 hours. */
  private static final Workload WORKLOAD = new Workload(1000, 512, 1, 0, 48, 2, 30, 12, true);

  private static final double EVENTS = 1000.0 * 730 * 3600;

  @Test
  void givenSmallRecordsWhenOnDemandThenEachIsBilledAsOneKilobyte() {
    assertThat(quantity(MonthlyCost.ours(WORKLOAD, PRICES), "Kinesis", "records in"))
        .isCloseTo(EVENTS * 1024 / GB, within(1e-6));
  }

  @Test
  void givenTwoReadersWhenOnDemandThenBothAreBilledByBytesRead() {
    assertThat(quantity(MonthlyCost.ours(WORKLOAD, PRICES), "Kinesis", "records out"))
        .isCloseTo(2 * EVENTS * 512 / GB, within(1e-6));
    assertThat(quantity(MonthlyCost.firehoseAndGlue(WORKLOAD, PRICES), "Kinesis", "records out"))
        .isCloseTo(EVENTS * 512 / GB, within(1e-6));
  }

  @Test
  void givenTwoDaysOfRetentionWhenOnDemandThenOneOfThemIsBilled() {
    assertThat(quantity(MonthlyCost.ours(WORKLOAD, PRICES), "Kinesis", "retention over 24 h"))
        .isCloseTo(EVENTS * 1024 / GB / 730 * 24, within(1e-6));
  }

  @Test
  void givenOneDayOfRetentionWhenBilledThenThereIsNoLineForRetention() {
    Workload day = new Workload(1000, 512, 1, 0, 24, 2, 30, 12, true);
    assertThat(MonthlyCost.ours(day, PRICES))
        .noneMatch(item -> item.what().startsWith("retention"));
  }

  @Test
  void givenSmallRecordsWhenFirehoseDeliversThenEachIsBilledAsFiveKilobytes() {
    double gigabytes = EVENTS * 5 * 1024 / GB;
    assertThat(quantity(MonthlyCost.ours(WORKLOAD, PRICES), "Firehose", "raw archive"))
        .isCloseTo(gigabytes, within(1e-6));
    assertThat(
            quantity(
                MonthlyCost.firehoseAndGlue(WORKLOAD, PRICES), "Firehose", "conversion to Parquet"))
        .isCloseTo(gigabytes, within(1e-6));
  }

  @Test
  void givenTenEventsPerRecordWhenFirehoseDeliversThenTheRoundingIsBilledOnce() {
    Workload ten = new Workload(1000, 512, 10, 0, 48, 2, 30, 12, true);
    assertThat(quantity(MonthlyCost.ours(ten, PRICES), "Firehose", "raw archive"))
        .isCloseTo(EVENTS * 512 / GB, within(1e-6));
  }

  @Test
  void givenShardsWhenProvisionedThenShardHoursAndPutUnitsAreBilled() {
    Workload provisioned = new Workload(1000, 512, 1, 4, 48, 2, 30, 12, true);
    List<CostItem> bill = MonthlyCost.ours(provisioned, PRICES);
    assertThat(quantity(bill, "Kinesis", "shards")).isEqualTo(4 * 730);
    assertThat(quantity(bill, "Kinesis", "records in")).isCloseTo(EVENTS / 1e6, within(1e-6));
    assertThat(quantity(bill, "Kinesis", "retention over 24 h")).isEqualTo(4 * 730);
  }

  @Test
  void givenTwoKpusWhenBilledThenOneMoreIsBilledForOrchestration() {
    List<CostItem> bill = MonthlyCost.ours(WORKLOAD, PRICES);
    assertThat(quantity(bill, "Flink", "KPUs and orchestration")).isEqualTo(3 * 730);
    assertThat(quantity(bill, "Flink", "running storage")).isEqualTo(100);
  }

  @Test
  void givenTwelveMonthsWhenTheLakeIsBilledThenTheirStorageIsBilled() {
    assertThat(quantity(MonthlyCost.ours(WORKLOAD, PRICES), "S3", "lake"))
        .isCloseTo(12 * 0.2 * EVENTS * 512 / GB, within(1e-6));
  }

  @Test
  void givenProjectionWhenBilledThenNoCrawlerIsBilled() {
    Workload projected = new Workload(1000, 512, 1, 0, 48, 2, 30, 12, false);
    assertThat(MonthlyCost.ours(projected, PRICES))
        .noneMatch(item -> item.what().equals("crawlers"));
    assertThat(MonthlyCost.ours(WORKLOAD, PRICES)).anyMatch(item -> item.what().equals("crawlers"));
  }

  @Test
  void givenABillWhenSummedThenTheTotalIsQuantityTimesPricePerLine() {
    List<CostItem> bill =
        List.of(
            new CostItem("a", "b", 3, new PriceList.Price(0.5, "x")),
            new CostItem("c", "d", 10, new PriceList.Price(0.25, "y")));
    assertThat(MonthlyCost.total(bill)).isEqualTo(4.0);
  }

  @Test
  void givenAPriceListWithoutAPriceWhenUsedThenTheMessageHasItsName(@TempDir Path folder)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("prices.json"),
            """
            {"region": "r", "currency": "USD", "asOf": "2025-11", "source": "s", "prices": {},
             "assumptions": {"hoursPerMonth": {"value": 730, "why": "w"}}}
            """);
    PriceList list = PriceList.read(file);
    assertThatThrownBy(() -> MonthlyCost.ours(WORKLOAD, list))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("kinesis.onDemand.streamHour")
        .hasMessageContaining("--show-prices");
  }

  @Test
  void givenAFileOfAnotherFormatWhenReadThenTheMessageNamesTheFile(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("prices.json"), "{\"kinesis\": 1}");
    assertThatThrownBy(() -> PriceList.read(file))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void givenANegativeRateWhenCreatedThenItIsRejected() {
    assertThatThrownBy(() -> new Workload(-1, 512, 1, 0, 24, 1, 30, 12, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("eventsPerSecond is -1.0");
  }

  private static double quantity(List<CostItem> bill, String service, String what) {
    return bill.stream()
        .filter(item -> item.service().equals(service) && item.what().equals(what))
        .mapToDouble(CostItem::quantity)
        .sum();
  }
}
