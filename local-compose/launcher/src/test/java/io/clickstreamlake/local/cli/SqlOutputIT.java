package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.query.QueryResult;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./lake sql} as a process with a small heap, and its standard output. */
class SqlOutputIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A query of so many rows that it never ends within a test. */
  private static final String ENDLESS =
      "SELECT a, rpad('', 1000, 'x') FROM UNNEST(sequence(1, 10000)) t(a)"
          + " CROSS JOIN UNNEST(sequence(1, 10000)) u(b) WHERE '%1$s' = '%1$s'";

  @TempDir private Path folder;
  private Path err;
  private Process lake;

  @BeforeEach
  void startStack() {
    SharedStack.get();
    err = folder.resolve("err");
  }

  @AfterEach
  void endProcess() {
    if (lake != null) {
      lake.destroyForcibly();
    }
  }

  /** Each row has 1,000 or 100,000 bytes, so that the results are 1.2 GB and 0.3 GB. */
  @ParameterizedTest
  @CsvSource({
    "csv,1200,1000,1000",
    "json,1200,1000,100",
    "table,1200,1000,100",
    "csv,3,1000,100000"
  })
  void givenResultThatIsLargerThanTheHeapWhenQueriedThenEveryRowIsPrinted(
      String format, int outer, int inner, int width) throws IOException, InterruptedException {
    long rows = (long) outer * inner;
    sql(
        ProcessBuilder.Redirect.PIPE,
        "--format",
        format,
        ("SELECT a * %2$d + b AS n, rpad(substr('xxx', b %% 3), %3$d, 'x') AS t FROM UNNEST(sequence(0, %1$d - 1)) t(a)"
                + " CROSS JOIN UNNEST(sequence(0, %2$d - 1)) u(b)")
            .formatted(outer, inner, width));

    long count = 0;
    long sum = 0;
    long bytes = 0;
    try (BufferedReader out = reader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String digits = line.replaceAll("[^0-9]", "");
        if (!digits.isEmpty()) {
          count++;
          sum += Long.parseLong(digits);
          bytes += line.chars().filter(c -> c == 'x').count();
        }
      }
    }

    assertThat(lake.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(lake.exitValue()).as(Files.readString(err)).isZero();
    assertThat(count).isEqualTo(rows);
    assertThat(sum).isEqualTo(rows * (rows - 1) / 2);
    assertThat(bytes).isEqualTo(rows * (format.equals("table") ? 59 : width));
    assertThat(Files.readString(err)).startsWith("(" + rows + " rows, ");
  }

  @Test
  void givenReaderThatEndsEarlyWhenQueriedThenTheCommandEndsQuietlyAndCancelsTheQuery()
      throws IOException, InterruptedException {
    String marker = UUID.randomUUID().toString();
    sql(ProcessBuilder.Redirect.PIPE, "--format", "csv", ENDLESS.formatted(marker));

    try (BufferedReader out = reader()) {
      assertThat(out.readLine()).isEqualTo("a,_col1");
    }

    assertThat(lake.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(lake.exitValue()).isZero();
    assertThat(Files.readString(err)).isEmpty();
    assertCancelled(marker);
  }

  @Test
  void givenCtrlCWhenQueriedThenTheQueryIsCancelled() throws IOException, InterruptedException {
    String marker = UUID.randomUUID().toString();
    sql(ProcessBuilder.Redirect.PIPE, "--format", "csv", ENDLESS.formatted(marker));
    try (BufferedReader out = reader()) {
      assertThat(out.readLine()).isEqualTo("a,_col1");

      new ProcessBuilder("kill", "-INT", Long.toString(lake.pid())).start().waitFor();

      assertThat(lake.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(lake.exitValue()).isEqualTo(130);
    assertCancelled(marker);
  }

  private static void assertCancelled(String marker) {
    // Cancelled queries fail with this error; a finished one would be FINISHED.
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              QueryResult queries =
                  SharedStack.client()
                      .query(
                          "SELECT state, error_code FROM system.runtime.queries WHERE query LIKE"
                              + " 'SELECT a, rpad%"
                              + marker
                              + "%'");
              assertThat(queries.rows()).containsExactly(List.of("FAILED", "USER_CANCELED"));
            });
  }

  @Test
  void givenFullDiskWhenTheResultIsWrittenThenTheMessageSaysSo()
      throws IOException, InterruptedException {
    sql(ProcessBuilder.Redirect.to(new File("/dev/full")), "SELECT 1");

    assertThat(lake.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(lake.exitValue()).isEqualTo(1);
    assertThat(Files.readString(err))
        .isEqualTo("lake: The result cannot be written: No space left on device\n");
  }

  /** In the locale "C", in which Java would write question marks. */
  @Test
  void givenValuesOfEveryTypeWhenPrintedAsJsonThenTheyAreExact()
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    sql(
        ProcessBuilder.Redirect.to(out.toFile()),
        "--format",
        "json",
        """
        SELECT CAST(NULL AS varchar) AS nothing, 'ü€𝄞"' AS text, true AS yes,
          9223372036854775807 AS big, DECIMAL '12345678901234567890123456789012345.678' AS dec,
          1e300 AS dbl, nan() AS nan, DATE '2026-01-31' AS d,
          TIMESTAMP '2026-01-31 12:00:00.123' AS ts,
          TIMESTAMP '2026-01-31 12:00:00.123 UTC' AS tz,
          ARRAY[DECIMAL '1.10', NULL] AS list, MAP(ARRAY[1, 2], ARRAY['a', NULL]) AS map,
          CAST(ROW(1, ROW('x', 2.50)) AS ROW(a integer, b ROW(c varchar, d decimal(4,2)))) AS nested,
          X'00FF' AS bin, JSON '{"a":[1]}' AS js
        """);

    assertThat(lake.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(out))
        .isEqualTo(
            "{\"nothing\":null,\"text\":\"ü€𝄞\\\"\",\"yes\":true,\"big\":9223372036854775807,"
                + "\"dec\":12345678901234567890123456789012345.678,\"dbl\":1.0E300,\"nan\":\"NaN\","
                + "\"d\":\"2026-01-31\",\"ts\":\"2026-01-31 12:00:00.123\","
                + "\"tz\":\"2026-01-31 12:00:00.123 UTC\",\"list\":[1.10,null],"
                + "\"map\":{\"1\":\"a\",\"2\":null},\"nested\":{\"a\":1,\"b\":{\"c\":\"x\",\"d\":2.50}},"
                + "\"bin\":\"00 ff\",\"js\":\"{\\\"a\\\":[1]}\"}\n");
    assertThat(Files.readString(err)).startsWith("(1 row, ");
  }

  private BufferedReader reader() {
    return new BufferedReader(
        new InputStreamReader(lake.getInputStream(), StandardCharsets.UTF_8), 1 << 16);
  }

  private void sql(ProcessBuilder.Redirect out, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                // A process that a script started in the background ignores Ctrl-C, and so do its
                // children.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlake.root=" + SharedStack.ROOT,
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8",
                "-Dlog4j.configurationFile="
                    + SharedStack.ROOT.resolve("local-compose/launcher/conf/log4j.properties"),
                "-cp",
                System.getProperty("java.class.path"),
                Lake.class.getName(),
                "sql",
                "--state",
                SharedStack.STATE.toString()));
    command.addAll(List.of(arguments));
    lake = new ProcessBuilder(command).redirectOutput(out).redirectError(err.toFile()).start();
  }
}
