package io.clickstreamlake.local.query;

import io.clickstreamlake.local.query.HiveStatement.AddColumns;
import io.clickstreamlake.local.query.HiveStatement.AddPartitions;
import io.clickstreamlake.local.query.HiveStatement.Column;
import io.clickstreamlake.local.query.HiveStatement.CreateDatabase;
import io.clickstreamlake.local.query.HiveStatement.CreateTable;
import io.clickstreamlake.local.query.HiveStatement.DropDatabase;
import io.clickstreamlake.local.query.HiveStatement.DropPartitions;
import io.clickstreamlake.local.query.HiveStatement.DropTable;
import io.clickstreamlake.local.query.HiveStatement.PartitionSpec;
import io.clickstreamlake.local.query.HiveStatement.RepairTable;
import io.clickstreamlake.local.query.HiveStatement.SetTableProperties;
import io.clickstreamlake.local.query.HiveStatement.ShowPartitions;
import io.clickstreamlake.local.query.HiveStatement.StorageFormat;
import io.clickstreamlake.local.query.HiveStatement.TableName;
import io.clickstreamlake.local.query.SqlToken.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A parser for the Hive DDL statements that Athena documents; it ignores all other statements.
 *
 * <p>It rejects a table without LOCATION, as Athena does. It also rejects, with a message, what
 * Athena supports and the local stack does not (UNLOAD, bucketing, text formats), rather than
 * misread it.
 */
final class HiveDdlParser {

  private static final Set<String> PRIMITIVES =
      Set.of(
          "boolean",
          "tinyint",
          "smallint",
          "int",
          "integer",
          "bigint",
          "float",
          "double",
          "string",
          "binary",
          "date",
          "timestamp");

  private static final Map<String, StorageFormat> FORMATS =
      Map.of(
          "parquet",
          new StorageFormat(
              "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
              "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
              "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"),
          "orc",
          new StorageFormat(
              "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
              "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
              "org.apache.hadoop.hive.ql.io.orc.OrcSerde"),
          "textfile",
          new StorageFormat(
              "org.apache.hadoop.mapred.TextInputFormat",
              "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
              "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"));

  private final List<SqlToken> tokens;
  private int at;

  private HiveDdlParser(List<SqlToken> tokens) {
    this.tokens = tokens;
  }

  /**
   * @param firstLine line number of the statement in its file, from 1
   * @return empty if the statement is for Trino
   * @throws SqlSyntaxException if it is Hive DDL with a syntax error
   */
  static Optional<HiveStatement> parse(String sql, int firstLine) {
    HiveDdlParser parser = new HiveDdlParser(SqlLexer.tokens(sql, firstLine));
    Optional<HiveStatement> statement = parser.statement();
    if (statement.isPresent()) {
      parser.acceptSymbol(';');
      if (parser.peek().kind() != Kind.END) {
        throw parser.unexpected("the end of the statement");
      }
    }
    return statement;
  }

  private Optional<HiveStatement> statement() {
    if (acceptWords("CREATE", "EXTERNAL", "TABLE")) {
      return Optional.of(createTable());
    }
    if (acceptWords("CREATE", "DATABASE") || acceptWords("CREATE", "SCHEMA")) {
      return Optional.of(createDatabase());
    }
    if (acceptWords("DROP", "DATABASE") || acceptWords("DROP", "SCHEMA")) {
      return Optional.of(dropDatabase());
    }
    if (acceptWords("DROP", "TABLE")) {
      boolean ifExists = acceptWords("IF", "EXISTS");
      return Optional.of(new DropTable(tableName(), ifExists));
    }
    if (acceptWords("MSCK", "REPAIR", "TABLE")) {
      return Optional.of(new RepairTable(tableName()));
    }
    if (acceptWords("SHOW", "PARTITIONS")) {
      return Optional.of(new ShowPartitions(tableName()));
    }
    if (acceptWords("ALTER", "TABLE")) {
      return alterTable();
    }
    if (startsWith("UNLOAD")) {
      throw syntax(
          peek(),
          "UNLOAD runs in Athena only; on this machine use ./lake sql \"SELECT …\" --format csv");
    }
    return Optional.empty();
  }

  // CREATE and DROP

  private HiveStatement createDatabase() {
    boolean ifNotExists = acceptWords("IF", "NOT", "EXISTS");
    String name = name("the name of the database");
    Optional<String> comment = comment();
    Optional<String> location =
        acceptWords("LOCATION") ? Optional.of(string("the location")) : Optional.empty();
    if (acceptWords("WITH", "DBPROPERTIES")) {
      properties();
    }
    return new CreateDatabase(name, ifNotExists, comment, location);
  }

  private HiveStatement dropDatabase() {
    boolean ifExists = acceptWords("IF", "EXISTS");
    String name = name("the name of the database");
    boolean cascade = acceptWords("CASCADE");
    if (!cascade) {
      acceptWords("RESTRICT");
    }
    return new DropDatabase(name, ifExists, cascade);
  }

  private HiveStatement createTable() {
    boolean ifNotExists = acceptWords("IF", "NOT", "EXISTS");
    TableName name = tableName();
    List<Column> columns = columns("the columns");
    Optional<String> comment = comment();
    List<Column> partitionKeys = List.of();
    Optional<String> serde = Optional.empty();
    Optional<StorageFormat> format = Optional.empty();
    Map<String, String> serdeProperties = Map.of();
    Optional<String> location = Optional.empty();
    Map<String, String> properties = Map.of();
    while (peek().kind() != Kind.END && !peek().isSymbol(';')) {
      SqlToken clause = peek();
      if (acceptWords("PARTITIONED", "BY")) {
        partitionKeys = columns("the partition keys");
      } else if (acceptWords("ROW", "FORMAT", "SERDE")) {
        serde = Optional.of(string("the class of the serde"));
        if (acceptWords("WITH", "SERDEPROPERTIES")) {
          serdeProperties = properties();
        }
      } else if (acceptWords("STORED", "AS", "INPUTFORMAT")) {
        String input = string("the input format");
        expectWord("OUTPUTFORMAT");
        format = Optional.of(new StorageFormat(input, string("the output format"), ""));
      } else if (acceptWords("STORED", "AS")) {
        format = Optional.of(namedFormat());
      } else if (acceptWords("LOCATION")) {
        location = Optional.of(location());
      } else if (acceptWords("TBLPROPERTIES")) {
        properties = properties();
      } else if (startsWith("CLUSTERED") || startsWith("ROW", "FORMAT", "DELIMITED")) {
        throw syntax(clause, clause.shown() + " is not supported on this machine");
      } else {
        throw unexpected("PARTITIONED BY, ROW FORMAT SERDE, STORED AS, LOCATION or TBLPROPERTIES");
      }
    }
    if (location.isEmpty()) {
      throw syntax(peek(), "the table " + name.table() + " has no LOCATION 's3://…'");
    }
    checkNames(name, columns, partitionKeys);
    return new CreateTable(
        name,
        ifNotExists,
        columns,
        comment,
        partitionKeys,
        format(format, serde),
        serdeProperties,
        location.get(),
        properties);
  }

  private static StorageFormat format(Optional<StorageFormat> format, Optional<String> serde) {
    StorageFormat base = format.orElse(FORMATS.get("textfile"));
    return serde
        .map(name -> new StorageFormat(base.inputFormat(), base.outputFormat(), name))
        .orElse(base);
  }

  private StorageFormat namedFormat() {
    SqlToken token = take();
    StorageFormat format = token.kind() == Kind.WORD ? FORMATS.get(token.lower()) : null;
    if (format == null) {
      throw syntax(
          token,
          "the format " + token.shown() + " is unknown; known formats are PARQUET, ORC, TEXTFILE");
    }
    return format;
  }

  private String location() {
    SqlToken token = peek();
    String location = string("the location");
    if (!location.matches("s3[an]?://[^/]+(/.*)?")) {
      throw syntax(
          token, "the location '" + location + "' is not of the form 's3://bucket/prefix/'");
    }
    return location;
  }

  private void checkNames(TableName table, List<Column> columns, List<Column> keys) {
    Set<String> seen = new HashSet<>();
    List<Column> all = new ArrayList<>(columns);
    all.addAll(keys);
    for (Column column : all) {
      if (!seen.add(column.name())) {
        throw syntax(
            tokens.get(0),
            "the column " + column.name() + " occurs twice in table " + table.table());
      }
    }
  }

  // ALTER TABLE

  private Optional<HiveStatement> alterTable() {
    TableName name = tableName();
    if (acceptWords("ADD", "COLUMNS")) {
      return Optional.of(new AddColumns(name, columns("the columns")));
    }
    if (startsWith("ADD", "IF") || startsWith("ADD", "PARTITION")) {
      acceptWords("ADD");
      boolean ifNotExists = acceptWords("IF", "NOT", "EXISTS");
      return Optional.of(new AddPartitions(name, ifNotExists, partitionSpecs(true)));
    }
    if (startsWith("DROP", "IF", "EXISTS", "PARTITION") || startsWith("DROP", "PARTITION")) {
      acceptWords("DROP");
      boolean ifExists = acceptWords("IF", "EXISTS");
      return Optional.of(new DropPartitions(name, ifExists, partitionSpecs(false)));
    }
    if (acceptWords("SET", "TBLPROPERTIES")) {
      return Optional.of(new SetTableProperties(name, properties()));
    }
    return Optional.empty();
  }

  private List<PartitionSpec> partitionSpecs(boolean withLocation) {
    List<PartitionSpec> specs = new ArrayList<>();
    do {
      expectWord("PARTITION");
      expectSymbol('(');
      Map<String, String> values = new LinkedHashMap<>();
      do {
        String key = name("the name of a partition key");
        expectSymbol('=');
        SqlToken value = take();
        if (value.kind() != Kind.STRING && value.kind() != Kind.NUMBER) {
          throw syntax(value, "expected a value such as '2026', but found " + value.shown());
        }
        values.put(key, value.text());
      } while (acceptSymbol(','));
      expectSymbol(')');
      Optional<String> location =
          withLocation && acceptWords("LOCATION") ? Optional.of(location()) : Optional.empty();
      specs.add(new PartitionSpec(Map.copyOf(values), location));
      // Hive separates the partitions of ADD by spaces and those of DROP by commas.
      acceptSymbol(',');
    } while (startsWith("PARTITION"));
    return List.copyOf(specs);
  }

  // Columns and types

  private List<Column> columns(String what) {
    if (!peek().isSymbol('(')) {
      throw unexpected("\"(\" and " + what);
    }
    expectSymbol('(');
    List<Column> columns = new ArrayList<>();
    do {
      String name = name("the name of a column");
      String type = type();
      columns.add(new Column(name, type, comment()));
    } while (acceptSymbol(','));
    if (!acceptSymbol(')')) {
      throw unexpected("\",\" or \")\" after the column " + columns.get(columns.size() - 1).name());
    }
    return List.copyOf(columns);
  }

  private String type() {
    SqlToken token = take();
    String name = token.kind() == Kind.WORD ? token.lower() : "";
    switch (name) {
      case "array":
        return enclosed("array<", this::type);
      case "map":
        return enclosed(
            "map<",
            () -> {
              String key = type();
              expectSymbol(',');
              return key + "," + type();
            });
      case "struct":
        return enclosed("struct<", this::structFields);
      case "decimal":
        return acceptSymbol('(') ? "decimal(" + precisionAndScale() : "decimal(10,0)";
      case "char":
      case "varchar":
        expectSymbol('(');
        String length = number("the length");
        expectSymbol(')');
        return name + "(" + length + ")";
      case "integer":
        return "int";
      default:
        if (!PRIMITIVES.contains(name)) {
          throw syntax(token, "the type " + token.shown() + " is not a type of Hive");
        }
        return name;
    }
  }

  private interface Part {
    String read();
  }

  private String enclosed(String opening, Part part) {
    expectSymbol('<');
    String inner = part.read();
    expectSymbol('>');
    return opening + inner + ">";
  }

  private String structFields() {
    StringBuilder fields = new StringBuilder();
    do {
      fields.append(fields.isEmpty() ? "" : ",").append(name("the name of a field"));
      expectSymbol(':');
      fields.append(':').append(type());
      comment();
    } while (acceptSymbol(','));
    return fields.toString();
  }

  private String precisionAndScale() {
    String precision = number("the precision");
    String scale = acceptSymbol(',') ? number("the scale") : "0";
    expectSymbol(')');
    return precision + "," + scale + ")";
  }

  // Names, literals, tokens

  private TableName tableName() {
    String first = name("the name of the table");
    if (acceptSymbol('.')) {
      return new TableName(Optional.of(first), name("the name of the table"));
    }
    return new TableName(Optional.empty(), first);
  }

  private String name(String what) {
    SqlToken token = take();
    if (!token.isName()) {
      throw syntax(token, "expected " + what + ", but found " + token.shown());
    }
    return token.lower();
  }

  private Optional<String> comment() {
    return acceptWords("COMMENT") ? Optional.of(string("the comment")) : Optional.empty();
  }

  private Map<String, String> properties() {
    expectSymbol('(');
    Map<String, String> properties = new LinkedHashMap<>();
    do {
      String key = string("the name of a property");
      expectSymbol('=');
      properties.put(key, string("the value of " + key));
    } while (acceptSymbol(','));
    expectSymbol(')');
    return Map.copyOf(properties);
  }

  private String string(String what) {
    SqlToken token = take();
    // Hive also accepts strings in double quotes.
    boolean doubleQuoted = token.kind() == Kind.QUOTED_NAME;
    if (token.kind() != Kind.STRING && !doubleQuoted) {
      throw syntax(token, "expected " + what + " in single quotes, but found " + token.shown());
    }
    return token.text();
  }

  private String number(String what) {
    SqlToken token = take();
    if (token.kind() != Kind.NUMBER || !token.text().matches("\\d+")) {
      throw syntax(token, "expected " + what + ", a number, but found " + token.shown());
    }
    return token.text();
  }

  private SqlToken peek() {
    return tokens.get(at);
  }

  private SqlToken take() {
    SqlToken token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  private boolean startsWith(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (at + i >= tokens.size() || !tokens.get(at + i).isWord(words[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean acceptWords(String... words) {
    if (!startsWith(words)) {
      return false;
    }
    at += words.length;
    return true;
  }

  private void expectWord(String word) {
    if (!acceptWords(word)) {
      throw unexpected(word);
    }
  }

  private boolean acceptSymbol(char symbol) {
    if (!peek().isSymbol(symbol)) {
      return false;
    }
    at++;
    return true;
  }

  private void expectSymbol(char symbol) {
    if (!acceptSymbol(symbol)) {
      throw unexpected("\"" + symbol + "\"");
    }
  }

  private SqlSyntaxException unexpected(String wanted) {
    return syntax(peek(), "expected " + wanted + ", but found " + peek().shown());
  }

  private static SqlSyntaxException syntax(SqlToken token, String message) {
    return new SqlSyntaxException(token.line(), token.column(), message);
  }
}
