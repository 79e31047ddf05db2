package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.storage.LocalAws;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;

/** A change of the columns while events are in flight, on a table with files and partitions. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SchemaChangeIT {

  /** The last column of the contract. The catalog loses it, as if it were of an older version. */
  private static final String NEW_IN_CONTRACT = "utm_marketing_tactic";

  private static final String LINK = "https://shop.example/?utm_marketing_tactic=remarketing";

  @TempDir static Path folder;

  @Test
  @Order(1)
  void givenNewColumnsWhenRestartedThenAValueIsInItsColumnOrInPropertiesAndNoneIsLost()
      throws Exception {
    SharedStack.get();
    SharedStack.send(events("old", 200));
    SharedStack.awaitAllAccounted();
    dropFromCatalog(NEW_IN_CONTRACT);
    SharedStack.send(events("flight", 300));
    // No wait: some events are in the stream, some in the job, some in open files.

    SharedStack.restart(Map.of("parse.mapping", mapping("string")));
    SharedStack.send(events("new", 400));
    SharedStack.awaitAllAccounted();

    assertThat(answers()).isEqualTo(expected());
    projection("true");
    try {
      assertThat(answers()).isEqualTo(expected());
    } finally {
      projection("false");
    }
    assertThat(
            query(
                "SELECT count(utm_marketing_tactic) FROM click_events WHERE event_id LIKE"
                    + " 'schema-new-%'"))
        .isEqualTo(List.of(List.of(400L)));
  }

  @Test
  @Order(2)
  void givenAColumnWithAnotherTypeWhenRestartedThenItIsRefusedAndThePreviousMappingContinues()
      throws Exception {
    String changed = mapping("bigint");

    assertThatThrownBy(() -> SharedStack.restart(Map.of("parse.mapping", changed)))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("click_events.tier: the type cannot change from string to bigint")
        .hasMessageContaining("Nothing was changed");

    SharedStack.start(Map.of("parse.mapping", mapping("string")));
    SharedStack.send(events("last", 100));
    SharedStack.awaitAllAccounted();
    assertThat(
            query(
                "SELECT count(*), count(DISTINCT event_id), count(tier) FROM click_events WHERE"
                    + " event_id LIKE 'schema-last-%'"))
        .isEqualTo(List.of(List.of(100L, 100L, 100L)));
  }

  /** Rows, distinct ids, and rows with the value in exactly one place; then per group. */
  private static List<List<Object>> answers() {
    List<List<Object>> answers =
        new ArrayList<>(
            query(
                "SELECT count(*), count(DISTINCT event_id), count_if((coalesce(tier, '') = 'gold')"
                    + " <> (coalesce(element_at(properties, 'tier'), '') = 'gold')) FROM"
                    + " click_events WHERE event_id LIKE 'schema-%'"));
    answers.addAll(
        query(
            "SELECT split_part(event_id, '-', 2), count(tier), count(element_at(properties,"
                + " 'tier')), count(DISTINCT year || month || day) FROM click_events WHERE event_id"
                + " LIKE 'schema-old-%' OR event_id LIKE 'schema-new-%' GROUP BY 1 ORDER BY 1"));
    return answers;
  }

  private static List<List<Object>> expected() {
    return List.of(
        List.of(900L, 900L, 900L), List.of("new", 400L, 0L, 1L), List.of("old", 0L, 200L, 1L));
  }

  private static List<List<Object>> query(String sql) {
    return SharedStack.client().query(sql).rows();
  }

  /** The default mapping with a custom column. */
  private static String mapping(String type) throws Exception {
    Path shipped = SharedStack.ROOT.resolve("flink-app/src/main/resources/mappings/default.yaml");
    return Files.writeString(
            folder.resolve("mapping-" + type + ".yaml"),
            Files.readString(shipped)
                + "\ncustom_columns:\n  - {name: tier, type: "
                + type
                + ", comment: Tier of the customer, paths: [$.tier]}\n")
        .toString();
  }

  private static void dropFromCatalog(String column) {
    try (GlueClient glue = LocalAws.glue(SharedStack.client().endpoint(Service.CATALOG))) {
      Table table =
          glue.getTable(r -> r.databaseName(LocalStackSettings.DATABASE).name("click_events"))
              .table();
      glue.updateTable(
          r ->
              r.databaseName(LocalStackSettings.DATABASE)
                  .tableInput(
                      t ->
                          t.name(table.name())
                              .tableType(table.tableType())
                              .parameters(table.parameters())
                              .partitionKeys(table.partitionKeys())
                              .storageDescriptor(without(column, table.storageDescriptor()))));
      glue.getPartitions(r -> r.databaseName(LocalStackSettings.DATABASE).tableName("click_events"))
          .partitions()
          .forEach(
              partition ->
                  glue.updatePartition(
                      r ->
                          r.databaseName(LocalStackSettings.DATABASE)
                              .tableName("click_events")
                              .partitionValueList(partition.values())
                              .partitionInput(
                                  p ->
                                      p.values(partition.values())
                                          .storageDescriptor(
                                              without(column, partition.storageDescriptor())))));
    }
  }

  private static StorageDescriptor without(String column, StorageDescriptor storage) {
    List<Column> columns =
        storage.columns().stream().filter(each -> !each.name().equals(column)).toList();
    assertThat(columns).hasSize(storage.columns().size() - 1);
    return storage.toBuilder().columns(columns).build();
  }

  /** Whether the engine computes the partitions, instead of reading them from the catalog. */
  private static void projection(String enabled) {
    SharedStack.client()
        .query(
            "ALTER TABLE click_events SET TBLPROPERTIES ('projection.enabled'='"
                + enabled
                + "', 'projection.year.type'='integer', 'projection.year.range'='2020,2099',"
                + " 'projection.month.type'='integer',"
                + " 'projection.month.range'='1,12', 'projection.month.digits'='2',"
                + " 'projection.day.type'='integer', 'projection.day.range'='1,31',"
                + " 'projection.day.digits'='2')");
  }

  private static List<String> events(String name, int count) {
    List<String> events = new ArrayList<>();
    Instant now = Instant.now();
    for (int i = 0; i < count; i++) {
      events.add(
          ("{\"event_id\":\"schema-%s-%d\",\"event_type\":\"page_view\",\"event_time\":\"%s\","
                  + "\"tier\":\"gold\",\"page_url\":\"%s\"}")
              .formatted(name, i, now, LINK));
    }
    return events;
  }
}
