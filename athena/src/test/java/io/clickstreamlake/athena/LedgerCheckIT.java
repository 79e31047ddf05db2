package io.clickstreamlake.athena;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Test of the query that Terraform schedules hourly and nightly. It must fail if and only if an
 * hour does not add up, because the alarm watches failed queries.
 */
@ExtendWith(FilledLake.Extension.class)
class LedgerCheckIT {

  private static final Path TEMPLATE = Path.of("../terraform/queries/ledger_check.sql.tftpl");

  @ParameterizedTest
  @ValueSource(strings = {"ledger_imbalance", "ledger_imbalance_recent"})
  void givenALakeThatAddsUpWhenCheckedThenTheQuerySucceeds(String query, FilledLake lake)
      throws IOException {
    String imbalance = Files.readString(Path.of("queries", query + ".sql"));

    assertThat(lake.query(check(imbalance))).containsExactly(List.of(0));
  }

  @Test
  void givenHoursThatDoNotAddUpWhenCheckedThenTheQueryFailsWithTheirNumber(FilledLake lake) {
    String twoRows = "SELECT arrival_hour FROM ledger LIMIT 2";

    assertThatThrownBy(() -> lake.query(check(twoRows)))
        .hasMessageContaining("2 closed arrival hours do not add up")
        .hasMessageContaining("ledger_imbalance");
  }

  /** Fills the template as Terraform's templatefile does. */
  private static String check(String query) throws IOException {
    return Files.readString(TEMPLATE)
        .replace("${imbalance}", query.strip())
        .replace("${name}", "ledger_imbalance");
  }
}
