package io.clickstreamlake.local.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void givenSavepointAndCheckpointsWhenAskedThenTheNewestCompleteOneIsTold() throws IOException {
    snapshot("checkpoints/job1/chk-7", NOON);
    snapshot("savepoints/savepoint-1", NOON.plusSeconds(60));
    Path newest = snapshot("checkpoints/job2/chk-3", NOON.plusSeconds(120));
    Files.createDirectories(folder.resolve("checkpoints/job2/chk-4"));

    assertThat(Snapshots.newest(folders())).contains(newest);
  }

  @Test
  void givenNothingWhenAskedThenThereIsNone() {
    assertThat(Snapshots.newest(folders())).isEmpty();
  }

  private List<Path> folders() {
    return List.of(folder.resolve("checkpoints"), folder.resolve("savepoints"));
  }

  private Path snapshot(String name, Instant written) throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve(name));
    Path metadata = Files.writeString(snapshot.resolve("_metadata"), "x");
    Files.setLastModifiedTime(metadata, FileTime.from(written));
    return snapshot;
  }
}
