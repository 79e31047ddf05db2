package io.clickstreamlake.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsHistoryTest {

  private static final Instant MORNING = Instant.parse("2026-01-31T08:00:00Z");

  private static final int KEPT = 5;

  @TempDir Path lake;

  @Test
  void givenTheFirstStartWhenRecordedThenThereIsARecordAndNoChange() throws Exception {
    SettingsRecord first = start(MORNING, Map.of());

    assertThat(first.changes).isEmpty();
    assertThat(records())
        .singleElement()
        .satisfies(
            record ->
                assertThat(record.getFileName().toString())
                    .matches("20260131T080000\\.000Z-[0-9a-f]{8}\\.json"));
    assertThat(Files.readAllBytes(records().get(0))).isEqualTo(first.toBytes());
  }

  @Test
  void givenStartsWithAndWithoutChangesWhenRecordedThenEachChangeHasARecordThatStays()
      throws Exception {
    start(MORNING, Map.of());
    start(MORNING.plusSeconds(60), Map.of("privacy.fields", "user_id:drop"));
    Path second = records().get(1);
    byte[] written = Files.readAllBytes(second);
    start(MORNING.plusSeconds(120), Map.of("privacy.fields", "user_id:drop"));
    SettingsRecord last = start(MORNING.plusSeconds(180), Map.of("late.after", "2 h"));

    assertThat(records()).hasSize(3);
    assertThat(Files.readAllBytes(second)).as("records are never changed").isEqualTo(written);
    assertThat(last.changes)
        .extracting(change -> change.name)
        .containsExactly("late.after", "privacy.fields");
  }

  @Test
  void givenAChangeWhenCountedThenTheGaugeReportsItForAnHourAlsoAfterFurtherStarts()
      throws Exception {
    start(MORNING, Map.of("privacy.fields", "user_id:drop"));
    start(MORNING.plusSeconds(60), Map.of("roll.interval", "5 min", "late.after", "2 h"));
    start(MORNING.plusSeconds(120), Map.of("roll.interval", "5 min", "late.after", "2 h"));

    Gauge<Long> gauge = gauge(MORNING.plusSeconds(180));
    assertThat(gauge.getValue())
        .as("late.after and privacy.fields, but not roll.interval")
        .isEqualTo(2);
    SettableClock.now = MORNING.plusSeconds(60).plus(Duration.ofHours(1));
    assertThat(gauge.getValue()).isZero();
  }

  @Test
  void givenChangesAtTwoStartsWithinAnHourWhenCountedThenTheGaugeHasBothUntilEachIsAnHourOld()
      throws Exception {
    start(MORNING, Map.of());
    start(MORNING.plusSeconds(60), Map.of("late.after", "2 h"));
    start(MORNING.plusSeconds(120), Map.of("late.after", "2 h", "dedup.window", "2 h"));

    Gauge<Long> gauge = gauge(MORNING.plusSeconds(180));
    assertThat(gauge.getValue()).isEqualTo(2);
    SettableClock.now = MORNING.plusSeconds(60).plus(Duration.ofHours(1));
    assertThat(gauge.getValue()).isEqualTo(1);
    assertThat(gauge(MORNING.plusSeconds(90).plus(Duration.ofHours(1))).getValue()).isEqualTo(1);
  }

  @Test
  void givenADamagedRecordWhenStartedThenTheOneBeforeItIsCompared() throws Exception {
    start(MORNING, Map.of());
    start(MORNING.plusSeconds(60), Map.of("late.after", "2 h"));
    Files.writeString(records().get(1), "{\"since\": ");

    SettingsRecord third = start(MORNING.plusSeconds(120), Map.of("late.after", "3 h"));

    assertThat(third.changes)
        .extracting(SettingChange::toString)
        .containsExactly(
            "{\"name\":\"late.after\",\"effect\":\"ROWS\",\"before\":\"1 h\",\"after\":\"3 h\","
                + "\"weakens\":[]}");
  }

  @Test
  void givenMoreChangesThanRecordsAreKeptWhenStartedThenTheOldestAreDeleted() throws Exception {
    for (int i = 0; i < KEPT + 2; i++) {
      start(MORNING.plusSeconds(i), Map.of("source.retries", Integer.toString(i)));
    }

    assertThat(records()).hasSize(KEPT);
    assertThat(records().get(0).getFileName().toString()).startsWith("20260131T080002.000Z");
  }

  @Test
  void givenAPlaceThatCannotBeWrittenWhenStartedThenTheMessageNamesPlaceAndWayOut()
      throws Exception {
    Files.writeString(lake.resolve("_sink"), "a file where the folder should be");

    assertThatThrownBy(() -> start(MORNING, Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(lake + "/_sink/settings")
        .hasMessageContaining("Check sink.path");
    assertThat(lake.resolve("_sink")).isRegularFile();
  }

  private SettingsRecord start(Instant time, Map<String, String> texts) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "source.stream", "clicks",
                "source.region", "us-east-1",
                "sink.path", lake.toString()));
    all.putAll(texts);
    return new SettingsHistory(lake.toString(), Clock.fixed(time, ZoneOffset.UTC), KEPT)
        .start(
            previous ->
                EffectiveSettings.of(
                    JobSettings.of(all),
                    "1.0",
                    2,
                    LakeTable.schemas(EventColumns.CONTRACT),
                    previous));
  }

  private List<Path> records() throws IOException {
    try (Stream<Path> files = Files.list(lake.resolve("_sink/settings"))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** The gauge of a start at a time, after it was serialized with the job. */
  private Gauge<Long> gauge(Instant started) throws Exception {
    SettableClock.now = started;
    return InstantiationUtil.deserializeObject(
        InstantiationUtil.serializeObject(
            SettingChangeGauge.of(
                new SettingsHistory(lake.toString(), new SettableClock(), KEPT),
                new SettableClock())),
        SettingsHistoryTest.class.getClassLoader());
  }

  /** Every copy has the same time, also one that was serialized. */
  private static final class SettableClock extends Clock implements Serializable {

    private static Instant now = MORNING;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
