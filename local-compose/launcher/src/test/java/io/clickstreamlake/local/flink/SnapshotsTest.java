package io.clickstreamlake.local.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.Snapshots.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void givenSavepointAndCheckpointsWhenSearchedThenTheNewestCompleteOneIsFound()
      throws IOException {
    snapshot("checkpoints/job1/chk-7", NOON);
    snapshot("savepoints/savepoint-1", NOON.plusSeconds(60));
    Path newest = snapshot("checkpoints/job2/chk-3", NOON.plusSeconds(120));
    Files.createDirectories(folder.resolve("checkpoints/job2/chk-4"));

    assertThat(snapshots().newest()).contains(newest);
  }

  @Test
  void givenNoSnapshotsWhenSearchedThenNoneIsFound() {
    assertThat(snapshots().newest()).isEmpty();
  }

  @Test
  void givenSnapshotsWhenListedThenTheNewestNameIsFirst() throws IOException {
    snapshot("checkpoints/job1/chk-7", NOON);
    snapshot("savepoints/savepoint-2", NOON.plusSeconds(60));
    snapshot("savepoints/savepoint-1", NOON.plusSeconds(120));

    assertThat(snapshots().list())
        .extracting(Snapshot::name)
        .containsExactly("savepoint-1", "savepoint-2", "job1/chk-7");
  }

  @Test
  void givenOlderSnapshotWhenSearchedThenItIsFoundByNameAndByFolder() throws IOException {
    Path old = snapshot("savepoints/savepoint-1", NOON);
    Path checkpoint = snapshot("checkpoints/job1/chk-7", NOON.plusSeconds(60));
    Path elsewhere = snapshot("elsewhere/savepoint-3", NOON);

    assertThat(snapshots().find("savepoint-1")).isEqualTo(old);
    assertThat(snapshots().find("job1/chk-7")).isEqualTo(checkpoint);
    assertThat(snapshots().find(elsewhere.toString())).isEqualTo(elsewhere);
  }

  @Test
  void givenUnknownSnapshotWhenSearchedThenTheMessageListsTheExistingOnes() throws IOException {
    snapshot("savepoints/savepoint-1", NOON);
    snapshot("savepoints/savepoint-2", NOON.plusSeconds(60));

    assertThatThrownBy(() -> snapshots().find("savepoint-9"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("There is no snapshot 'savepoint-9'")
        .hasMessageContaining("savepoint-2, savepoint-1.");
  }

  /** Flink deletes the checkpoints of a job that was just stopped. */
  @Test
  void givenCheckpointsThatDisappearWhenListedAndDeletedThenTheOthersAreFound() throws Exception {
    snapshot("savepoints/savepoint-1", NOON);
    for (int round = 0; round < 200; round++) {
      List<Path> checkpoints = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        checkpoints.add(snapshot("checkpoints/job1/chk-" + i, NOON));
      }
      Thread flink = new Thread(() -> checkpoints.forEach(SnapshotsTest::discard));
      flink.start();
      while (flink.isAlive()) {
        assertThat(snapshots().list()).extracting(Snapshot::name).contains("savepoint-1");
        snapshots().deleteCheckpointsBut(0);
      }
      flink.join();
      assertThat(snapshots().list()).extracting(Snapshot::name).containsExactly("savepoint-1");
    }
  }

  private static void discard(Path checkpoint) {
    try {
      Files.deleteIfExists(checkpoint.resolve("_metadata"));
      Files.deleteIfExists(checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void givenMoreSavepointsThanAreKeptWhenDeletedThenTheNewestAndAllCheckpointsRemain()
      throws IOException {
    Path checkpoint = snapshot("checkpoints/job1/chk-7", NOON.minusSeconds(60));
    Path oldest = snapshot("savepoints/savepoint-x", NOON);
    Files.writeString(oldest.resolve("data"), "x");
    Path newer = snapshot("savepoints/savepoint-a", NOON.plusSeconds(60));
    Path newest = snapshot("savepoints/savepoint-m", NOON.plusSeconds(120));

    assertThat(snapshots().deleteSavepointsBut(2)).containsExactly("savepoint-x");

    assertThat(oldest).doesNotExist();
    assertThat(snapshots().list())
        .extracting(Snapshot::folder)
        .containsExactly(newest, newer, checkpoint);
    assertThat(snapshots().deleteSavepointsBut(2)).isEmpty();
  }

  @Test
  void givenCheckpointsOfManyJobsWhenDeletedThenThoseOfTheNewestJobsRemain() throws IOException {
    Path savepoint = snapshot("savepoints/savepoint-1", NOON);
    Path oldest = snapshot("checkpoints/job1/chk-7", NOON);
    Path newer = snapshot("checkpoints/job2/chk-1", NOON.plusSeconds(60));
    Path newest = snapshot("checkpoints/job3/chk-8", NOON.plusSeconds(90));
    Path sameJob = snapshot("checkpoints/job3/chk-9", NOON.plusSeconds(120));
    // A job that ended with a savepoint has deleted its checkpoints.
    Path ended = Files.createDirectories(folder.resolve("checkpoints/job4/shared")).getParent();

    snapshots().deleteCheckpointsBut(2);

    assertThat(oldest.getParent()).doesNotExist();
    assertThat(ended).doesNotExist();
    assertThat(snapshots().list())
        .extracting(Snapshot::folder)
        .containsExactly(sameJob, newest, newer, savepoint);
  }

  private Snapshots snapshots() {
    return new Snapshots(folder.resolve("savepoints"), folder.resolve("checkpoints"));
  }

  private Path snapshot(String name, Instant written) throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve(name));
    Path metadata = Files.writeString(snapshot.resolve("_metadata"), "x");
    Files.setLastModifiedTime(metadata, FileTime.from(written));
    return snapshot;
  }
}
