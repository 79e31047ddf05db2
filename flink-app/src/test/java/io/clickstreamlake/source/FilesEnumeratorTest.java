package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulates an object store with a local folder, whose clock and times the test sets. */
class FilesEnumeratorTest {

  private static final Duration FORGET_AFTER = Duration.ofDays(7);

  @TempDir Path folder;

  private Instant now = Instant.parse("2026-11-20T10:00:00Z");

  @Test
  void givenObjectsWhenTheyAreListedAgainThenEachIsAssignedOnceInTheOrderOfItsTime()
      throws Exception {
    put("b", now.minusSeconds(20));
    put("x/y/a", now.minusSeconds(10));
    put("c", now.minusSeconds(30));
    Run run = new Run(null);
    assertThat(run.assigned).containsExactly("c", "b", "x/y/a");
    run.list();
    put("x/d", now);
    run.list();
    assertThat(run.assigned).containsExactly("c", "b", "x/y/a", "x/d");
  }

  @Test
  void givenAReplacedObjectWhenItIsListedThenItIsAssignedAgain() throws Exception {
    put("a", now.minusSeconds(20));
    Run run = new Run(null);
    put("a", now.minusSeconds(5));
    run.list();
    run.list();
    assertThat(run.assigned).containsExactly("a", "a");
  }

  @Test
  void givenMonthsOfObjectsWhenTheyWereReadThenTheStateHoldsThoseOfTheLastDays() throws Exception {
    for (int day = 0; day < 60; day++) {
      put("day=" + day + "/events", now.minus(Duration.ofDays(day)));
    }
    Run run = new Run(null);
    assertThat(run.assigned).hasSize(60);
    FilesProgress state = run.snapshot();
    assertThat(state.found).hasSize(8);

    Run restored = new Run(state);
    for (int hour = 0; hour < 12 * 24; hour++) {
      now = now.plus(Duration.ofHours(1));
      put("hour=" + hour + "/events", now);
      restored.list();
      assertThat(restored.snapshot().found.size()).isLessThanOrEqualTo(8 * 24);
    }
    assertThat(restored.assigned).hasSize(12 * 24).doesNotHaveDuplicates();
  }

  @Test
  void givenDeletedObjectsWhenTheFolderIsListedThenTheStateForgetsThem() throws Exception {
    put("a", now);
    put("b", now);
    Run run = new Run(null);
    Files.delete(folder.resolve("a"));
    now = now.plus(Duration.ofHours(2));
    run.list();
    assertThat(run.snapshot().found).hasSize(1);
  }

  @Test
  void givenAFolderOfAPastDayWhenAnObjectIsAddedThenItIsFoundWithinAnHour() throws Exception {
    put("day=1/a", now.minus(Duration.ofDays(3)));
    Run run = new Run(null);
    put("day=1/late", now);
    now = now.plus(Duration.ofMinutes(1));
    run.list();
    assertThat(run.assigned).containsExactly("day=1/a");
    now = now.plus(Duration.ofHours(1));
    run.list();
    assertThat(run.assigned).containsExactly("day=1/a", "day=1/late");
  }

  @Test
  void givenAnotherFolderWhenASnapshotIsRestoredThenItsOldObjectsAreRead() throws Exception {
    put("a", now.minus(Duration.ofDays(30)));
    FilesProgress state = new Run(null).snapshot();
    Path other = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-other"));
    Files.move(folder.resolve("a"), other.resolve("a"));
    folder = other;
    assertThat(new Run(state).assigned).containsExactly("a");
  }

  @Test
  void givenASnapshotBeforeTheAssignmentWhenRestoredThenTheObjectIsAssigned() throws Exception {
    put("a", now);
    Run run = new Run(null, 0);
    assertThat(run.assigned).isEmpty();
    assertThat(new Run(run.snapshot()).assigned).containsExactly("a");
  }

  @Test
  void givenALostReaderWhenItsObjectComesBackThenItIsAssignedFirst() throws Exception {
    put("a", now.minusSeconds(3));
    put("b", now.minusSeconds(2));
    Run run = new Run(null, 1);
    run.enumerator.addSplitsBack(run.splits, 0);
    run.enumerator.handleSplitRequest(0, null);
    run.enumerator.handleSplitRequest(0, null);
    assertThat(run.assigned).containsExactly("a", "a", "b");
  }

  private void put(String name, Instant stored) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{}", StandardCharsets.UTF_8);
    Files.setLastModifiedTime(file, FileTime.from(stored));
  }

  /** An enumerator with one reader, which asks for the next object as soon as it has one. */
  private final class Run implements SplitEnumeratorContext<FileSourceSplit> {

    final FilesEnumerator enumerator;
    final List<String> assigned = new ArrayList<>();
    final List<FileSourceSplit> splits = new ArrayList<>();

    private final int maxRequests;
    private Runnable listing;

    Run(@Nullable FilesProgress restored) throws IOException {
      this(restored, Integer.MAX_VALUE);
    }

    Run(@Nullable FilesProgress restored, int maxRequests) throws IOException {
      this.maxRequests = maxRequests;
      FilesProgress.Serializer serializer = new FilesProgress.Serializer();
      enumerator =
          new FilesEnumerator(
              this,
              new FilesListing(List.of(new org.apache.flink.core.fs.Path(folder.toUri())), true),
              Duration.ofSeconds(1),
              FORGET_AFTER,
              new Clock() {
                @Override
                public Instant instant() {
                  return now;
                }

                @Override
                public ZoneOffset getZone() {
                  return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                  return this;
                }
              },
              restored == null
                  ? null
                  : serializer.deserialize(
                      serializer.getVersion(), serializer.serialize(restored)));
      enumerator.start();
      list();
    }

    void list() {
      listing.run();
      for (int before = -1; before < assigned.size() && assigned.size() < maxRequests; ) {
        before = assigned.size();
        enumerator.handleSplitRequest(0, null);
      }
    }

    FilesProgress snapshot() {
      return enumerator.snapshotState(1);
    }

    @Override
    public void assignSplits(SplitsAssignment<FileSourceSplit> assignment) {
      assignment.assignment().values().stream()
          .flatMap(List::stream)
          .forEach(
              split -> {
                splits.add(split);
                assigned.add(folder.relativize(Path.of(split.path().getPath())).toString());
              });
    }

    @Override
    public <T> void callAsync(
        Callable<T> work, BiConsumer<T, Throwable> handler, long delay, long period) {
      listing =
          () -> {
            try {
              handler.accept(work.call(), null);
            } catch (Exception e) {
              handler.accept(null, e);
            }
          };
    }

    @Override
    public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
      return new HashMap<>(Map.of(0, new ReaderInfo(0, "here")));
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
      return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    }

    @Override
    public void sendEventToSourceReader(
        int subtask, org.apache.flink.api.connector.source.SourceEvent event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int currentParallelism() {
      return 1;
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void runInCoordinatorThread(Runnable work) {
      work.run();
    }
  }
}
