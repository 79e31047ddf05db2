package io.clickstreamlake.source;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobOptions.LostPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.connectors.kinesis.model.SentinelSequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The positions of a snapshot, compared with the shards that the stream has now.
 *
 * <p>A shard is identified by its name and its first sequence number: if a stream is deleted and
 * created again, the names repeat, and the numbers do not. A position is lost if
 *
 * <ul>
 *   <li>the shard has the same name and another first sequence number: it belongs to a new stream;
 *   <li>the shard is gone and was not read to its end: it was closed, and its records expired.
 * </ul>
 */
final class RestoredPositions {

  private static final Logger LOG = LoggerFactory.getLogger(RestoredPositions.class);

  private static final int MAX_NAMED = 5;

  private final String stream;
  private final List<Tuple2<StreamShardMetadata, SequenceNumber>> valid = new ArrayList<>();

  /** Descriptions of the lost positions. */
  private final List<String> lost = new ArrayList<>();

  private RestoredPositions(String stream) {
    this.stream = stream;
  }

  /**
   * Compares the positions of a snapshot with a stream.
   *
   * @param stream name of the stream; positions in other streams are not read and not lost
   * @param restored the position after each shard's last record that is part of the snapshot
   * @param shards all shards of the stream
   */
  static RestoredPositions compare(
      String stream,
      Iterable<Tuple2<StreamShardMetadata, SequenceNumber>> restored,
      List<StreamShardHandle> shards) {
    Map<String, String> starts = new HashMap<>();
    for (StreamShardHandle shard : shards) {
      starts.put(
          shard.getShard().getShardId(),
          shard.getShard().getSequenceNumberRange().getStartingSequenceNumber());
    }
    RestoredPositions positions = new RestoredPositions(stream);
    for (Tuple2<StreamShardMetadata, SequenceNumber> position : restored) {
      positions.add(position, starts.get(position.f0.getShardId()));
    }
    return positions;
  }

  /**
   * @param start first sequence number of the shard with this name; null if there is none
   */
  private void add(Tuple2<StreamShardMetadata, SequenceNumber> position, String start) {
    StreamShardMetadata shard = position.f0;
    if (!stream.equals(shard.getStreamName())) {
      valid.add(position);
    } else if (start == null) {
      if (isEnd(position.f1)) {
        valid.add(position);
      } else {
        lost.add(shard.getShardId() + ", read up to " + position.f1 + ", does not exist any more");
      }
    } else if (start.equals(shard.getStartingSequenceNumber())) {
      valid.add(position);
    } else {
      lost.add(
          shard.getShardId()
              + ", read up to "
              + (isEnd(position.f1) ? "its end" : position.f1)
              + ", began at sequence number "
              + shard.getStartingSequenceNumber()
              + ", and now begins at "
              + start);
    }
  }

  private static boolean isEnd(SequenceNumber position) {
    return SentinelSequenceNumber.SENTINEL_SHARD_ENDING_SEQUENCE_NUM.get().equals(position);
  }

  /**
   * The positions to restore. The connector reads shards without a position from their oldest
   * record.
   *
   * @throws LostPositionException if a position is lost and the setting is REFUSE
   */
  List<Tuple2<StreamShardMetadata, SequenceNumber>> resolve(LostPosition setting)
      throws LostPositionException {
    if (!lost.isEmpty()) {
      String positions =
          lost.stream().limit(MAX_NAMED).collect(Collectors.joining("; "))
              + (lost.size() > MAX_NAMED ? "; and " + (lost.size() - MAX_NAMED) + " more" : "");
      if (setting == LostPosition.REFUSE) {
        throw new LostPositionException(
            String.format(
                "The stream '%s' no longer has %d of the positions in the snapshot: it was deleted"
                    + " and created again, or shards were closed and expired before they were read"
                    + " to the end. Records that were not read before are no longer in the stream;"
                    + " look for them in the raw archive. Way out: set %s to %s. The job then reads"
                    + " the shards that exist from their oldest record, and keeps open files and the"
                    + " ids of de-duplication, so that no event is written twice within the window."
                    + " (%s.)",
                stream,
                lost.size(),
                JobOptions.SOURCE_ON_LOST_POSITION.key(),
                LostPosition.TRIM_HORIZON,
                positions));
      }
      LOG.warn(
          "The stream '{}' no longer has {} of the positions in the snapshot. Its shards are read"
              + " from their oldest record; records that were not read before are lost. ({}.)",
          stream,
          lost.size(),
          positions);
    }
    return valid;
  }
}
