package io.clickstreamlake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.source.EventSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job that goes on in another generation of the tables, from its snapshot. */
class GenerationTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path files;
  @TempDir Path lake;
  @TempDir Path elsewhere;

  @Nullable private JobClient running;

  @AfterEach
  void cancel() throws Exception {
    if (running != null) {
      running.cancel().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void givenASnapshotOfGenerationOneWhenTheJobGoesOnInTwoThenEachEventIsInOneOfThemOnce()
      throws Exception {
    start(1, "1 s", null, false);
    add("a", 0, 100);
    awaitEvents(1, 0, 100);
    String border = stop();

    start(2, "1 s", border, true);
    // The second half of the first file again, beside new events.
    add("b", 50, 160);
    awaitEvents(2, 100, 160);
    String later = stop();
    // A snapshot of generation two continues like any other.
    start(2, "1 s", later, false);
    add("c", 0, 200);
    awaitEvents(2, 100, 200);
    stop();

    assertThat(ids(1)).containsExactlyInAnyOrderElementsOf(names(0, 100));
    assertThat(ids(2)).containsExactlyInAnyOrderElementsOf(names(100, 200));
    assertThat(lake(1).ledger()).containsEntry("received", 100L).doesNotContainKey("duplicate");
    assertThat(lake(2).ledger())
        .containsEntry("received", 310L)
        .containsEntry("duplicate", 210L)
        .containsEntry("written", 100L);
  }

  @Test
  void givenOpenFilesOfGenerationOneWhenTheJobReturnsFromTwoThenTheyAreFinishedAndNoEventIsLost()
      throws Exception {
    Counts.read.set(0);
    start(1, "1 h", null, false);
    add("a", 0, 100);
    await().atMost(TIMEOUT).until(() -> Counts.read.get() == 100);
    String border = stop();
    assertThat(ids(1)).isEmpty();
    start(2, "1 s", border, true);
    add("b", 50, 160);
    awaitEvents(2, 100, 160);
    stop();
    assertThat(ids(1)).isEmpty();

    start(1, "1 s", border, false);
    awaitEvents(1, 0, 160);
    stop();
    assertThat(ids(1)).containsExactlyInAnyOrderElementsOf(names(0, 160));
    assertThat(ids(2)).containsExactlyInAnyOrderElementsOf(names(100, 160));
  }

  @Test
  void givenASnapshotOfAnotherGenerationWhenStateMayNotBeLeftOutThenTheJobDoesNotStart()
      throws Exception {
    start(1, "1 s", null, false);
    add("a", 0, 10);
    awaitEvents(1, 0, 10);
    String border = stop();

    assertThatThrownBy(
            () -> start(2, "1 s", border, false).getJobExecutionResult().get(60, TimeUnit.SECONDS))
        .hasStackTraceContaining("Cannot map checkpoint/savepoint state");
    running = null;
    assertThat(lake.resolve("g2")).doesNotExist();
  }

  private JobClient start(
      int generation, String rollInterval, @Nullable String snapshot, boolean leaveStateOut)
      throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    environment.setParallelism(2);
    environment.enableCheckpointing(200);
    Map<String, String> texts = new HashMap<>();
    texts.put("source.type", "FILES");
    texts.put("source.files.path", files.toUri().toString());
    texts.put("source.files.interval", "100 ms");
    texts.put("sink.path", lake.toUri().toString());
    texts.put("sink.generation", Integer.toString(generation));
    texts.put("roll.interval", rollInterval);
    JobSettings settings = JobSettings.of(texts);
    ClickstreamJob.build(
        EventSource.addTo(environment, settings).map(new Counts()).uid("counts"), settings);
    StreamGraph graph = environment.getStreamGraph();
    if (snapshot != null) {
      graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(snapshot, leaveStateOut));
    }
    running = environment.executeAsync(graph);
    return running;
  }

  private String stop() throws Exception {
    JobClient job = running;
    running = null;
    return job.stopWithSavepoint(false, elsewhere.toUri().toString(), SavepointFormatType.NATIVE)
        .get(60, TimeUnit.SECONDS);
  }

  /** Waits until exactly these events, and their counts, are visible. */
  private void awaitEvents(int generation, int from, int to) {
    awaitWhileRunning(() -> ids(generation).size() >= to - from);
    assertThat(ids(generation)).containsExactlyInAnyOrderElementsOf(names(from, to));
    awaitWhileRunning(() -> lake(generation).ledger().getOrDefault("written", 0L) == to - from);
  }

  private void awaitWhileRunning(BooleanSupplier condition) {
    await()
        .atMost(TIMEOUT)
        .until(
            () -> {
              if (running.getJobStatus().get() == JobStatus.FAILED) {
                JobClient failed = running;
                running = null;
                failed.getJobExecutionResult().get(); // throws the cause
              }
              return condition.getAsBoolean();
            });
  }

  /** A step that counts the records that it passes on. */
  private static final class Counts implements MapFunction<SourceRecord, SourceRecord> {

    private static final long serialVersionUID = 1L;
    private static final AtomicInteger read = new AtomicInteger();

    @Override
    public SourceRecord map(SourceRecord record) {
      read.incrementAndGet();
      return record;
    }
  }

  private List<String> ids(int generation) {
    return lake(generation).events().stream()
        .map(ClickEvent::getEventId)
        .collect(Collectors.toList());
  }

  private LakeFolder lake(int generation) {
    return new LakeFolder(generation == 1 ? lake : lake.resolve("g" + generation));
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "e" + i).collect(Collectors.toList());
  }

  /** Writes the file elsewhere and moves it, so that the job does not see a part of it. */
  private void add(String name, int from, int to) throws IOException {
    String text =
        names(from, to).stream()
            .map(
                id ->
                    "{\"event_id\":\""
                        + id
                        + "\",\"event_type\":\"view\",\"event_time\":\"2026-11-20T10:15:30Z\"}\n")
            .collect(Collectors.joining());
    Path next = Files.write(elsewhere.resolve("next"), text.getBytes(UTF_8));
    Files.move(next, files.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
