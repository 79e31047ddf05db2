package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.query.QueryResult;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Athena's DDL on the catalog, and the rows that Trino then reads. */
class SqlIT {

  private static final String ORDERS =
      """
      CREATE EXTERNAL TABLE scratch.orders (
        `id` string,
        `total` decimal(12,2),
        `lines` array<struct<sku:string,pieces:int>>,
        `tags` map<string,string>
      )
      PARTITIONED BY (`day` string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
      LOCATION 's3://raw/orders/'
      """;

  private final StackClient stack = SharedStack.client();

  @BeforeEach
  void createDatabase() {
    stack.query("CREATE DATABASE scratch COMMENT 'of a test'");
  }

  @AfterEach
  void dropDatabase() {
    stack.query("DROP DATABASE IF EXISTS scratch CASCADE");
    try (S3Client s3 = LocalAws.s3(stack.endpoint(Service.S3))) {
      for (String day : List.of("01", "02")) {
        s3.deleteObject(r -> r.bucket("raw").key("orders/day=" + day + "/a.json"));
      }
    }
  }

  @Test
  void givenFilesWhenTheTableIsRepairedThenTheirRowsAreReadWithNestedValues() {
    stack.query(ORDERS);
    put(
        "01",
        "{\"id\":\"a\",\"total\":12.50,\"lines\":[{\"sku\":\"x\",\"pieces\":2}],\"tags\":{\"k\":\"v\"}}");
    put("02", "{\"id\":\"b\",\"total\":1}\n{\"id\":\"c\"}");
    assertThat(count()).isZero();

    QueryResult repaired = stack.query("MSCK REPAIR TABLE scratch.orders");

    assertThat(repaired.rows()).containsExactly(List.of("orders/day=01"), List.of("orders/day=02"));
    assertThat(count()).isEqualTo(3);
    QueryResult row =
        stack.query("SELECT total, lines, tags, day FROM scratch.orders WHERE id = 'a'");
    assertThat(row.rows())
        .containsExactly(
            List.of(
                new BigDecimal("12.50"),
                List.of(Map.of("sku", "x", "pieces", 2)),
                Map.of("k", "v"),
                "01"));
    assertThat(stack.query("SELECT count(*) FROM scratch.orders WHERE day = '02'").singleLong())
        .isEqualTo(2);
  }

  @Test
  void givenPartitionsWhenAddedAndDroppedByHandThenOnlyTheirRowsAreRead() {
    stack.query(ORDERS);
    put("01", "{\"id\":\"a\"}");
    put("02", "{\"id\":\"b\"}");

    stack.query("ALTER TABLE scratch.orders ADD PARTITION (day='02')");
    assertThat(count()).isEqualTo(1);
    stack.query("ALTER TABLE scratch.orders ADD IF NOT EXISTS PARTITION (day='02')");
    assertThatThrownBy(() -> stack.query("ALTER TABLE scratch.orders ADD PARTITION (day='02')"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("already exists");
    assertThatThrownBy(() -> stack.query("ALTER TABLE scratch.orders ADD PARTITION (hour='02')"))
        .hasMessageContaining("The partition keys of orders are day");
    assertThat(stack.query("SHOW PARTITIONS scratch.orders").rows())
        .containsExactly(List.of("day=02"));

    stack.query("ALTER TABLE scratch.orders DROP PARTITION (day='02')");
    assertThat(count()).isZero();
  }

  @Test
  void givenColumnAddedLaterWhenQueriedThenItIsNullInOldFiles() {
    stack.query(ORDERS);
    put("01", "{\"id\":\"a\"}");

    stack.query("ALTER TABLE scratch.orders ADD COLUMNS (`note` string)");
    stack.query("MSCK REPAIR TABLE scratch.orders");

    assertThat(stack.query("SELECT id FROM scratch.orders WHERE note IS NULL").singleValue())
        .isEqualTo("a");
  }

  @Test
  void givenStatementsOfTrinoWhenRunThenTrinoExecutesThem() {
    stack.query(ORDERS);
    stack.query("CREATE OR REPLACE VIEW scratch.ids AS SELECT id FROM scratch.orders");

    assertThat(stack.query("SHOW DATABASES LIKE 'scratch'").rows())
        .containsExactly(List.of("scratch"));
    assertThat(stack.query("SHOW TABLES FROM scratch").rows())
        .containsExactly(List.of("ids"), List.of("orders"));
    assertThat(stack.query("SELECT TIMESTAMP '2026-01-31 12:00:00.123'").singleValue())
        .isEqualTo("2026-01-31 12:00:00.123");
    assertThat(stack.query("SELECT current_timezone()").singleValue()).isEqualTo("UTC");
    stack.query("DROP VIEW scratch.ids");
  }

  @Test
  void givenDeleteWhenRunThenItIsRefusedAndThePartitionsStay() {
    stack.query(ORDERS);
    put("01", "{\"id\":\"a\"}");
    stack.query("MSCK REPAIR TABLE scratch.orders");

    assertThatThrownBy(() -> stack.query("DELETE FROM scratch.orders"))
        .hasMessageContaining("line 1, column 1: Athena refuses DELETE");

    assertThat(count()).isEqualTo(1);
    assertThat(stack.query("SHOW PARTITIONS scratch.orders").rows())
        .containsExactly(List.of("day=01"));
  }

  @Test
  void givenPreparedStatementWhenExecutedInTheSessionThenItHasItsParameters() {
    assertThat(stack.query("PREPARE twice FROM SELECT 2 * ?").message()).isEqualTo("PREPARE");
    assertThat(stack.query("EXECUTE twice USING 21").singleLong()).isEqualTo(42);
    stack.query("DEALLOCATE PREPARE twice");
    assertThatThrownBy(() -> stack.query("EXECUTE twice USING 21"))
        .hasMessageContaining("Prepared statement not found: twice");
  }

  @Test
  void givenQueryIntoATableWhenRunThenTheMessageHasTheNumberOfRows() {
    stack.query("CREATE DATABASE scratch_ctas LOCATION 's3://athena-results/scratch_ctas/'");
    try {
      assertThat(stack.query("CREATE TABLE scratch_ctas.numbers AS SELECT 1 n").message())
          .isEqualTo("CREATE TABLE: 1 row");
      assertThat(stack.query("INSERT INTO scratch_ctas.numbers VALUES 2, 3").message())
          .isEqualTo("INSERT: 2 rows");
      assertThat(stack.query("SELECT sum(n) FROM scratch_ctas.numbers").singleLong()).isEqualTo(6);
    } finally {
      stack.query("DROP DATABASE scratch_ctas CASCADE");
      removeFiles("athena-results", "scratch_ctas/");
    }
  }

  @Test
  void givenErrorsWhenRunThenTheMessageIsThatOfTheEngine() {
    assertThatThrownBy(() -> stack.query("SELECT nothing FROM click_events"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("Column 'nothing' cannot be resolved");
    assertThatThrownBy(() -> stack.query("MSCK REPAIR TABLE scratch.none"))
        .hasMessage("There is no table none in database scratch.");
    stack.query(ORDERS);
    assertThatThrownBy(() -> stack.query(ORDERS)).hasMessageContaining("already exists");
    assertThatThrownBy(() -> stack.query("DROP DATABASE scratch"))
        .hasMessageContaining("has tables");
  }

  @Test
  void givenTheJdbcUrlOfTheReadmeWhenConnectedThenTheTablesAreThere()
      throws IOException, SQLException {
    String readme = Files.readString(SharedStack.ROOT.resolve("local-compose/README.md"));
    Matcher url = Pattern.compile("`(jdbc:trino://127.0.0.1:)8080(/[^`]+)`").matcher(readme);
    assertThat(url.find()).isTrue();

    try (Connection connection =
            DriverManager.getConnection(
                url.group(1) + stack.endpoint(Service.TRINO).getPort() + url.group(2));
        ResultSet tables = connection.createStatement().executeQuery("SHOW TABLES LIKE 'ledger'")) {
      assertThat(tables.next()).isTrue();
    }
  }

  @Test
  void givenErrorInAFileWhenRunThenItsLineIsThatOfTheFile() {
    assertThatThrownBy(
            () -> stack.sql().execute(new SqlScript.Statement("SELECT 1,\n  nothing", 10)))
        .hasMessageContaining("line 11:3: Column 'nothing' cannot be resolved");
  }

  private void removeFiles(String bucket, String prefix) {
    try (S3Client s3 = LocalAws.s3(stack.endpoint(Service.S3))) {
      s3.listObjectsV2(r -> r.bucket(bucket).prefix(prefix))
          .contents()
          .forEach(object -> s3.deleteObject(r -> r.bucket(bucket).key(object.key())));
    }
  }

  private long count() {
    return stack.query("SELECT count(*) FROM scratch.orders").singleLong();
  }

  private void put(String day, String lines) {
    try (S3Client s3 = LocalAws.s3(stack.endpoint(Service.S3))) {
      s3.putObject(
          r -> r.bucket("raw").key("orders/day=" + day + "/a.json"), RequestBody.fromString(lines));
    }
  }
}
