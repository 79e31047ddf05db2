package io.clickstreamlake.athena;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SqlFilesTest {

  static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
    }
  }

  static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.sql$", "").replaceFirst("^[0-9]+_", "");
  }

  static Stream<Path> allFiles() throws IOException {
    return Stream.of(files("ddl"), files("views"), files("queries")).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("allFiles")
  void givenAFileWhenReadThenItBeginsWithItsNameAndOneLineOfDescription(Path file)
      throws IOException {
    List<String> lines = Files.readAllLines(file);

    assertThat(lines.get(0)).isEqualTo("-- name: " + name(file));
    assertThat(lines.get(1)).matches("-- description: .{10,}\\.");
  }

  /** Athena runs one statement at a time, and some clients split at every semicolon. */
  @ParameterizedTest
  @MethodSource("allFiles")
  void givenAFileWhenReadThenItIsOneStatementWithoutSemicolon(Path file) throws IOException {
    assertThat(file).content().doesNotContain(";");
  }

  @ParameterizedTest
  @MethodSource("allFiles")
  void givenAFileWhenReadThenItUsesNoSubscriptOnAMap(Path file) throws IOException {
    assertThat(Files.readString(file).replaceAll("(?m)^--.*$", "")).doesNotContain("properties[");
  }

  static Stream<Path> views() throws IOException {
    return files("views").stream();
  }

  @ParameterizedTest
  @MethodSource("views")
  void givenAViewWhenReadThenItReplacesTheViewOfItsFileName(Path file) throws IOException {
    assertThat(file).content().contains("CREATE OR REPLACE VIEW " + name(file) + " AS\n");
  }

  @Test
  void givenQueriesAndViewsWhenTheReadmeIsReadThenItListsEachOfThem() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    assertThat(Stream.of(files("views"), files("queries")).flatMap(List::stream))
        .extracting(SqlFilesTest::name)
        .filteredOn(name -> !readme.contains("`" + name + "`"))
        .as("queries and views that athena/README.md does not list")
        .isEmpty();
  }

  @Test
  void givenTheImbalanceQueryWhenComparedWithTheViewThenBothCountTheSameWay() throws IOException {
    String view = Files.readString(Path.of("views/ledger_balance.sql"));
    String counting = view.substring(view.indexOf("SELECT\n"));

    assertThat(Files.readString(Path.of("queries/ledger_imbalance.sql")))
        .contains(counting.stripTrailing().indent(2));
  }
}
