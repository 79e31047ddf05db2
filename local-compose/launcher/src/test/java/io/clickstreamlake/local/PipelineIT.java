package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.query.QueryResult;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.sample.EventGenerator;
import io.clickstreamlake.sample.GeneratedEvent;
import io.clickstreamlake.sample.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Events from Kinesis to SQL over the real protocols, compared with the events that were sent. */
class PipelineIT {

  private static final int EVENTS = 5_000;
  private static final DateTimeFormatter SQL_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private static EventGenerator generator;
  private static Map<String, GeneratedEvent> expected;
  private static Accounting before;
  private static Accounting after;

  @BeforeAll
  static void sendEvents() {
    SharedStack.get();
    before = SharedStack.awaitAllAccounted();
    Instant to = Instant.now();
    generator =
        EventGenerator.builder()
            .seed(4)
            .events(EVENTS)
            .brokenShare(0.01)
            .duplicateShare(0.02)
            .lateShare(0.05)
            .from(to.minus(Duration.ofMinutes(30)))
            .to(to)
            .build();
    expected =
        generator.stream()
            .filter(event -> event.kind() == Kind.GOOD || event.kind() == Kind.LATE)
            .collect(Collectors.toMap(GeneratedEvent::eventId, event -> event));
    SharedStack.send(generator.stream().map(GeneratedEvent::json).toList());
    after = SharedStack.awaitAllAccounted();
  }

  @Test
  void givenEventsOfEveryKindWhenQueriedThenEachIsAccountedForExactlyOnce() {
    assertThat(after.sent() - before.sent()).isEqualTo(EVENTS);
    assertThat(after.received() - before.received()).isEqualTo(EVENTS);
    assertThat(after.written() - before.written()).isEqualTo(expected.size());
    assertThat(after.rejected() - before.rejected()).isEqualTo(generator.count(Kind.BROKEN));
    assertThat(after.duplicate() - before.duplicate()).isEqualTo(generator.count(Kind.DUPLICATE));
  }

  @Test
  void givenTheStackWhenFlinkIsAskedThenTheJobHasTheRequestedParallelism() {
    FlinkRest flink = SharedStack.client().flink();

    assertThat(flink.activeJobs())
        .singleElement()
        .satisfies(
            id ->
                assertThat(flink.job(id).parallelism())
                    .isEqualTo(LocalStackSettings.DEFAULT_PARALLELISM));
  }

  /** The build sets {@code LAKE_JAVA_OPTIONS}. */
  @Test
  void givenJavaOptionsOfTheUserWhenTheStackRunsThenEachJvmHasThem() {
    SharedStack.get();
    // Java knows only the beginning of a long command line.
    List<String> jvms =
        ProcessHandle.current()
            .descendants()
            .map(process -> process.info().commandLine().orElse(""))
            .filter(line -> line.contains(" -Dlake.state=" + SharedStack.STATE + " "))
            .toList();

    for (String process : List.of("trino", "taskmanager", "jobmanager", "s3", "archive")) {
      assertThat(jvms)
          .filteredOn(line -> line.contains(" -Dlake.process=" + process + " "))
          .singleElement()
          .asString()
          .contains(" -XX:TieredStopAtLevel=1 ");
    }
  }

  @Test
  void givenWrittenEventsWhenQueriedThenIdsAreDistinctAndValuesEqualTheSentOnes() {
    Map<String, List<Object>> rows = new HashMap<>();
    QueryResult result =
        SharedStack.client()
            .query("SELECT event_id, event_type, event_time, session_id FROM click_events");
    for (List<Object> row : result.rows()) {
      assertThat(rows.put((String) row.get(0), row)).as("a second row %s", row).isNull();
    }

    for (GeneratedEvent event : expected.values()) {
      assertThat(rows.get(event.eventId()))
          .containsExactly(
              event.eventId(),
              event.eventType(),
              SQL_TIME.format(event.eventTime()),
              event.sessionId());
    }
  }

  @Test
  void givenWrittenEventsWhenFilesAreListedThenEachRowIsInTheFolderOfItsDay() {
    QueryResult wrong =
        SharedStack.client()
            .query(
                """
                SELECT event_id, event_time, "$path" FROM click_events
                WHERE "$path" NOT LIKE
                    '%/click_events/' || date_format(event_time, 'year=%Y/month=%m/day=%d/') || '%'
                  OR year || '-' || month || '-' || day <> CAST(date(event_time) AS varchar)
                """);

    assertThat(wrong.rows()).isEmpty();
    assertThat(daysInTheLake()).containsAllEntriesOf(sentDays());
  }

  private static Map<String, Long> daysInTheLake() {
    Map<String, Long> days = new TreeMap<>();
    QueryResult result =
        SharedStack.client()
            .query("SELECT year || '-' || month || '-' || day, event_id FROM click_events");
    for (List<Object> row : result.rows()) {
      if (expected.containsKey((String) row.get(1))) {
        days.merge((String) row.get(0), 1L, Long::sum);
      }
    }
    return days;
  }

  private static Map<String, Long> sentDays() {
    return expected.values().stream()
        .collect(
            Collectors.groupingBy(
                event -> event.eventTime().atZone(ZoneOffset.UTC).toLocalDate().toString(),
                Collectors.counting()));
  }

  @Test
  void givenBrokenEventsWhenQueriedThenTheirBytesAreUnchanged() {
    List<String> payloads =
        SharedStack.client().query("SELECT from_utf8(payload) FROM rejected_events").rows().stream()
            .map(row -> (String) row.get(0))
            .toList();

    assertThat(payloads)
        .containsAll(
            generator.stream()
                .filter(event -> event.kind() == Kind.BROKEN)
                .map(GeneratedEvent::json)
                .toList());
  }
}
