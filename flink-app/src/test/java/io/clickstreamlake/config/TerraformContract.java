package io.clickstreamlake.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.clickstreamlake.history.SettingChangeGauge;
import io.clickstreamlake.ledger.Outcome;
import io.clickstreamlake.ledger.WrittenCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;

/** The file {@code terraform/job_contract.json}: what Terraform needs from the job's code. */
final class TerraformContract {

  static final Path FILE = Path.of("..", "terraform", "job_contract.json");

  private TerraformContract() {}

  /** Writes the file. */
  static void write() throws IOException {
    Files.writeString(FILE, json());
  }

  static String json() throws IOException {
    Map<String, Object> contract = new LinkedHashMap<>();
    contract.put("propertyGroup", JobOptions.PROPERTY_GROUP);
    // Versions of uploaded files; the job reads no settings from it.
    contract.put("fileVersionsGroup", JobOptions.PROPERTY_GROUP + ".files");
    contract.put("options", JobOptions.all().stream().map(ConfigOption::key).toList());
    contract.put("timeMin", JobOptions.TIME_MIN.defaultValue());
    contract.put(
        "durations",
        Stream.of(JobOptions.TIME_MAX_AGE, JobOptions.TIME_MAX_FUTURE, JobOptions.LATE_AFTER)
            .collect(
                Collectors.toMap(
                    ConfigOption::key,
                    option -> option.defaultValue().toSeconds(),
                    (one, other) -> one,
                    TreeMap::new)));
    contract.put(
        "metrics",
        Stream.concat(
                Outcome.OF_JOB.stream().map(Outcome::rateMetric),
                Stream.of(WrittenCounter.SECONDS_SINCE_CHECKPOINT, SettingChangeGauge.NAME))
            .toList());
    return new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .writeValueAsString(contract)
            .replace("\r\n", "\n")
        + "\n";
  }
}
