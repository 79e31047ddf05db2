package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobOptions.LostPosition;
import java.lang.reflect.Field;
import java.util.List;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.SequenceNumberRange;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Shard;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.model.SentinelSequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardMetadata;
import org.junit.jupiter.api.Test;

class RestoredPositionsTest {

  private static final SequenceNumber END =
      SentinelSequenceNumber.SENTINEL_SHARD_ENDING_SEQUENCE_NUM.get();

  @Test
  void givenTheSameStreamWhenRestoredThenEveryPositionIsKept() throws Exception {
    List<Tuple2<StreamShardMetadata, SequenceNumber>> restored =
        List.of(position("shard-0", "100", "107"), position("shard-1", "200", "209"));

    RestoredPositions positions =
        RestoredPositions.compare(
            "clicks", restored, List.of(shard("shard-0", "100"), shard("shard-1", "200")));

    assertThat(positions.resolve(LostPosition.REFUSE)).isEqualTo(restored);
  }

  @Test
  void givenStreamThatWasCreatedAgainWhenRestoredThenItIsRefusedWithTheWayOut() {
    RestoredPositions positions =
        RestoredPositions.compare(
            "clicks",
            List.of(position("shard-0", "100", "107"), position("shard-1", "200", "209")),
            List.of(shard("shard-0", "555"), shard("shard-1", "777")));

    assertThatThrownBy(() -> positions.resolve(LostPosition.REFUSE))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("'clicks' no longer has 2 of the positions")
        .hasMessageContaining("set source.on-lost-position to TRIM_HORIZON")
        .hasMessageContaining(
            "shard-0, read up to 107, began at sequence number 100, and now begins at 555");
  }

  @Test
  void givenShardThatWasReadToItsEndWhenItsNameIsUsedByANewStreamThenThePositionIsLost()
      throws Exception {
    // The connector would not read the new shard at all.
    RestoredPositions positions =
        RestoredPositions.compare(
            "clicks",
            List.of(Tuple2.of(metadata("clicks", "shard-0", "100"), END)),
            List.of(shard("shard-0", "555")));

    assertThat(positions.resolve(LostPosition.TRIM_HORIZON)).isEmpty();
    assertThatThrownBy(() -> positions.resolve(LostPosition.REFUSE))
        .hasMessageContaining("shard-0, read up to its end, began at sequence number 100");
  }

  @Test
  void givenShardThatExpiredWhenItWasNotReadToItsEndThenOnlyItsPositionIsLost() throws Exception {
    RestoredPositions positions =
        RestoredPositions.compare(
            "clicks",
            List.of(
                position("shard-0", "100", "107"),
                Tuple2.of(metadata("clicks", "shard-1", "200"), END),
                position("shard-2", "300", "301")),
            List.of(shard("shard-2", "300"), shard("shard-3", "400")));

    assertThat(positions.resolve(LostPosition.TRIM_HORIZON))
        .extracting(position -> position.f0.getShardId())
        .containsExactly("shard-1", "shard-2");
    assertThatThrownBy(() -> positions.resolve(LostPosition.REFUSE))
        .hasMessageContaining("no longer has 1 of the positions")
        .hasMessageContaining("shard-0, read up to 107, does not exist any more");
  }

  @Test
  void givenPositionsOfAnotherStreamWhenTheSettingNamesANewOneThenTheyAreNotLost()
      throws Exception {
    List<Tuple2<StreamShardMetadata, SequenceNumber>> restored =
        List.of(Tuple2.of(metadata("old-clicks", "shard-0", "100"), new SequenceNumber("107")));

    RestoredPositions positions =
        RestoredPositions.compare("clicks", restored, List.of(shard("shard-0", "555")));

    assertThat(positions.resolve(LostPosition.REFUSE)).isEqualTo(restored);
  }

  @Test
  void givenTheConnectorWhenItsStateIsReadThenTheNameIsTheSame() throws Exception {
    Field name = FlinkKinesisConsumer.class.getDeclaredField("sequenceNumsStateStoreName");
    name.setAccessible(true);

    assertThat(name.get(null)).isEqualTo(ShardProgressFetcher.POSITIONS);
  }

  private static Tuple2<StreamShardMetadata, SequenceNumber> position(
      String shard, String start, String read) {
    return Tuple2.of(metadata("clicks", shard, start), new SequenceNumber(read));
  }

  private static StreamShardMetadata metadata(String stream, String shard, String start) {
    StreamShardMetadata metadata = new StreamShardMetadata();
    metadata.setStreamName(stream);
    metadata.setShardId(shard);
    metadata.setStartingSequenceNumber(start);
    return metadata;
  }

  private static StreamShardHandle shard(String id, String start) {
    return new StreamShardHandle(
        "clicks",
        new Shard()
            .withShardId(id)
            .withSequenceNumberRange(new SequenceNumberRange().withStartingSequenceNumber(start)));
  }
}
