package io.clickstreamlake.benchmarks.peer;

import java.nio.file.Path;
import java.util.Map;

/** A program that turns the benchmark's input into Parquet files. It lives in a JVM of its own. */
public interface Peer extends AutoCloseable {

  /** Opens a peer. What it costs is start-up, which the figures of warm rounds do not hold. */
  interface Factory {
    Peer open(PeerTask task) throws Exception;
  }

  /**
   * Turns the whole input into Parquet files below {@code output}, in the folder {@code
   * click_events}, partitioned by year, month and day. All files are finished when it returns.
   *
   * @return what the peer knows about the round besides its files; often nothing
   */
  Map<String, Long> run(Path output) throws Exception;

  @Override
  default void close() throws Exception {}
}
