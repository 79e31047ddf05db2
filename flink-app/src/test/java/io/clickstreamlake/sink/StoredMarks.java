package io.clickstreamlake.sink;

import java.io.IOException;
import java.time.Instant;
import org.apache.flink.core.fs.Path;

/** Settled marks as a job would store them that goes on after what a test has written. */
public final class StoredMarks {

  private StoredMarks() {}

  /**
   * Stores the mark of the job that wrote a table last, as its only writer.
   *
   * @param metadata folder of the table's metadata
   */
  public static void put(Path metadata, Instant mark) throws IOException {
    String epoch =
        SettledMark.newestEpoch(new PublicationLog(RollingParquetSinkBuilder.log(metadata)).list())
            .orElseThrow();
    new SettledMark(RollingParquetSinkBuilder.settled(metadata), epoch, 0, 1).put(mark);
  }
}
