package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.JobBatch;
import java.util.Locale;
import java.util.function.Consumer;

/** Shows how far a batch is, and about how long it still reads. */
final class BatchProgress implements Consumer<JobBatch.Counts> {

  private final Console console;
  private final long start = System.nanoTime();

  BatchProgress(Console console) {
    this.console = console;
  }

  @Override
  public void accept(JobBatch.Counts counts) {
    double seconds = Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    String rate =
        String.format(
            Locale.ROOT,
            "%d of %d files, %d records, %.0f per second",
            counts.files(),
            counts.totalFiles(),
            counts.records(),
            counts.records() / seconds);
    long done = Math.max(0, counts.files() - 1);
    console.progress(
        done == 0 || counts.files() >= counts.totalFiles()
            ? rate
            : rate
                + String.format(
                    Locale.ROOT,
                    ", about %.0f s left to read",
                    seconds / done * (counts.totalFiles() - done)));
  }
}
