package io.clickstreamlake.local.archive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** A Kinesis stream as the source of the archive. */
final class KinesisSource implements ArchiveSource {

  private final KinesisClient client;
  private final String stream;

  /** Per shard, the iterator of the next read, valid if that continues after the last one. */
  private final Map<String, Next> next = new HashMap<>();

  private record Next(Optional<String> after, String iterator) {}

  KinesisSource(KinesisClient client, String stream) {
    this.client = client;
    this.stream = stream;
  }

  @Override
  public String identity() {
    return stream
        + "@"
        + client
            .describeStreamSummary(r -> r.streamName(stream))
            .streamDescriptionSummary()
            .streamCreationTimestamp();
  }

  @Override
  public List<Shard> shards() {
    List<Shard> shards = new ArrayList<>();
    ListShardsResponse page = client.listShards(r -> r.streamName(stream));
    while (true) {
      page.shards()
          .forEach(
              shard ->
                  shards.add(
                      new Shard(
                          shard.shardId(),
                          Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                              .flatMap(Stream::ofNullable)
                              .toList())));
      String next = page.nextToken();
      if (next == null) {
        return List.copyOf(shards);
      }
      page = client.listShards(r -> r.nextToken(next));
    }
  }

  @Override
  public Batch read(String shard, Optional<String> after) {
    // Removed here and stored again after the read: after an error the iterator may be invalid.
    Next remembered = next.remove(shard);
    String iterator =
        remembered != null && remembered.after().equals(after)
            ? remembered.iterator()
            : iterator(shard, after);
    GetRecordsResponse answer;
    try {
      answer = records(iterator);
    } catch (ExpiredIteratorException e) {
      answer = records(iterator(shard, after));
    }
    List<ArchiveRecord> records =
        answer.records().stream()
            .map(
                record ->
                    new ArchiveRecord(
                        record.sequenceNumber(),
                        record.approximateArrivalTimestamp(),
                        record.data().asByteArrayUnsafe()))
            .toList();
    if (answer.nextShardIterator() != null) {
      Optional<String> last =
          records.isEmpty() ? after : Optional.of(records.get(records.size() - 1).sequenceNumber());
      next.put(shard, new Next(last, answer.nextShardIterator()));
    }
    return new Batch(records, answer.nextShardIterator() == null);
  }

  private GetRecordsResponse records(String iterator) {
    return client.getRecords(r -> r.shardIterator(iterator));
  }

  private String iterator(String shard, Optional<String> after) {
    return client
        .getShardIterator(
            r -> {
              r.streamName(stream).shardId(shard);
              after.ifPresentOrElse(
                  sequenceNumber ->
                      r.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                          .startingSequenceNumber(sequenceNumber),
                  () -> r.shardIteratorType(ShardIteratorType.TRIM_HORIZON));
            })
        .shardIterator();
  }
}
