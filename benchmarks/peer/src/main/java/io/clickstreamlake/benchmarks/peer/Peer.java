package io.clickstreamlake.benchmarks.peer;

import java.nio.file.Path;
import java.util.Map;

/** A program that turns the benchmark's input into Parquet files, in its own JVM. */
public interface Peer extends AutoCloseable {

  /** Opens a peer. The figures of warm rounds do not include this start-up. */
  interface Factory {
    Peer open(PeerTask task) throws Exception;
  }

  /**
   * Turns the whole input into Parquet files below {@code output}, in the folder {@code
   * click_events}, partitioned by year, month and day. All files are complete when it returns.
   *
   * @return figures of the round that only the peer can measure; often none
   */
  Map<String, Long> run(Path output) throws Exception;

  @Override
  default void close() throws Exception {}
}
