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
  void givenAFile_whenRead_thenItBeginsWithItsNameAndOneLineOfDescription(Path file)
      throws IOException {
    List<String> lines = Files.readAllLines(file);

    assertThat(lines.get(0)).isEqualTo("-- name: " + name(file));
    assertThat(lines.get(1)).matches("-- description: .{10,}\\.");
  }

  /** Athena takes one statement at a time, and some clients split at any semicolon. */
  @ParameterizedTest
  @MethodSource("allFiles")
  void givenAFile_whenRead_thenItIsOneStatementWithoutSemicolon(Path file) throws IOException {
    assertThat(file).content().doesNotContain(";");
  }

  @ParameterizedTest
  @MethodSource("allFiles")
  void givenAFile_whenRead_thenAMapIsNeverReadWithASubscript(Path file) throws IOException {
    assertThat(Files.readString(file).replaceAll("(?m)^--.*$", "")).doesNotContain("properties[");
  }

  static Stream<Path> views() throws IOException {
    return files("views").stream();
  }

  @ParameterizedTest
  @MethodSource("views")
  void givenAView_whenRead_thenItReplacesTheViewOfItsFileName(Path file) throws IOException {
    assertThat(file).content().contains("CREATE OR REPLACE VIEW " + name(file) + " AS\n");
  }

  @Test
  void givenTheImbalanceQuery_whenComparedWithTheView_thenBothCountInTheSameWay()
      throws IOException {
    String view = Files.readString(Path.of("views/ledger_balance.sql"));
    String counting = view.substring(view.indexOf("SELECT\n"));

    assertThat(Files.readString(Path.of("queries/ledger_imbalance.sql")))
        .contains(counting.stripTrailing().indent(2));
  }
}
