package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationLogTest {

  private static final String EPOCH = "0123456789abcdef";

  @TempDir Path folder;

  @Test
  void givenNoFolderWhenListedThenThereIsNoEntry() throws Exception {
    assertThat(log(folder.resolve("none")).list()).isEmpty();
  }

  /** On a local file system, subtasks list the folder while another one removes entries. */
  @Test
  void givenEntriesThatComeAndGoWhenListedThenTheOthersAreNeverMissing() throws Exception {
    PublicationLog log = log(folder);
    List<Publication> lasting = new ArrayList<>();
    for (int checkpoint = 0; checkpoint < 20; checkpoint++) {
      lasting.add(Publication.committed(1000L * checkpoint, EPOCH, checkpoint));
      log.put(lasting.get(checkpoint), List.of());
    }
    Publication passing = Publication.committed(0, EPOCH, 999);
    AtomicBoolean stopped = new AtomicBoolean();
    Thread other =
        new Thread(
            () -> {
              try {
                while (!stopped.get()) {
                  log.put(passing, List.of());
                  log.remove(passing);
                }
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    other.start();
    try {
      for (int i = 0; i < 2000; i++) {
        assertThat(log.list()).containsAll(lasting);
      }
    } finally {
      stopped.set(true);
      other.join();
    }
  }

  private static PublicationLog log(Path folder) {
    return new PublicationLog(new org.apache.flink.core.fs.Path(folder.toUri()));
  }
}
