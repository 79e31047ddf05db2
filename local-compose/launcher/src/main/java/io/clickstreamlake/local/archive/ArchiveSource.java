package io.clickstreamlake.local.archive;

import java.util.List;
import java.util.Optional;

/** The stream that is archived. Each method throws an exception if the stream does not answer. */
interface ArchiveSource {

  /**
   * A shard of the stream.
   *
   * @param parents shards that it was split or merged from
   */
  record Shard(String id, List<String> parents) {}

  /**
   * The result of one read.
   *
   * @param ended whether the shard is closed and has no further records
   */
  record Batch(List<ArchiveRecord> records, boolean ended) {}

  /** Identity that differs from that of an earlier or later stream of the same name. */
  String identity();

  /** The shards that the stream keeps, closed ones included. */
  List<Shard> shards();

  /**
   * Reads a shard.
   *
   * @param after sequence number after which to read; empty for the beginning of the shard
   */
  Batch read(String shard, Optional<String> after);
}
