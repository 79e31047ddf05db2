package io.clickstreamlake.local.archive;

import java.util.List;
import java.util.Optional;

/** The stream that is archived. Every method throws if the stream does not answer. */
interface ArchiveSource {

  /**
   * A shard of the stream.
   *
   * @param parents the shards that it was split or merged from
   */
  record Shard(String id, List<String> parents) {}

  /**
   * What one read found.
   *
   * @param ended whether the shard is closed and has nothing more
   */
  record Batch(List<ArchiveRecord> records, boolean ended) {}

  /** Tells this stream from another one of the same name, before or after it. */
  String identity();

  /** The shards that the stream keeps, closed ones too. */
  List<Shard> shards();

  /**
   * Reads a shard.
   *
   * @param after the record behind which to read on; empty for the begin of the shard
   */
  Batch read(String shard, Optional<String> after);
}
