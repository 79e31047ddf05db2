package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a submission continues, after each thing that can happen to a stack. */
class StartSnapshotTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private Path folder;
  private StateFolder state;

  @BeforeEach
  void setUp() throws IOException {
    state = new StateFolder(folder);
    Files.createDirectories(state.flink());
  }

  @Test
  void givenNothingWhenSubmittedThenThereIsNoSnapshot() {
    assertThat(StartSnapshot.next(state)).isEmpty();
  }

  @Test
  void givenACrashBeforeTheFirstRecordWhenSubmittedThenTheNewestSnapshotIsUsed()
      throws IOException {
    checkpoint("chk-1", 1);
    Path newest = checkpoint("chk-2", 2);

    assertThat(StartSnapshot.next(state)).contains(newest);
  }

  @Test
  void givenAStartFromAnOlderSnapshotWhenSubmittedBeforeItsFirstCheckpointThenThatIsUsedAgain()
      throws IOException {
    Path older = checkpoint("chk-1", 1);
    checkpoint("chk-2", 2);
    StartSnapshot.startedFrom(state, Optional.of(older), NOON.plusSeconds(3));
    assertThat(StartSnapshot.next(state)).contains(older);

    Path own = checkpoint("chk-3", 4);

    assertThat(StartSnapshot.next(state)).contains(own);
  }

  @Test
  void givenAStartWithoutStateWhenSubmittedBeforeItsFirstCheckpointThenItHasNoStateEither()
      throws IOException {
    checkpoint("chk-1", 1);
    StartSnapshot.startedFrom(state, Optional.empty(), NOON.plusSeconds(2));

    assertThat(StartSnapshot.next(state)).isEmpty();
  }

  @Test
  void givenTheSavepointOfAStopThatIsGoneWhenSubmittedThenItIsMissed() throws IOException {
    checkpoint("chk-1", 1);
    Path savepoint = state.savepoints().resolve("savepoint-1");
    StartSnapshot.stoppedWith(state, savepoint);

    assertThat(StartSnapshot.next(state)).contains(savepoint);
  }

  private Path checkpoint(String name, int seconds) throws IOException {
    Path snapshot = Files.createDirectories(state.checkpoints().resolve("job").resolve(name));
    Path metadata = Files.writeString(snapshot.resolve("_metadata"), "");
    Files.setLastModifiedTime(metadata, FileTime.from(NOON.plusSeconds(seconds)));
    return snapshot;
  }
}
