package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

  @TempDir private Path folder;

  @Test
  void givenStateWhenClearedThenOnlyTheLockRemains() throws IOException {
    StateFolder state = new StateFolder(folder);
    Files.createDirectories(state.s3().resolve("processed/click_events"));
    Files.writeString(state.s3().resolve("processed/click_events/a.parquet"), "x");
    try (StackLock held = StackLock.take(state.lockFile())) {
      assertThat(state.isEmpty()).isFalse();

      state.clear();

      assertThat(state.isEmpty()).isTrue();
      assertThat(folder).isDirectoryContaining(state.lockFile()::equals);
    }
  }

  @Test
  void givenHeldLockWhenTakenThenTheMessageNamesTheFolder() {
    StateFolder state = new StateFolder(folder);
    try (StackLock held = StackLock.take(state.lockFile())) {
      assertThatThrownBy(() -> StackLock.take(state.lockFile()))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining(folder.toString());
    }
    StackLock.take(state.lockFile()).close();
  }
}
