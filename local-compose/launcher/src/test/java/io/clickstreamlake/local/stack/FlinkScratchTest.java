package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkScratchTest {

  @TempDir private Path folder;

  @Test
  void givenAKilledTaskManagerWhenClearedThenOnlyItsScratchSpaceIsDeleted() throws IOException {
    Path job = file("tmp/tm_127.0.0.1:4711-abc/blobStorage/job.jar");
    Path other = file("tmp/jm_835e/blobStorage/job.jar");
    Path checkpoint = file("checkpoints/job1/chk-1/_metadata");

    new FlinkScratch(new StateFolder(folder)).clear("taskmanager");
    new FlinkScratch(new StateFolder(folder)).clear("trino");

    assertThat(job.getParent().getParent()).doesNotExist();
    assertThat(other).exists();
    assertThat(checkpoint).exists();
  }

  @Test
  void givenAStoppedStackWhenClearedThenUploadsAndScratchSpaceAreDeleted() throws IOException {
    Path upload = file("uploads/flink-web-upload/job.jar");
    Path scratch = file("tmp/jm_835e/blobStorage/job.jar");
    Path savepoint = file("savepoints/savepoint-1/_metadata");

    new FlinkScratch(new StateFolder(folder)).clear();

    assertThat(upload).doesNotExist();
    assertThat(scratch).doesNotExist();
    assertThat(savepoint).exists();
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve("flink").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }
}
