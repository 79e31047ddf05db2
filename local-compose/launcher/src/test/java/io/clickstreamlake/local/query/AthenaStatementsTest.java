package io.clickstreamlake.local.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AthenaStatementsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "select count(*) from click_events where comment = 'DELETE'",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH a AS (SELECT 1 x) SELECT x FROM a",
        "VALUES 1, 2",
        "TABLE click_events",
        "INSERT INTO t SELECT 1",
        "CREATE TABLE t AS SELECT 1 x",
        "CREATE TABLE IF NOT EXISTS t WITH (format = 'PARQUET') AS SELECT 1 x",
        "CREATE VIEW v AS SELECT 1 x",
        "CREATE OR REPLACE VIEW v AS SELECT 1 x",
        "DROP VIEW IF EXISTS v",
        "SHOW TABLES",
        "SHOW CREATE TABLE click_events",
        "SHOW CREATE VIEW sessions",
        "SHOW COLUMNS FROM click_events",
        "DESCRIBE click_events",
        "DESC click_events",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE VERBOSE SELECT 1",
        "EXPLAIN (TYPE DISTRIBUTED, FORMAT JSON) SELECT 1",
        "EXPLAIN (SELECT 1)",
        "PREPARE p FROM SELECT ?",
        "EXECUTE p USING 1",
        "DEALLOCATE PREPARE p",
        "/* DELETE */ -- DELETE\n SELECT 1",
        "SHOW DATABASES",
        "CREATE EXTERNAL TABLE t (a string) LOCATION 's3://raw/t/'",
        "DROP TABLE IF EXISTS t",
        "MSCK REPAIR TABLE click_events",
        "SHOW PARTITIONS click_events",
        "ALTER TABLE t ADD COLUMNS (a string)",
        "ALTER TABLE t ADD IF NOT EXISTS PARTITION (day = '1')",
        "ALTER TABLE t DROP PARTITION (day = '1')",
        "ALTER TABLE a.t SET TBLPROPERTIES ('a' = 'b')",
        "CREATE DATABASE d",
        "DROP DATABASE d CASCADE"
      })
  void givenStatementThatAthenaAcceptsWhenCheckedThenItPasses(String sql) {
    assertThatCode(() -> check(sql)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DELETE FROM click_events                     | DELETE               | CREATE TABLE … AS SELECT
          delete from click_events where year = '2026' | DELETE               | DROP PARTITION
          UPDATE t SET a = 1                           | UPDATE               | CREATE TABLE … AS SELECT
          MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE | MERGE  | CREATE TABLE … AS SELECT
          TRUNCATE TABLE t                             | TRUNCATE             | DROP TABLE
          OPTIMIZE t REWRITE DATA USING BIN_PACK       | OPTIMIZE             | Iceberg
          VACUUM t                                     | VACUUM               | Iceberg
          GRANT SELECT ON t TO USER u                  | GRANT                | IAM
          REVOKE SELECT ON t FROM USER u               | REVOKE               | IAM
          DENY SELECT ON t TO USER u                   | DENY                 | IAM
          CREATE ROLE r                                | CREATE ROLE          | IAM
          DROP ROLE r                                  | DROP ROLE            | IAM
          SET ROLE r                                   | SET ROLE             | IAM
          SHOW CURRENT ROLES                           | SHOW CURRENT         | IAM
          SHOW GRANTS ON TABLE t                       | SHOW GRANTS          | IAM
          CALL system.sync_partition_metadata('a', 'b', 'FULL') | CALL        | MSCK REPAIR TABLE
          SET SESSION a.b = 1                          | SET                  | DATABASE.TABLE
          SET TIME ZONE 'UTC'                          | SET                  | statement itself
          RESET SESSION a.b                            | RESET                | statement itself
          USE clickstream                              | USE                  | DATABASE.TABLE
          START TRANSACTION                            | START                | on its own
          COMMIT                                       | COMMIT               | on its own
          ROLLBACK                                     | ROLLBACK             | on its own
          ANALYZE t                                    | ANALYZE              | Glue
          SHOW STATS FOR t                             | SHOW STATS           | count(*)
          COMMENT ON TABLE t IS 'a'                    | COMMENT              | contract
          CREATE MATERIALIZED VIEW v AS SELECT 1       | CREATE MATERIALIZED  | CREATE VIEW
          CREATE OR REPLACE MATERIALIZED VIEW v AS SELECT 1 | CREATE OR REPLACE MATERIALIZED | CREATE VIEW
          REFRESH MATERIALIZED VIEW v                  | REFRESH              | no materialized views
          CREATE TABLE t (a varchar)                   | CREATE TABLE         | CREATE EXTERNAL TABLE
          CREATE TABLE t (LIKE u)                      | CREATE TABLE         | CREATE EXTERNAL TABLE
          CREATE TABLE t (a string) LOCATION 's3://raw/t/' | CREATE TABLE     | CREATE EXTERNAL TABLE
          CREATE OR REPLACE TABLE t AS SELECT 1 x      | CREATE OR REPLACE TABLE | AS SELECT
          INSERT OVERWRITE t SELECT 1                  | INSERT OVERWRITE     | INSERT INTO
          ALTER TABLE t ADD COLUMN a varchar           | ALTER TABLE … ADD COLUMN | ADD COLUMNS
          ALTER TABLE a.t DROP COLUMN a                | ALTER TABLE … DROP COLUMN | view
          ALTER TABLE a.b.t RENAME COLUMN a TO b       | ALTER TABLE … RENAME COLUMN | view
          ALTER TABLE t RENAME TO u                    | ALTER TABLE … RENAME TO | LOCATION
          ALTER TABLE t EXECUTE optimize               | ALTER TABLE … EXECUTE | large files
          ALTER TABLE t SET PROPERTIES a = 1           | ALTER TABLE … SET PROPERTIES | TBLPROPERTIES
          ALTER TABLE t SET AUTHORIZATION u            | ALTER TABLE … SET AUTHORIZATION | IAM
          ALTER VIEW v RENAME TO w                     | ALTER VIEW           | It accepts SELECT
          ALTER SCHEMA s RENAME TO t                   | ALTER SCHEMA         | It accepts SELECT
          DESCRIBE INPUT p                             | DESCRIBE INPUT       | does not have it
          EXPLAIN DELETE FROM t                        | DELETE               | CREATE TABLE … AS SELECT
          EXPLAIN ANALYZE DELETE FROM t                | DELETE               | CREATE TABLE … AS SELECT
          EXPLAIN (FORMAT JSON) DELETE FROM t          | DELETE               | CREATE TABLE … AS SELECT
          PREPARE p FROM DELETE FROM t                 | DELETE               | CREATE TABLE … AS SELECT
          /* a */ DELETE /* b */ FROM t                | DELETE               | CREATE TABLE … AS SELECT
          SELEC 1                                      | SELEC                | It accepts SELECT
          """)
  void givenStatementThatAthenaRefusesWhenCheckedThenTheMessageNamesItAndTheWayOut(
      String sql, String statement, String wayOut) {
    assertThatThrownBy(() -> check(sql))
        .isInstanceOf(SqlSyntaxException.class)
        .hasMessageContaining("Athena refuses " + statement)
        .hasMessageContaining(wayOut)
        .hasMessageEndingWith(".");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t REPLACE COLUMNS (a string)",
        "ALTER TABLE t CHANGE COLUMN a b string",
        "ALTER TABLE t PARTITION (day = '1') RENAME TO PARTITION (day = '2')",
        "ALTER TABLE t SET LOCATION 's3://raw/t/'"
      })
  void givenAlterationOfAthenaThatThisMachineLacksWhenCheckedThenTheMessageSaysSo(String sql) {
    assertThatThrownBy(() -> check(sql))
        .hasMessageContaining("this machine does not run ALTER TABLE … ")
        .hasMessageContaining("drop the table and create it again");
  }

  @Test
  void givenRefusedStatementOfAFileWhenCheckedThenTheMessageHasItsPlace() {
    assertThatThrownBy(
            () -> AthenaStatements.requireAccepted(SqlLexer.tokens("EXPLAIN\n  DELETE FROM t", 7)))
        .isInstanceOfSatisfying(
            SqlSyntaxException.class,
            e -> {
              assertThat(e.line()).isEqualTo(8);
              assertThat(e.column()).isEqualTo(3);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SHOW DATABASES                    | SHOW SCHEMAS
          /* a */ show databases LIKE 'c%'  | /* a */ show SCHEMAS LIKE 'c%'
          SHOW TABLES LIKE 'DATABASES'      | SHOW TABLES LIKE 'DATABASES'
          SELECT 1 AS databases             | SELECT 1 AS databases
          """)
  void givenStatementWhenTranslatedThenOnlyShowDatabasesChanges(String sql, String trino) {
    assertThat(AthenaStatements.forTrino(sql, SqlLexer.tokens(sql, 1))).isEqualTo(trino);
  }

  /** As a session does: Hive DDL is parsed first. */
  private static void check(String sql) {
    if (HiveDdlParser.parse(sql, 1).isEmpty()) {
      AthenaStatements.requireAccepted(SqlLexer.tokens(sql, 1));
    }
  }
}
