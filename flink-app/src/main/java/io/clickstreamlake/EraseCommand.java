package io.clickstreamlake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.QuietLoggers;
import io.clickstreamlake.erase.Erasure;
import io.clickstreamlake.erase.FlinkEngine;
import io.clickstreamlake.erase.PersonIds;
import io.clickstreamlake.erase.PersonRows;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A program that erases the rows of persons from the tables, for a launcher. It reads its arguments
 * from standard input, so that no list of processes shows an id, and prints the report:
 *
 * <pre>
 * {"userIds": ["u1"], "anonymousIds": [], "dryRun": true, "silenceSeconds": 60}
 * </pre>
 *
 * <p>{@code --config FILE} names the settings of the job that writes the tables. Exit code 2, with
 * the problems on standard error, if settings or arguments are invalid.
 */
public final class EraseCommand {

  private static final long SILENCE_SECONDS = 60;

  private EraseCommand() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    QuietLoggers.apply();
    try {
      SettingsCheck check = check(JobSettings.texts(args));
      ObjectNode report =
          run(check, System.in, StreamExecutionEnvironment.getExecutionEnvironment());
      System.out.println(report.toPrettyString());
    } catch (InvalidSettingsException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  static SettingsCheck check(Map<String, String> texts) {
    Map<String, String> own = new HashMap<>(texts);
    // No enrichment fills an id, and some load large tables.
    own.put(JobOptions.ENRICH_CHAIN.key(), "page");
    SettingsCheck check = SettingsCheck.of(own, new Configuration());
    check.throwIfAny();
    return check;
  }

  static ObjectNode run(
      SettingsCheck check, InputStream arguments, StreamExecutionEnvironment environment)
      throws Exception {
    JsonNode json = new JsonMapper().readTree(arguments);
    PersonIds ids =
        PersonIds.of(
            texts(json, "userIds"),
            texts(json, "anonymousIds"),
            check.settings,
            check.steps.columns);
    Erasure erasure =
        new Erasure(
            check.settings,
            new PersonRows(ids, check.steps.parse, check.steps.enrich),
            JobVersion.read(),
            new FlinkEngine(environment),
            Clock.systemUTC(),
            Duration.ofSeconds(json.path("silenceSeconds").asLong(SILENCE_SECONDS)));
    return json.path("dryRun").asBoolean() ? erasure.find() : erasure.erase();
  }

  private static List<String> texts(JsonNode arguments, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : arguments.path(name)) {
      if (!text.isTextual()) {
        throw new IllegalArgumentException(name + " must be texts, but one is " + text);
      }
      texts.add(text.asText());
    }
    return texts;
  }
}
