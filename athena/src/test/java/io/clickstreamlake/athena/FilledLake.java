package io.clickstreamlake.athena;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clickstreamlake.local.query.QueryResult;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.StateFolder;
import io.clickstreamlake.sample.EventGenerator;
import io.clickstreamlake.sample.GeneratedEvent;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A local stack whose tables hold events that were sent through Kinesis. Started once for all tests
 * of this JVM; Trino replaces Athena.
 *
 * @param sent each event as it was put into the stream, one per record
 * @param sentFrom a time before the first event was sent
 * @param sentTo a time after the last event was sent
 */
record FilledLake(
    LocalStack stack, List<String> sent, SentInput input, Instant sentFrom, Instant sentTo)
    implements ExtensionContext.Store.CloseableResource {

  /** A quality rule of the job, so that some events are flagged. */
  static final String FLAG = "price_below_400";

  private static final String RULES =
      "[{\"name\": \"" + FLAG + "\", \"column\": \"price\", \"max\": 400, \"action\": \"flag\"}]";

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Injects the lake as a test parameter. */
  static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == FilledLake.class;
    }

    @Override
    public FilledLake resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .getOrComputeIfAbsent(FilledLake.class, type -> fill(), FilledLake.class);
    }
  }

  private static FilledLake fill() {
    assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node"))),
        "Node.js is not on the PATH, but Kinesalite, the local Kinesis, needs it");
    LocalStack stack = LocalStack.start(settings());
    try {
      List<String> events = events();
      Instant sentFrom = Instant.now();
      stack
          .client()
          .sendEvents(
              () -> events.stream().map(e -> e.getBytes(StandardCharsets.UTF_8)).iterator(),
              count -> {});
      FilledLake lake =
          new FilledLake(stack, events, SentInput.read(events), sentFrom, Instant.now());
      lake.awaitAll();
      return lake;
    } catch (RuntimeException | Error e) {
      stack.close();
      throw e;
    }
  }

  private static LocalStackSettings settings() {
    Path state = ROOT.resolve("athena/target/lake");
    new StateFolder(state).clear();
    return LocalStackSettings.in(ROOT, state)
        .archiveInterval(Duration.ofSeconds(5))
        .jobSetting("quality.rules", RULES)
        .build();
  }

  /** Template of two events that share one id. */
  private static final String REUSED_ID =
      "{\"event_id\":\"order-77\",\"event_type\":\"%s\",\"event_time\":\"%s\",\"user_id\":\"u77\","
          + "\"session_id\":\"s77\",\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:133.0)"
          + " Gecko/20100101 Firefox/133.0\"}";

  /**
   * Events of six weeks until two hours ago, so that none of them is only just late; of the last
   * forty minutes, some of them late or broken; two events with one id; and the sample file, which
   * is a year old.
   */
  private static List<String> events() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<String> events = new ArrayList<>();
    Instant weeksEnd = now.minus(Duration.ofHours(2));
    EventGenerator.builder()
        .events(12_000)
        .from(weeksEnd.minus(Duration.ofDays(42)))
        .to(weeksEnd)
        .build()
        .stream()
        .map(GeneratedEvent::json)
        .forEach(events::add);
    EventGenerator.builder()
        .seed(7)
        .events(6_000)
        .brokenShare(0.01)
        .duplicateShare(0.02)
        .lateShare(0.05)
        .from(now.minus(Duration.ofMinutes(40)))
        .to(now)
        .build()
        .stream()
        .map(GeneratedEvent::json)
        .forEach(events::add);
    events.add(String.format(REUSED_ID, "signup", now.minusSeconds(90)));
    events.add(String.format(REUSED_ID, "login", now.minusSeconds(30)));
    try {
      events.addAll(Files.readAllLines(ROOT.resolve("sample-data/clickstream.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  /** Waits until all expected rows can be queried. */
  private void awaitAll() {
    Awaitility.await("all rows in the tables")
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> {
              stack.client().crawl();
              return count("click_events") >= input.written().size()
                  && count("rejected_events") >= input.rejected().size()
                  && received() >= input.received()
                  && stack.client().archivedRecords() >= sent.size();
            });
  }

  private long received() {
    return stack
        .client()
        .query("SELECT coalesce(sum(events), 0) FROM ledger WHERE outcome = 'received'")
        .singleLong();
  }

  private long count(String table) {
    return stack.client().query("SELECT count(*) FROM " + table).singleLong();
  }

  /** Result of a file's only statement, run unchanged. */
  List<List<Object>> run(Path file) {
    List<SqlScript.Statement> statements =
        stack.client().script(file.toAbsolutePath()).statements();
    if (statements.size() != 1) {
      throw new IllegalArgumentException(file + " has " + statements.size() + " statements");
    }
    return stack.client().sql().execute(statements.get(0)).rows();
  }

  List<List<Object>> query(String sql) {
    QueryResult result = stack.client().query(sql);
    return result.rows();
  }

  @Override
  public void close() {
    stack.close();
  }
}
