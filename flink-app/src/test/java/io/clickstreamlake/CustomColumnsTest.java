package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobOptions;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the job with custom columns; DuckDB reads the files. */
class CustomColumnsTest {

  private static final String COLUMNS =
      String.join(
          "\n",
          "columns:",
          "  event_id: [$.id]",
          "  event_type: [$.type]",
          "  event_time: [$.at]",
          "custom_columns:",
          "  - {name: tier, type: string, comment: Tier of the customer, paths: [$.user.tier, $.tier]}",
          "  - {name: device, type: string, redact: id, paths: [$.device]}",
          "  - {name: landing, type: string, redact: url, paths: [$.landing]}",
          "  - {name: secret, type: string, paths: [$.secret]}",
          "  - {name: is_new, type: boolean, paths: [$.is_new]}",
          "  - {name: age_days, type: int, paths: [$.age]}",
          "  - {name: points, type: bigint, paths: [$.points]}",
          "  - {name: score, type: double, paths: [$.score]}",
          "  - {name: basket, type: 'decimal(12,2)', paths: [$.basket]}",
          "  - {name: first_seen, type: timestamp, paths: [$.first_seen]}",
          "");

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(JobOptions.SinkType.class)
  void givenCustomColumnsOfEachTypeWhenTheJobRunsThenAValueIsInItsColumnOrInProperties(
      JobOptions.SinkType sink) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("sink.type", sink.name());
    settings.put("privacy.fields", "secret:drop");
    settings.put("quality.rules", "[{name: young, column: age_days, min: 10, action: flag}]");
    String filled =
        "'user':{'tier':'gold'},'tier':'silver','device':'d-1','secret':'s','is_new':true,"
            + "'landing':'https://shop.example/?mail=ann@mail.example','age':7,"
            + "'points':9007199254740993,'score':0.5,'basket':12.345,"
            + "'first_seen':'2026-01-02T03:04:05.678Z'";
    run(
        COLUMNS,
        settings,
        event(1, filled),
        event(
            2,
            "'tier':'call +49 30 1234567','age':'unknown','basket':'1e99','points':{'a':1},"
                + "'is_new':'yes','first_seen':'never'"),
        event(1, "'sentAt':'2026-01-02T03:04:06Z'," + filled));

    List<List<Object>> rows =
        query(
            "select tier, device, landing, secret, is_new, age_days, points, score, basket,"
                + " epoch_ms(first_seen), list_sort(map_entries(properties))::varchar, list_sort(quality_flags)::varchar"
                + " from $table order by event_id");

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0))
        .isEqualTo(
            List.of(
                "gold",
                "d-1",
                "https://shop.example/?mail=[redacted]",
                "NULL",
                true,
                7,
                9007199254740993L,
                0.5,
                new BigDecimal("12.34"),
                Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli(),
                "[{'key': basket, 'value': 12.345}, {'key': tier, 'value': silver}]",
                "[basket_rounded, young]"));
    assertThat(rows.get(1).subList(1, 10)).containsOnly("NULL");
    assertThat((String) rows.get(1).get(0)).doesNotContain("1234567");
    assertThat(rows.get(1).get(10))
        .isEqualTo(
            "[{'key': age, 'value': unknown}, {'key': basket, 'value': 1e99}, "
                + "{'key': first_seen, 'value': never}, {'key': is_new, 'value': yes}, "
                + "{'key': points.a, 'value': 1}]");
    assertThat(rows.get(1).get(11))
        .isEqualTo(
            "[age_days_invalid, basket_invalid, first_seen_invalid, is_new_invalid,"
                + " points_invalid]");
    assertThat(new LakeFolder(folder.resolve("lake")).ledger())
        .isEqualTo(Map.of("received", 3L, "written", 2L, "duplicate", 1L, "flagged", 2L));
  }

  @Test
  void givenTextThatIsPersonalDataByItsPathWhenTheJobRunsThenItIsRedacted() throws Exception {
    String mapping =
        "columns: {event_id: [$.id], event_type: [$.type], event_time: [$.at]}\n"
            + "custom_columns:\n"
            + "  - {name: contact, type: string, paths: [$.customer.password]}\n";

    run(mapping, Map.of(), event(1, "'customer':{'password':'tulip'}"));

    assertThat(query("select contact from $table")).containsExactly(List.of("[redacted]"));
  }

  @Test
  void givenTwoHundredCustomColumnsWhenTheJobRunsThenEachHasItsValues() throws Exception {
    StringBuilder mapping = new StringBuilder(COLUMNS.substring(0, COLUMNS.indexOf("custom_")));
    mapping.append("custom_columns:\n");
    StringBuilder fields = new StringBuilder("'x':0");
    StringBuilder sum = new StringBuilder("0");
    for (int i = 0; i < 200; i++) {
      mapping.append(String.format("  - {name: own_%d, type: bigint, paths: [$.own.f%d]}%n", i, i));
      fields.append(i == 0 ? ",'own':{" : ",").append(String.format("'f%d':%d", i, i * i));
      sum.append(String.format(" + (own_%d = %d)::int", i, i * i));
    }

    run(mapping.toString(), Map.of(), event(1, fields + "}"), event(2, fields + "}"));

    assertThat(query("select " + sum + ", properties::varchar from $table"))
        .containsExactly(List.of(200, "{x=0}"), List.of(200, "{x=0}"));
  }

  private static String event(int id, String fields) {
    return ("{'id':'e" + id + "','type':'page_view','at':'2026-11-20T10:15:30Z'," + fields + "}")
        .replace('\'', '"');
  }

  private void run(String mapping, Map<String, String> overrides, String... events)
      throws Exception {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.put(
        "parse.mapping", Files.writeString(folder.resolve("mapping.yaml"), mapping).toString());
    JobRun.over(folder.resolve("lake"), settings, List.of(events));
  }

  private List<List<Object>> query(String sql) throws Exception {
    return JobRun.query(folder.resolve("lake"), "click_events", sql);
  }
}
