package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import io.clickstreamlake.sink.Generations;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Writes tables with the job, erases persons from them, and compares with DuckDB. */
class ErasureTest {

  private static final String MAPPING =
      String.join(
          "\n",
          "columns:",
          "  event_id: [$.id]",
          "  event_type: [$.type]",
          "  event_time: [$.at]",
          "  user_id: [$.user]",
          "  anonymous_id: [$.device]",
          "custom_columns:",
          "  - {name: points, type: bigint, paths: [$.points]}",
          "  - {name: basket, type: 'decimal(12,2)', paths: [$.basket]}",
          "");

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path folder;

  private final Map<String, String> settings = new HashMap<>();

  /** The output of the program. */
  private final List<String> lines = new ArrayList<>();

  private Path lake() {
    return folder.resolve("lake");
  }

  @ParameterizedTest
  @EnumSource(JobOptions.SinkType.class)
  void givenRowsOfPersonsWhenErasedThenOnlyTheyAreGoneAndTheLedgerSaysHowMany(
      JobOptions.SinkType sink) throws Exception {
    settings.put("sink.type", sink.name());
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      events.add(event(i, "'user':'u%d','device':'d%d','points':%d".formatted(i % 7, i % 11, i)));
    }
    for (int i = 400; i < 420; i++) {
      // A file of its own day, all of whose rows go.
      events.add(event(i, "'user':'u3'").replace("2026-11-20", "2026-11-19"));
    }
    events.add("{'id':'x1','user':'u3','type':'t'}".replace('\'', '"')); // no time
    events.add("{'id':'x2','user':'u33','type':'t'}".replace('\'', '"'));
    events.add("{ \"user\": \"u3\", oops");
    events.add("{ \"user\": \"u33\", oops");
    run(events);
    copyOfTables();

    ObjectNode found =
        erase("{\"userIds\": [\"u3\"], \"anonymousIds\": [\"d5\"], \"dryRun\": true}");
    assertThat(unchangedFiles()).isEqualTo(LakeFolder.files(lake()).size());
    ObjectNode report = erase("{\"userIds\": [\"u3\"], \"anonymousIds\": [\"d5\"]}");

    String remain = "where not (coalesce(user_id, '') = 'u3' or coalesce(anonymous_id, '') = 'd5')";
    assertThat(differences("click_events", remain)).isEmpty();
    assertThat(query(lake(), "click_events", "select count(*) from $table " + remain))
        .isEqualTo(query(lake(), "click_events", "select count(*) from $table"));
    assertThat(differences("rejected_events", "where decode(payload) not like '%\"u3\"%'"))
        .isEmpty();
    long clicks = rows(before(), "click_events") - rows(lake(), "click_events");
    long rejected = rows(before(), "rejected_events") - rows(lake(), "rejected_events");
    assertThat(clicks).isEqualTo(57 + 36 - 5 + 20);
    assertThat(rejected).isEqualTo(2);
    assertThat(
            query(
                lake(),
                "ledger",
                "select coalesce(reason, ''), sum(events)::bigint, min(arrival_hour) = max(arrival_hour)"
                    + " from $table where outcome = 'erased' group by 1 order by 1"))
        .containsExactly(
            List.of("", clicks, true),
            List.of("malformed_json", 1L, true),
            List.of("missing_value", 1L, true));
    assertThat(report.at("/tables/click_events/rows").asLong()).isEqualTo(clicks);
    assertThat(report.at("/secondScan/rowsFound").asLong()).isZero();
    assertThat(found.get("tables")).isEqualTo(report.get("tables"));
    assertThat(lake().resolve("click_events/year=2026/month=11/day=19"))
        .satisfies(day -> assertThat(LakeFolder.files(day)).isEmpty());
    assertThat(erase("{\"userIds\": [\"u3\"]}").at("/tables/click_events/rows").asLong()).isZero();
    assertThat(
            query(
                lake(),
                "ledger",
                "select sum(events)::bigint from $table where outcome = 'erased'"))
        .containsExactly(List.of(clicks + rejected));
    for (Path file : LakeFolder.files(lake().resolve("_erase"))) {
      assertThat(Files.readString(file)).doesNotContain("u3").doesNotContain("\"d5\"");
    }
  }

  @Test
  void givenTwoGenerationsWhenRowsAreErasedThenNeitherHasThemWhicheverTheJobWrites()
      throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      events.add(event(i, "'user':'u%d'".formatted(i % 7)));
    }
    run(events);
    settings.put("sink.generation", "2");
    run(events);
    String users =
        "select user_id, count(*)::bigint from $table where user_id in ('u2', 'u3', 'u4')"
            + " group by 1 order by 1";

    erase("{\"userIds\": [\"u3\"], \"dryRun\": true}");
    assertThat(query(lake(), "click_events", users)).hasSize(3);
    ObjectNode report = erase("{\"userIds\": [\"u3\"]}");
    assertThat(report.at("/tables/click_events/rows").asLong()).isEqualTo(10);
    settings.put("sink.generation", "1");
    erase("{\"userIds\": [\"u4\"]}");
    for (Path generation : List.of(lake(), lake().resolve("g2"))) {
      assertThat(query(generation, "click_events", users)).containsExactly(List.of("u2", 10L));
      assertThat(
              query(
                  generation,
                  "ledger",
                  "select sum(events)::bigint from $table where outcome = 'erased'"))
          .containsExactly(List.of(20L));
    }

    Generations.prepare(lake().toUri().toString(), 3, List.of());
    assertThatThrownBy(() -> erase("{\"userIds\": [\"u2\"]}"))
        .hasMessageContaining("Generation 3 of the tables is being prepared");
    assertThat(query(lake(), "click_events", users)).containsExactly(List.of("u2", 10L));
  }

  @Test
  void givenIdsThatPrivacyHashesWhenTheRawIdIsErasedThenItsRowsAreFound() throws Exception {
    settings.put("privacy.hash-key", "0123456789abcdef");
    settings.put("parse.max-id-length", "80");
    String longId = "x".repeat(100);
    run(
        List.of(
            event(1, "'user':'ann@mail.example'"),
            event(2, "'user':'bob@mail.example'"),
            event(3, "'user':'" + longId + "'"),
            event(4, "'user':'" + longId + "x'"),
            "{'id':'x1','user':'ann@mail.example','type':'t'}".replace('\'', '"')));
    List<List<Object>> stored =
        query(lake(), "click_events", "select user_id from $table order by event_id");
    assertThat(stored.toString()).doesNotContain("mail").doesNotContain("xxx");

    ObjectNode report = erase("{\"userIds\": [\"ann@mail.example\", \"" + longId + "\"]}");

    assertThat(query(lake(), "click_events", "select event_id from $table order by 1"))
        .containsExactly(List.of("e2"), List.of("e4"));
    assertThat(report.at("/tables/rejected_events/rows").asLong()).isEqualTo(1);
    // As it stands in the table.
    erase("{\"userIds\": [\"" + stored.get(1).get(0) + "\"]}");
    assertThat(query(lake(), "click_events", "select event_id from $table order by 1"))
        .containsExactly(List.of("e4"));
  }

  @Test
  void givenAReaderThatHasOpenedAFileWhenRowsAreErasedThenItReadsTheOldFileToItsEnd()
      throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      events.add(event(i, "'user':'u" + i % 2 + "'"));
    }
    run(events);
    List<AvroRowReader<ClickEvent>> readers = new ArrayList<>();
    for (Path file : LakeFolder.files(lake().resolve("click_events"))) {
      readers.add(
          AvroRowReader.of(ClickEvent.class)
              .open(FlinkInputFile.of(new org.apache.flink.core.fs.Path(file.toUri()))));
    }

    erase("{\"userIds\": [\"u1\"]}");

    int old = 0;
    for (AvroRowReader<ClickEvent> reader : readers) {
      for (ClickEvent row = reader.next(); row != null; row = reader.next()) {
        old++;
      }
      reader.close();
    }
    assertThat(old).as("rows of the readers that had opened the files before").isEqualTo(50);
    assertThat(rows(lake(), "click_events")).isEqualTo(25);
  }

  private static String event(int id, String fields) {
    return ("{'id':'e"
            + id
            + "','type':'page_view','at':'2026-11-20T10:15:30Z','basket':1.25,"
            + "'extra':{'a':[1,2]},"
            + fields
            + "}")
        .replace('\'', '"');
  }

  private void run(List<String> events) throws Exception {
    settings.put(
        "parse.mapping", Files.writeString(folder.resolve("mapping.yaml"), MAPPING).toString());
    settings.put("row-group.bloom-filters", "event_id;user_id;anonymous_id");
    JobRun.over(lake(), settings, events);
  }

  private ObjectNode erase(String arguments) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("source.stream", "clicks");
    all.put("source.region", "us-east-1");
    all.put("sink.path", lake().toUri().toString());
    ObjectNode json = (ObjectNode) new JsonMapper().readTree(arguments);
    json.put("silenceSeconds", 2);
    return (ObjectNode)
        EraseCommand.run(
                EraseCommand.check(all),
                new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)),
                StreamExecutionEnvironment.getExecutionEnvironment(),
                lines::add)
            .get(0);
  }

  private Path before() {
    return folder.resolve("before");
  }

  private void copyOfTables() throws Exception {
    for (Path file : LakeFolder.files(lake())) {
      Path copy = before().resolve(lake().relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private long unchangedFiles() throws Exception {
    long same = 0;
    for (Path file : LakeFolder.files(lake())) {
      same += Files.mismatch(file, before().resolve(lake().relativize(file))) < 0 ? 1 : 0;
    }
    return same;
  }

  private static long rows(Path lake, String table) throws Exception {
    return (Long) query(lake, table, "select count(*) from $table").get(0).get(0);
  }

  private static List<List<Object>> query(Path lake, String table, String sql) throws Exception {
    return JobRun.query(lake, table, sql);
  }

  /** Rows that should have remained and did not, or the other way round, or at another place. */
  private List<List<Object>> differences(String table, String remain) throws Exception {
    String numbered =
        "select * exclude (filename, file_row_number), parse_filename(filename) as name,"
            + " row_number() over (partition by filename order by file_row_number) as place"
            + " from read_parquet('%s/"
            + table
            + "/**/*.parquet', filename = true, file_row_number = true) %s";
    String old = numbered.formatted(before(), remain);
    String now = numbered.formatted(lake(), "");
    return query(
        lake(),
        table,
        "(select 'lost', * from ((%s) except all (%s))) union all (select 'added', * from ((%s) except all (%s)))"
            .formatted(old, now, now, old));
  }
}
