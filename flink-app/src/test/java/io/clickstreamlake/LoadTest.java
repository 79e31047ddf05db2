package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.source.EventSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The batch that loads files into the tables. */
class LoadTest {

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path lake;
  @TempDir Path files;

  @Test
  void givenFilesWhenTheyAreLoadedTwiceThenEachEventIsWrittenOnce() throws Exception {
    List<String> events = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int withoutId = 0;
    for (int i = 0; i < 3000; i++) {
      // Three days; each tenth event is there twice; each event without an id is one of its own.
      int id = i % 10 == 9 ? i - 1 : i;
      String day = "2026-11-" + (18 + id / 1000);
      events.add(
          "{"
              + (i % 3 == 0 ? "" : "\"event_id\":\"e" + id + "\",")
              + "\"event_type\":\"view\",\"event_time\":\""
              + day
              + "T10:15:30Z\"}");
      if (i % 3 == 0) {
        withoutId++;
      } else {
        ids.add("e" + id);
      }
    }
    put("a/one.json", String.join("\n", events.subList(0, 1500)));
    put("a/two.json", String.join("\n", events.subList(1500, 3000)));
    put("broken.json", "{\"event_id\":\n{\"event_id\":\n");

    load(files);
    List<ClickEvent> rows = new LakeFolder(lake).events();
    assertThat(rows).hasSize(ids.size() + withoutId);
    assertThat(rows).extracting(ClickEvent::getEventId).doesNotHaveDuplicates().containsAll(ids);
    assertThat(new LakeFolder(lake).eventsByFolder().keySet()).hasSize(3);
    assertThat(new LakeFolder(lake).rejected()).hasSize(2);
    Map<String, Long> ledger = new LakeFolder(lake).ledger();
    assertThat(ledger)
        .isEqualTo(
            Map.of(
                "received",
                3002L,
                "loaded",
                3002L,
                "written",
                (long) rows.size(),
                "duplicate",
                3000L - rows.size(),
                "late",
                (long) rows.size(),
                "rejected:malformed_json",
                2L));

    load(files);
    put(
        "more.json",
        "{\"event_id\":\"e1\",\"event_type\":\"view\",\"event_time\":\"2026-11-18T10:15:30Z\"}");
    load(files);
    assertThat(new LakeFolder(lake).events()).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(new LakeFolder(lake).rejected()).hasSize(2);
    assertThat(new LakeFolder(lake).ledger()).isEqualTo(ledger);
  }

  private void load(Path... paths) throws Exception {
    Map<String, String> texts = new HashMap<>();
    texts.put("source.type", "FILES");
    texts.put("source.files.path", files.toUri().toString());
    texts.put("sink.path", lake.toUri().toString());
    JobSettings settings = JobSettings.of(texts);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setParallelism(2);
    JobSteps steps = JobSteps.of(settings);
    BatchRun run = steps.sinks.batchRun("load");
    run.begin();
    BatchJob.load(
        EventSource.ofFiles(
            environment, settings, List.of(paths).stream().map(p -> p.toUri().toString()).toList()),
        settings,
        steps,
        run);
    environment.execute();
  }

  private void put(String name, String text) throws IOException {
    Path file = files.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(UTF_8));
  }
}
