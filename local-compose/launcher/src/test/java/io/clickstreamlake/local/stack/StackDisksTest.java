package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.DiskSpace;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StackDisksTest {

  private static final StateFolder STATE = new StateFolder(Path.of("/lake"));

  @Test
  void givenEnoughSpaceWhenCheckedThenTheStartContinues() {
    StackDisks disks = new StackDisks(STATE, folder -> disk(folder, "a", 2_000));

    disks.requireSpaceToStart();

    assertThat(disks.shortage(StackDisks.NEEDED_TO_RUN)).isEmpty();
    assertThat(disks.all().values())
        .containsExactly(
            List.of("state folder", "data of S3", "stream", "checkpoints and savepoints", "logs"));
  }

  @Test
  void givenAFullDiskWhenCheckedThenTheMessageNamesFolderFreeAndNeededSpace() {
    StackDisks disks = new StackDisks(STATE, folder -> disk(folder, "/dev/sda1 (ext4)", 12));

    assertThatThrownBy(disks::requireSpaceToStart)
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("The disk of /lake (state folder, data of S3, stream")
        .hasMessageContaining("12 MB free of 9000 MB on /dev/sda1 (ext4), needed: 500 MB")
        .hasMessageContaining("Nothing was started. Free some space")
        .hasMessageContaining("--state DIR");
  }

  @Test
  void givenDataOfS3OnAnotherFullDiskWhenCheckedThenOnlyThatOneIsNamed() {
    StackDisks disks =
        new StackDisks(
            STATE,
            folder -> folder.endsWith("s3") ? disk(folder, "b", 7) : disk(folder, "a", 2_000));

    assertThat(disks.shortage(StackDisks.NEEDED_TO_RUN))
        .hasValue(
            "The disk of /lake/s3 (data of S3) has too little space: 7 MB free of 9000 MB on b,"
                + " needed: 100 MB.");
  }

  private static DiskSpace disk(Path folder, String name, long freeMegabytes) {
    return new DiskSpace(folder, name, freeMegabytes * 1_000_000, 9_000_000_000L);
  }
}
