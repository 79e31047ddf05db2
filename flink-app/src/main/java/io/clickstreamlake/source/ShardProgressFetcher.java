package io.clickstreamlake.source;

import io.clickstreamlake.config.JobOptions.LostPosition;
import io.clickstreamlake.event.SourceRecord;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.clientlibrary.types.UserRecord;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.streaming.api.functions.source.SourceFunction.SourceContext;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.internals.KinesisDataFetcher;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisher;
import org.apache.flink.streaming.connectors.kinesis.model.KinesisStreamShardState;
import org.apache.flink.streaming.connectors.kinesis.model.SentinelSequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardMetadata;
import org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxy;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;
import org.apache.flink.streaming.connectors.kinesis.util.KinesisStateUtil;

/**
 * The connector's fetcher with watermarks from {@link ShardProgress}. The connector's own
 * watermarks ignore shards without a record so far, and shards without a record for some wall-clock
 * time, so they overtake shards that lag.
 *
 * <p>The connector emits records in the thread that read them, so all records of an accepted batch
 * precede any later watermark.
 */
final class ShardProgressFetcher extends KinesisDataFetcher<SourceRecord> {

  /** The connector's consumer with this fetcher. */
  static final class Consumer extends FlinkKinesisConsumer<SourceRecord> {

    private static final long serialVersionUID = 1L;

    private final String stream;
    private final Properties properties;
    private final Duration clockSkew;
    private final LostPosition onLostPosition;

    Consumer(
        String stream, Properties properties, Duration clockSkew, LostPosition onLostPosition) {
      super(stream, new KinesisRecordSchema(), properties);
      this.stream = stream;
      this.properties = properties;
      this.clockSkew = clockSkew;
      this.onLostPosition = onLostPosition;
      setPeriodicWatermarkAssigner(new ArrivalTimestamps());
    }

    /**
     * Restores the positions that the stream still has. The connector would fail with an error of
     * Kinesis at best; it silently skips shards that are gone, and those that have the name of a
     * shard that was read to its end before the stream was created again.
     */
    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      if (context.isRestored()) {
        // The connector's own state, which it reads below.
        ListState<Tuple2<StreamShardMetadata, SequenceNumber>> state =
            context
                .getOperatorStateStore()
                .getUnionListState(
                    new ListStateDescriptor<>(
                        POSITIONS,
                        KinesisStateUtil.createShardsStateSerializer(
                            getRuntimeContext().getExecutionConfig())));
        RestoredPositions positions =
            RestoredPositions.compare(
                stream, state.get(), ShardProgressFetcher.shards(stream, properties));
        state.update(positions.resolve(onLostPosition));
      }
      super.initializeState(context);
    }

    @Override
    protected KinesisDataFetcher<SourceRecord> createFetcher(
        List<String> streams,
        SourceContext<SourceRecord> context,
        RuntimeContext runtimeContext,
        Properties properties,
        KinesisDeserializationSchema<SourceRecord> schema) {
      return new ShardProgressFetcher(
          streams,
          new NeverIdle(context),
          runtimeContext,
          properties,
          schema,
          this,
          new ShardProgress(clockSkew));
    }
  }

  /** Name of the connector's state; RestoredPositionsTest compares it with the connector. */
  static final String POSITIONS = "Kinesis-Stream-Shard-State";

  private final SourceContext<SourceRecord> context;
  private final ShardProgress progress;

  private long lastWatermark = Long.MIN_VALUE;

  private ShardProgressFetcher(
      List<String> streams,
      SourceContext<SourceRecord> context,
      RuntimeContext runtimeContext,
      Properties properties,
      KinesisDeserializationSchema<SourceRecord> schema,
      Consumer consumer,
      ShardProgress progress) {
    super(
        streams,
        context,
        runtimeContext,
        properties,
        schema,
        consumer.getShardAssigner(),
        consumer.getPeriodicWatermarkAssigner(),
        null);
    this.context = context;
    this.progress = progress;
  }

  /** The shards that the stream has now. */
  private static List<StreamShardHandle> shards(String stream, Properties properties)
      throws InterruptedException {
    // A null value asks for all shards.
    return KinesisProxy.create(properties)
        .getShardList(Collections.singletonMap(stream, null))
        .getRetrievedShardListOfStream(stream);
  }

  @Override
  public List<StreamShardHandle> discoverNewShardsToSubscribe() throws InterruptedException {
    long begun = getCurrentTimeMillis();
    List<StreamShardHandle> found = super.discoverNewShardsToSubscribe();
    progress.discovered(
        begun, found.stream().map(ShardProgressFetcher::id).collect(Collectors.toList()));
    return found;
  }

  @Override
  public int registerNewSubscribedShardState(KinesisStreamShardState state) {
    if (SentinelSequenceNumber.SENTINEL_SHARD_ENDING_SEQUENCE_NUM
        .get()
        .equals(state.getLastProcessedSequenceNum())) {
      // Read to its end according to the snapshot; it is not read again.
      progress.ended(id(state.getStreamShardHandle()));
    }
    return super.registerNewSubscribedShardState(state);
  }

  @Override
  protected RecordPublisher createRecordPublisher(
      SequenceNumber from, Properties properties, MetricGroup metrics, StreamShardHandle shard)
      throws InterruptedException {
    RecordPublisher publisher = super.createRecordPublisher(from, properties, metrics, shard);
    return consumer -> run(publisher, consumer, id(shard));
  }

  /**
   * Runs one read, or one subscription with enhanced fan-out. A subscription lasts five minutes and
   * its events may have waited that long, so its start is the request time of all of them.
   */
  private RecordPublisher.RecordPublisherRunResult run(
      RecordPublisher publisher, RecordPublisher.RecordBatchConsumer consumer, String shard)
      throws InterruptedException {
    long begun = getCurrentTimeMillis();
    RecordPublisher.RecordPublisherRunResult result =
        publisher.run(
            batch -> {
              SequenceNumber last = consumer.accept(batch);
              List<UserRecord> records = batch.getDeaggregatedRecords();
              if (!records.isEmpty()) {
                progress.read(
                    shard,
                    records.get(records.size() - 1).getApproximateArrivalTimestamp().getTime());
              } else if (batch.getMillisBehindLatest() != null) {
                progress.empty(shard, begun, batch.getMillisBehindLatest());
              }
              return last;
            });
    if (result == RecordPublisher.RecordPublisherRunResult.COMPLETE) {
      progress.ended(shard);
    }
    return result;
  }

  @Override
  protected void emitWatermark() {
    long watermark = progress.watermark();
    if (watermark > lastWatermark) {
      lastWatermark = watermark;
      context.emitWatermark(new Watermark(watermark));
    }
  }

  private static String id(StreamShardHandle shard) {
    return shard.getShard().getShardId();
  }

  /**
   * A source context that never becomes idle. A subtask without shards must stay part of the
   * minimum watermark: it may be about to discover a shard that a split has just created.
   */
  private static final class NeverIdle implements SourceContext<SourceRecord> {

    private final SourceContext<SourceRecord> context;

    NeverIdle(SourceContext<SourceRecord> context) {
      this.context = context;
    }

    @Override
    public void collect(SourceRecord record) {
      context.collect(record);
    }

    @Override
    public void collectWithTimestamp(SourceRecord record, long timestamp) {
      context.collectWithTimestamp(record, timestamp);
    }

    @Override
    public void emitWatermark(Watermark mark) {
      context.emitWatermark(mark);
    }

    @Override
    public void markAsTemporarilyIdle() {
      // The watermark advances with every shard discovery.
    }

    @Override
    public Object getCheckpointLock() {
      return context.getCheckpointLock();
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
