package io.clickstreamlake.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.clickstreamlake.local.LakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {

  @TempDir private Path folder;

  @Test
  void givenAFolderThatDoesNotExistWhenReadThenTheSpaceIsThatOfDf() throws Exception {
    DiskSpace space = DiskSpace.of(folder.resolve("not/there"));

    Process df =
        new ProcessBuilder("df", "-Pk", folder.toString()).redirectErrorStream(true).start();
    List<String> lines = df.inputReader().lines().toList();
    String[] columns = lines.get(lines.size() - 1).split("\\s+");
    assertThat(space.disk()).startsWith(columns[0]);
    assertThat(space.total()).isCloseTo(kilobytes(columns[1]), within(1L << 20));
    // Other programs write meanwhile.
    assertThat(space.free()).isCloseTo(kilobytes(columns[3]), within(1L << 30));
    assertThat(space.isFull()).isEqualTo(kilobytes(columns[3]) < 4L << 20);
  }

  @Test
  void givenAFullDiskWhenAProcessEndsThenTheMessageSaysSoInsteadOfAnEmptyLog() {
    ProcessGroup group =
        new ProcessGroup(
            folder.resolve("pids"),
            folder.resolve("logs"),
            path -> new DiskSpace(path, "tiny (tmpfs)", 0, 50_000_000));
    ProcessSpec spec =
        new ProcessSpec(
            "trino", List.of("sh", "-c", "exit 1"), Map.of(), () -> false, Duration.ofSeconds(30));

    assertThatThrownBy(() -> group.start(spec))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("trino ended with exit code 1")
        .hasMessageContaining(
            "The disk of "
                + folder.resolve("logs")
                + " is full (0 MB free of 50 MB on tiny (tmpfs)). Free some space.");
    group.end();
  }

  private static long kilobytes(String text) {
    return Long.parseLong(text) * 1024;
  }
}
