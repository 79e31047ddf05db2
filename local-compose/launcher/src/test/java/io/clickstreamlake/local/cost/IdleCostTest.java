package io.clickstreamlake.local.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The idle bill compared with the resources in the Terraform files. */
class IdleCostTest {

  private static final Path TERRAFORM = Path.of("../../terraform");
  private static final PriceList PRICES = PriceList.shipped();

  /** A budget warns at 80 % of its amount. */
  private static final double WARNING = 0.8;

  static List<IdleDeployment> examples() {
    return List.of(IdleDeployment.MINIMAL, IdleDeployment.PRODUCTION);
  }

  @Test
  void givenTheMinimalExampleWhenIdleThenItCostsLessThan205Dollars() {
    assertThat(MonthlyCost.total(IdleCost.of(IdleDeployment.MINIMAL, PRICES)))
        .isBetween(150.0, 205.0);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void givenAnExampleWhenIdleThenItsBudgetDoesNotWarn(IdleDeployment example) throws IOException {
    double budget = Double.parseDouble(setting(example, "monthly_budget_usd", "none"));

    assertThat(MonthlyCost.total(IdleCost.of(example, PRICES))).isLessThan(WARNING * budget);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void givenAnExampleWhenItsFilesAreReadThenTheBillIsForItsResources(IdleDeployment example)
      throws IOException {
    assertThat(setting(example, "stream_shards", "0")).isEqualTo("" + example.shards());
    assertThat(setting(example, "stream_retention_hours", "72"))
        .isEqualTo("" + example.streamRetentionHours());
    int parallelism = Integer.parseInt(setting(example, "parallelism", "1"));
    int perKpu = Integer.parseInt(setting(example, "parallelism_per_kpu", "1"));
    assertThat(example.kpus()).isEqualTo((parallelism + perKpu - 1) / perKpu);
    assertThat(setting(example, "catalog_mode", "\"crawler\"").equals("\"crawler\""))
        .isEqualTo(example.crawlers());
    String shardMetrics = setting(example, "stream_shard_level_metrics", "[]");
    assertThat(shardMetrics.equals("[]") ? 0 : shardMetrics.split(",").length)
        .isEqualTo(example.shardMetrics());
    assertThat(setting(example, "vpc_endpoints", "false").equals("true"))
        .isEqualTo(example.endpointZones() > 0);
  }

  @Test
  void givenTheAlarmsOfTerraformWhenCountedThenEachOfTheirMetricsIsBilled() throws IOException {
    String alarms = Files.readString(TERRAFORM.resolve("alarms.tf"));

    assertThat(count("= (\\{ namespace = |local\\.job_lag_metric \\})", alarms))
        .as("metrics of the alarms; set cloudwatch.alarmMetrics in prices.json")
        .isEqualTo((int) PRICES.assumption("cloudwatch.alarmMetrics"));
  }

  @Test
  void givenTheMetricsOfTheJobWhenCountedThenEachIsBilled() throws IOException {
    int metrics =
        new ObjectMapper()
            .readTree(TERRAFORM.resolve("job_contract.json").toFile())
            .get("metrics")
            .size();

    assertThat(metrics).isEqualTo((int) PRICES.assumption("cloudwatch.metrics"));
  }

  private static int count(String regex, String text) {
    return (int) Pattern.compile(regex).matcher(text).results().count();
  }

  /** The value of an argument in the example's module block. */
  private static String setting(IdleDeployment example, String name, String otherwise)
      throws IOException {
    Path folder = TERRAFORM.resolve("examples/" + example.name());
    Matcher found =
        Pattern.compile("(?m)^  " + name + " += (.+)$")
            .matcher(Files.readString(folder.resolve("main.tf")));
    if (!found.find()) {
      return otherwise;
    }
    if (!found.group(1).startsWith("var.")) {
      return found.group(1);
    }
    Matcher byDefault =
        Pattern.compile(
                "(?s)variable \""
                    + found.group(1).substring("var.".length())
                    + "\" \\{.*?\n  default += (\\S+)")
            .matcher(Files.readString(folder.resolve("variables.tf")));
    assertThat(byDefault.find()).as(name).isTrue();
    return byDefault.group(1);
  }
}
