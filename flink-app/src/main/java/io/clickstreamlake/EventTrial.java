package io.clickstreamlake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.enrich.EventChain;
import io.clickstreamlake.trial.Trial;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/**
 * A program that tries settings on records, for a launcher. It needs neither Flink nor a stream.
 *
 * <p>It reads records from standard input, each as four bytes with its length and its bytes, and
 * writes lines of JSON to standard output: the names of all columns, then a line per event with the
 * number of its record, from 0, and its outcome, see {@link Trial}.
 */
public final class EventTrial {

  private EventTrial() {}

  /**
   * Tries the settings that {@code --config FILE} names. Exit code 2, with the problems on standard
   * error, if they are invalid.
   */
  public static void main(String[] args) throws Exception {
    try {
      SettingsCheck check =
          SettingsCheck.of(JobSettings.texts(args), new Configuration()).withFiles();
      check.throwIfAny();
      try (DataInputStream records = new DataInputStream(new BufferedInputStream(System.in));
          PrintStream results =
              new PrintStream(
                  new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8)) {
        run(check, records, results);
      }
    } catch (InvalidSettingsException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static void run(SettingsCheck check, DataInputStream records, PrintStream results)
      throws Exception {
    ObjectNode columns = JsonNodeFactory.instance.objectNode();
    check.steps.columns.fields().stream()
        .map(Schema.Field::name)
        .forEach(columns.putArray("columns")::add);
    results.println(columns);
    EventChain chain = check.steps.enrich.newChain();
    chain.open(new UnregisteredMetricsGroup());
    Trial trial =
        new Trial(check.settings, check.steps.parse::newReader, chain, check.steps.columns);
    Instant arrival = Instant.now();
    for (int number = 0; ; number++) {
      byte[] record;
      try {
        record = new byte[records.readInt()];
      } catch (EOFException e) {
        return;
      }
      records.readFully(record);
      int current = number;
      trial.of(record, arrival, outcome -> results.println(outcome.put("record", current)));
      checkOutput(results);
    }
  }

  /** A PrintStream hides its errors: the launcher has ended. */
  private static void checkOutput(PrintStream results) throws IOException {
    if (results.checkError()) {
      throw new IOException("the results cannot be written");
    }
  }
}
