package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.SourceRecord;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Plants personal data in valid and invalid events and searches all output for it. */
class PersonalDataTest {

  /** Values that may appear only in the payload of rejected rows. */
  private static final List<String> PLANTED =
      List.of(
          "198.51.100.77",
          "X11; Linux x86_64; rv:128.0",
          "planted.person@example.com",
          "planted-token-4711");

  private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          () ->
              new MiniClusterResourceConfiguration.Builder()
                  .setNumberTaskManagers(1)
                  .setNumberSlotsPerTaskManager(1)
                  .setConfiguration(METRICS.addToConfiguration(new Configuration()))
                  .build());

  /** Names of all threads while events were processed. */
  private static final Set<String> THREADS = new ConcurrentSkipListSet<>();

  @TempDir Path lake;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private OutputStreamAppender appender;

  @BeforeEach
  void captureTheLog() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    appender =
        OutputStreamAppender.newBuilder()
            .setName("captured")
            .setTarget(log)
            .setLayout(PatternLayout.newBuilder().withPattern("%t %c %m %throwable%n").build())
            .build();
    appender.start();
    LoggerConfig root = context.getConfiguration().getRootLogger();
    root.addAppender(appender, Level.DEBUG, null);
    LoggerConfig ours = new LoggerConfig("io.clickstreamlake", Level.DEBUG, true);
    context.getConfiguration().addLogger("io.clickstreamlake", ours);
    context.updateLoggers();
  }

  @AfterEach
  void restoreTheLog() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    context.getConfiguration().getRootLogger().removeAppender("captured");
    context.getConfiguration().removeLogger("io.clickstreamlake");
    context.updateLoggers();
    appender.stop();
  }

  @Test
  void givenPersonalDataWhenTheJobRunsThenOnlyRejectedPayloadsHoldIt() throws Exception {
    run(
        record(
            "{\"event_id\":\"good\",\"event_type\":\"page_view\",\"event_time\":\"2026-11-20T10:15:30Z\","
                + "\"ip_address\":\"198.51.100.77\",\"ip\":\"198.51.100.77\","
                + "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\",\"page\":{\"url\":"
                + "\"https://shop.example/?mail=planted.person%40example.com&token=planted-token-4711\"},"
                + "\"referrer\":\"https://x.example/planted.person@example.com\","
                + "\"search\":{\"term\":\"planted.person@example.com\"},"
                + "\"form\":{\"email\":\"planted.person@example.com\",\"token\":\"planted-token-4711\"},"
                + "\"people\":[{\"ip\":\"198.51.100.77\"}]}"),
        record(
            "{\"user_agent\":\"(X11; Linux x86_64; rv:128.0)\",\"ip_address\":\"198.51.100.77\""),
        record(
            "{\"event_id\":\"planted.person@example.com\",\"event_type\":\"v\",\"event_time\":\"planted-token-4711\"}"),
        record(
            "{\"event_id\":\"r\",\"event_type\":\"v\",\"event_time\":\"2026-11-20T10:15:30Z\","
                + "\"user_id\":\"planted.person@example.com\"}"));

    LakeFolder folder = new LakeFolder(lake);
    assertThat(folder.events()).hasSize(1);
    assertThat(folder.rejected()).hasSize(3);
    assertNothingPlanted("rows", folder.events().toString());
    for (RejectedEvent row : folder.rejected()) {
      row.setPayload(ByteBuffer.allocate(0));
      assertNothingPlanted("rejected row", row.toString());
    }
    List<Path> files = allFiles();
    assertNothingPlanted("file names", files.toString());
    for (Path file : files) {
      if (!file.toString().contains("rejected_events")) {
        // Statistics, Bloom filters and dictionaries are not compressed.
        assertNothingPlanted(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).isNotEmpty();
    assertNothingPlanted("the log", log.toString(StandardCharsets.UTF_8));
    assertNothingPlanted("metrics", metrics());
    assertThat(THREADS).isNotEmpty();
    assertNothingPlanted("thread names", THREADS.toString());
  }

  @Test
  void givenMarkedPersonalDataInEveryPositionWhenTheJobRunsThenTheProcessedZoneHasNoMark()
      throws Exception {
    List<String> corpus = PersonalDataCorpus.events();

    SourceRecord[] records =
        corpus.stream().map(PersonalDataTest::record).toArray(SourceRecord[]::new);
    for (int i = 0; i < records.length; i++) {
      records[i].origin.position = Integer.toString(i);
    }
    run(records);

    LakeFolder folder = new LakeFolder(lake);
    assertThat(folder.rejected()).isEmpty();
    assertThat(folder.events().size()).isEqualTo(corpus.size()).isGreaterThan(1500);
    List<String> leaks = new ArrayList<>();
    for (ClickEvent event : folder.events()) {
      for (String mark : marksIn(event.toString())) {
        leaks.add(mark + " in " + event.getEventId() + ": " + sent(corpus, event));
      }
    }
    assertThat(leaks).isEmpty();
    List<Path> files = allFiles();
    assertThat(marksIn(files.toString())).isEmpty();
    for (Path file : files) {
      assertThat(marksIn(Files.readString(file, StandardCharsets.ISO_8859_1)))
          .as(file.toString())
          .isEmpty();
    }
    assertThat(marksIn(log.toString(StandardCharsets.UTF_8))).isEmpty();
    assertThat(marksIn(metrics())).isEmpty();
  }

  private static String sent(List<String> corpus, ClickEvent event) {
    String id = event.getEventId();
    return id.matches("c\\d+") ? corpus.get(Integer.parseInt(id.substring(1))) : event.toString();
  }

  /** The marks in a text, whether plain or percent-encoded one or more times. */
  private static List<String> marksIn(String text) {
    List<String> found = new ArrayList<>();
    String decoded = text;
    for (int times = 0; times < 5; times++) {
      for (String mark : PersonalDataCorpus.MARKS) {
        if (decoded.contains(mark)) {
          found.add(mark + " decoded " + times + " times");
        }
      }
      String next =
          decoded
              .replaceAll("%3[Aa]", ":")
              .replaceAll("%2[Ee]", ".")
              .replaceAll("%40", "@")
              .replaceAll("%2[Bb]", "+")
              .replaceAll("%20", " ")
              .replaceAll("%25", "%");
      if (next.equals(decoded)) {
        break;
      }
      decoded = next;
    }
    return found;
  }

  private static void assertNothingPlanted(String place, String text) {
    for (String planted : PLANTED) {
      assertThat(text).as(place).doesNotContain(planted);
      assertThat(text).as(place).doesNotContain(planted.replace("@", "%40"));
    }
  }

  private static String metrics() {
    Set<String> names = new TreeSet<>();
    METRICS
        .getMetricsByGroup()
        .forEach(
            (group, metrics) -> {
              names.add(group.getMetricIdentifier("", CharacterFilter.NO_OP_FILTER));
              names.addAll(metrics.keySet());
            });
    assertThat(names).contains("eventsReceived");
    return names.toString();
  }

  private List<Path> allFiles() throws Exception {
    try (Stream<Path> files = Files.walk(lake)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private void run(SourceRecord... records) throws Exception {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(1);
    environment.enableCheckpointing(200);
    ClickstreamJob.build(
        environment
            .fromData(List.of(records), TypeInformation.of(SourceRecord.class))
            .map(
                (MapFunction<SourceRecord, SourceRecord>)
                    record -> {
                      Thread.getAllStackTraces().keySet().forEach(t -> THREADS.add(t.getName()));
                      return record;
                    })
            .returns(SourceRecord.class),
        JobSettings.of(
            Map.of(
                "source.stream", "clicks",
                "source.region", "us-east-1",
                "sink.path", lake.toUri().toString(),
                "quality.rules",
                    "[{name: no_mail, column: user_id, pattern: '[^@]*', when: {column: event_type, in: [v]}}]")));
    environment.execute();
  }

  private static SourceRecord record(String json) {
    return new SourceRecord(
        json.getBytes(StandardCharsets.UTF_8),
        new Origin("clicks", "shardId-000000000000", "1"),
        Instant.parse("2026-11-20T10:20:00Z").toEpochMilli());
  }
}
