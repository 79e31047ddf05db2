package io.clickstreamlake.local.query;

import io.clickstreamlake.local.query.SqlToken.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The list of statements that Athena accepts on external tables of files. Trino accepts more, and a
 * statement that works on this machine only would fail, or do something else, on AWS.
 *
 * <p>Source: "SQL reference for Athena" in the Athena user guide, with "Unsupported DDL" and
 * "Considerations and limitations for SQL queries".
 */
final class AthenaStatements {

  private static final String ICEBERG_ONLY =
      "Athena runs it on Iceberg tables only, and the tables of the lake are external tables of"
          + " files";

  private static final String REPLACE_ROWS =
      "Rows of a file cannot be changed: write the rows that you want to keep to a new table with"
          + " CREATE TABLE … AS SELECT, or leave rows out with a view";

  private static final String PERMISSIONS =
      "Permissions on AWS are those of IAM and Lake Formation; see terraform/access.tf";

  private static final String NO_SESSION =
      "Athena has no sessions: write DATABASE.TABLE, and values in the statement itself";

  private static final String NO_TRANSACTIONS = "Each statement of Athena is on its own";

  /**
   * A statement that Trino or Hive knows and that is refused.
   *
   * @param words with which it begins
   * @param reason two sentences without final stop: why, and the way out
   */
  private record Refused(List<String> words, String reason) {

    static Refused of(String words, String reason) {
      return new Refused(List.of(words.split(" ")), reason);
    }
  }

  /** Statements that are refused, the more specific ones first. */
  private static final List<Refused> REFUSED =
      List.of(
          Refused.of(
              "DELETE",
              ICEBERG_ONLY
                  + ". "
                  + REPLACE_ROWS
                  + "; old data goes by the bucket's lifecycle rules, and a partition leaves the"
                  + " catalog with ALTER TABLE … DROP PARTITION"),
          Refused.of("UPDATE", ICEBERG_ONLY + ". " + REPLACE_ROWS),
          Refused.of("MERGE", ICEBERG_ONLY + ". " + REPLACE_ROWS),
          Refused.of(
              "TRUNCATE",
              "Athena does not have it. DROP TABLE removes a table from the catalog and keeps its"
                  + " files; delete the files in S3"),
          Refused.of(
              "OPTIMIZE", ICEBERG_ONLY + ". The job writes large files, so nothing needs it"),
          Refused.of("VACUUM", ICEBERG_ONLY + ". The job leaves no old files, so nothing needs it"),
          Refused.of("GRANT", "Athena does not have it. " + PERMISSIONS),
          Refused.of("REVOKE", "Athena does not have it. " + PERMISSIONS),
          Refused.of("DENY", "Athena does not have it. " + PERMISSIONS),
          Refused.of("CREATE ROLE", "Athena does not have it. " + PERMISSIONS),
          Refused.of("DROP ROLE", "Athena does not have it. " + PERMISSIONS),
          Refused.of("SET ROLE", "Athena does not have it. " + PERMISSIONS),
          Refused.of("SHOW ROLES", "Athena does not have it. " + PERMISSIONS),
          Refused.of("SHOW CURRENT", "Athena does not have it. " + PERMISSIONS),
          Refused.of("SHOW ROLE", "Athena does not have it. " + PERMISSIONS),
          Refused.of("SHOW GRANTS", "Athena does not have it. " + PERMISSIONS),
          Refused.of(
              "CALL",
              "Athena has no procedures. MSCK REPAIR TABLE or ./lake crawl adds partitions"),
          Refused.of("SET", NO_SESSION),
          Refused.of("RESET", NO_SESSION),
          Refused.of("USE", NO_SESSION),
          Refused.of("SHOW SESSION", NO_SESSION),
          Refused.of("START", NO_TRANSACTIONS),
          Refused.of("BEGIN", NO_TRANSACTIONS),
          Refused.of("COMMIT", NO_TRANSACTIONS),
          Refused.of("ROLLBACK", NO_TRANSACTIONS),
          Refused.of(
              "ANALYZE",
              "Athena does not have it. On AWS the Glue Data Catalog computes column statistics; no"
                  + " query needs them"),
          Refused.of(
              "SHOW STATS", "Athena does not have it. Use SELECT count(*) or approx_distinct"),
          Refused.of(
              "COMMENT",
              "Athena does not have it. Comments of columns belong to CREATE EXTERNAL TABLE; those of"
                  + " the lake come from the contract"),
          Refused.of(
              "CREATE MATERIALIZED",
              "Athena has no materialized views. Use CREATE VIEW, or CREATE TABLE … AS SELECT"),
          Refused.of(
              "CREATE OR REPLACE MATERIALIZED",
              "Athena has no materialized views. Use CREATE VIEW, or CREATE TABLE … AS SELECT"),
          Refused.of("DROP MATERIALIZED", "Athena has no materialized views"),
          Refused.of("REFRESH", "Athena has no materialized views"),
          Refused.of("ALTER MATERIALIZED", "Athena has no materialized views"),
          Refused.of(
              "CREATE OR REPLACE TABLE",
              "Athena does not have it. Drop the table first, then use CREATE TABLE … AS SELECT"),
          Refused.of(
              "CREATE TEMPORARY", "Athena has no temporary tables and macros. Use WITH, or a view"),
          Refused.of("CREATE FUNCTION", "Athena has no functions of users except Lambda functions"),
          Refused.of("DROP FUNCTION", "Athena has no functions of users except Lambda functions"),
          Refused.of("CREATE CATALOG", "Catalogs of Athena are data sources, outside of SQL"),
          Refused.of("DROP CATALOG", "Catalogs of Athena are data sources, outside of SQL"),
          Refused.of("DESCRIBE INPUT", "Athena does not have it"),
          Refused.of("DESCRIBE OUTPUT", "Athena does not have it"),
          Refused.of("DESCRIBE DATABASE", "Athena does not have it. Use SHOW TABLES"));

  private static final String FILES_ONLY = "Athena runs it on Iceberg tables only";

  /** What may follow ALTER TABLE NAME: reasons for what is refused. */
  private static final List<Refused> REFUSED_ALTERATIONS =
      List.of(
          Refused.of("ADD COLUMN", "Write ADD COLUMNS (NAME TYPE)"),
          Refused.of(
              "DROP COLUMN",
              FILES_ONLY + ". A view can leave the column out, and the files keep its values"),
          Refused.of(
              "RENAME COLUMN",
              "Athena does not have it, and Parquet files are read by the names of columns. A view"
                  + " can rename the column"),
          Refused.of(
              "RENAME TO",
              FILES_ONLY + ". Create a table of the new name with the same LOCATION, or a view"),
          Refused.of("EXECUTE", "Athena does not have it. The job writes large files already"),
          Refused.of("SET PROPERTIES", "Write SET TBLPROPERTIES ('NAME' = 'VALUE')"),
          Refused.of("SET AUTHORIZATION", "Athena does not have it. " + PERMISSIONS),
          Refused.of("SET SERDEPROPERTIES", "Athena does not have it. Create the table again"));

  /** The first words of the statements that run; those of Hive DDL have been parsed before. */
  private static final List<List<String>> ACCEPTED =
      Stream.of(
              "SELECT",
              "WITH",
              "VALUES",
              "TABLE",
              "INSERT INTO",
              "CREATE TABLE",
              "CREATE VIEW",
              "CREATE OR REPLACE VIEW",
              "DROP VIEW",
              "SHOW",
              "DESCRIBE",
              "DESC",
              "EXECUTE",
              "DEALLOCATE PREPARE")
          .map(words -> List.of(words.split(" ")))
          .toList();

  private final List<SqlToken> tokens;

  private AthenaStatements(List<SqlToken> tokens) {
    this.tokens = tokens;
  }

  /**
   * Rejects a statement that Athena does not accept; also one inside EXPLAIN and PREPARE.
   *
   * @throws SqlSyntaxException that names the statement and the way out
   */
  static void requireAccepted(List<SqlToken> tokens) {
    new AthenaStatements(tokens).check(0);
  }

  /** The statement in Trino's words: Athena says DATABASES for what Trino calls SCHEMAS. */
  static String forTrino(String sql, List<SqlToken> tokens) {
    if (!new AthenaStatements(tokens).starts(0, List.of("SHOW", "DATABASES"))) {
      return sql;
    }
    SqlToken word = tokens.get(1);
    return sql.substring(0, word.start()) + "SCHEMAS" + sql.substring(word.end());
  }

  private void check(int from) {
    int at = from;
    while (tokens.get(at).isSymbol('(')) {
      at++; // a query in brackets
    }
    if (tokens.get(at).kind() == Kind.END) {
      return;
    }
    if (starts(at, List.of("EXPLAIN"))) {
      check(afterExplain(at + 1));
      return;
    }
    if (starts(at, List.of("PREPARE"))) {
      check(after(at, "FROM"));
      return;
    }
    for (Refused refused : REFUSED) {
      if (starts(at, refused.words())) {
        throw refuse(at, "Athena refuses " + words(at, refused.words().size()), refused.reason());
      }
    }
    if (starts(at, List.of("ALTER", "TABLE"))) {
      checkAlteration(at);
    }
    if (starts(at, List.of("CREATE", "TABLE")) && !isQueryIntoTable(at)) {
      throw refuse(
          at,
          "Athena refuses CREATE TABLE without AS SELECT",
          "Tables on files are external: write CREATE EXTERNAL TABLE with a LOCATION");
    }
    int begin = at;
    if (ACCEPTED.stream().noneMatch(words -> starts(begin, words))) {
      throw refuse(
          at,
          "Athena refuses " + words(at, 2),
          "It accepts SELECT, INSERT INTO, CREATE"
              + " TABLE … AS SELECT, views, SHOW, DESCRIBE, EXPLAIN, PREPARE, EXECUTE and the DDL of"
              + " external tables");
    }
  }

  /** ALTER TABLE that the parser of Hive DDL did not accept. */
  private void checkAlteration(int at) {
    int name = at + 2;
    while (tokens.get(name + 1).isSymbol('.')) {
      name += 2;
    }
    int action = name + 1;
    for (Refused refused : REFUSED_ALTERATIONS) {
      if (starts(action, refused.words())) {
        throw refuse(
            at,
            "Athena refuses ALTER TABLE … " + words(action, refused.words().size()),
            refused.reason());
      }
    }
    throw refuse(
        at,
        "this machine does not run ALTER TABLE … " + words(action, 2),
        "It runs ADD COLUMNS, ADD PARTITION, DROP PARTITION and SET TBLPROPERTIES. For another"
            + " change drop the table and create it again: its files stay");
  }

  private boolean isQueryIntoTable(int from) {
    for (int i = from; tokens.get(i).kind() != Kind.END; i++) {
      if (tokens.get(i).isWord("AS")) {
        return true;
      }
    }
    return false;
  }

  /** The position of the statement after EXPLAIN and its options. */
  private int afterExplain(int from) {
    int at = from;
    while (tokens.get(at).isWord("ANALYZE") || tokens.get(at).isWord("VERBOSE")) {
      at++;
    }
    if (tokens.get(at).isSymbol('(') && isOption(tokens.get(at + 1))) {
      while (tokens.get(at).kind() != Kind.END && !tokens.get(at).isSymbol(')')) {
        at++;
      }
      at++;
    }
    return Math.min(at, tokens.size() - 1);
  }

  private static boolean isOption(SqlToken token) {
    return token.isWord("FORMAT") || token.isWord("TYPE");
  }

  private int after(int from, String word) {
    int at = from;
    while (tokens.get(at).kind() != Kind.END && !tokens.get(at).isWord(word)) {
      at++;
    }
    return Math.min(at + 1, tokens.size() - 1);
  }

  private boolean starts(int at, List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      if (at + i >= tokens.size() || !tokens.get(at + i).isWord(words.get(i))) {
        return false;
      }
    }
    return true;
  }

  private String words(int at, int count) {
    return Optional.of(
            tokens.subList(at, Math.min(at + count, tokens.size())).stream()
                .takeWhile(token -> token.kind() == Kind.WORD)
                .map(token -> token.text().toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(" ")))
        .filter(text -> !text.isEmpty())
        .orElse(tokens.get(at).text());
  }

  private SqlSyntaxException refuse(int at, String what, String reason) {
    SqlToken token = tokens.get(at);
    return new SqlSyntaxException(token.line(), token.column(), what + ". " + reason + ".");
  }
}
