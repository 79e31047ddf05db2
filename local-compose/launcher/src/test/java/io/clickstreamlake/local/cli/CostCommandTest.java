package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CostCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void givenARateAndASizeWhenComputedThenBothBillsAndTheirTotalsAreShown() {
    assertThat(lake("cost", "--events-per-second", "500", "--bytes", "600")).isZero();
    assertThat(out.toString())
        .contains("500 events/s of 600 bytes, on-demand stream, 1 KPU.")
        .contains("Clickstream Lake")
        .contains("Firehose format conversion and Glue")
        .containsPattern(
            "total: clickstream-lake=[0-9]+\\.[0-9]{2} firehose-and-glue=[0-9]+\\.[0-9]{2}"
                + " per-million-events=[0-9]+\\.[0-9]{3}");
  }

  @Test
  void givenAHighRateWhenComputedThenTheJobGetsTheKpusOfThePriceList() {
    assertThat(lake("cost", "--events-per-second", "25000")).isZero();
    assertThat(out.toString()).contains(", 3 KPUs.");
  }

  @Test
  void givenNoEventsWhenComputedThenBothExamplesAreBilledLineByLine() {
    assertThat(lake("cost", "--idle")).isZero();
    assertThat(out.toString())
        .contains("terraform/examples/minimal", "terraform/examples/production")
        .contains("KPU for orchestration", "keys", "alarms", "dashboard", "shards")
        .containsPattern("total: minimal=[0-9]+\\.[0-9]{2} production=[0-9]+\\.[0-9]{2}");
  }

  @Test
  void givenTheShownPricesWhenUsedAsInputThenTheBillIsTheSame(@TempDir Path folder)
      throws IOException {
    lake("cost", "--show-prices");
    Path file = Files.writeString(folder.resolve("prices.json"), out.toString());
    out.getBuffer().setLength(0);
    lake("cost");
    String shipped = out.toString();
    out.getBuffer().setLength(0);
    assertThat(lake("cost", "--prices", file.toString())).isZero();
    assertThat(out.toString()).isEqualTo(shipped);
  }

  @Test
  void givenANegativeRateWhenComputedThenItIsWrongUsage() {
    assertThat(lake("cost", "--events-per-second", "-1")).isEqualTo(2);
    assertThat(err.toString()).contains("eventsPerSecond is -1.0, less than 0");
  }

  @Test
  void givenAMissingPriceListWhenComputedThenTheMessageNamesTheFile() {
    assertThat(lake("cost", "--prices", "no-such-prices.json")).isEqualTo(1);
    assertThat(err.toString()).contains("lake: The price list no-such-prices.json cannot be read");
  }

  private int lake(String... arguments) {
    CommandLine commandLine = Lake.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
