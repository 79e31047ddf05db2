package io.clickstreamlake.source;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.SourceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.flink.kinesis.shaded.com.amazonaws.SdkClientException;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.AmazonKinesis;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.ListShardsRequest;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.ResourceNotFoundException;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.config.AWSConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.util.AWSUtil;

/**
 * The Kinesis source of the job: adds it to the topology and configures the connector from the
 * settings.
 *
 * <p>It uses {@link FlinkKinesisConsumer} instead of the newer KinesisStreamsSource, which sends
 * only ARNs; Kinesalite does not support them. Credentials come from the default chain of AWS: the
 * application's role on the service, environment variables elsewhere.
 *
 * <p>Records of the Kinesis Producer Library are de-aggregated. As in every consumer based on the
 * Kinesis Client Library, a user record is accepted only in the shard of its own partition key: a
 * producer that aggregates records of several shards into one loses some of them. The KPL never
 * does this.
 */
final class KinesisSource {

  /** The connector's properties for the retries of one API call; the backoff has full jitter. */
  private static final class RetriedCall {

    final String retries;
    final String base;
    final String max;

    RetriedCall(String retries, String base, String max) {
      this.retries = retries;
      this.base = base;
      this.max = max;
    }
  }

  /** All API calls that the connector retries; with its defaults it gives up after seconds. */
  private static final List<RetriedCall> RETRIED_CALLS =
      List.of(
          new RetriedCall(
              ConsumerConfigConstants.SHARD_GETRECORDS_RETRIES,
              ConsumerConfigConstants.SHARD_GETRECORDS_BACKOFF_BASE,
              ConsumerConfigConstants.SHARD_GETRECORDS_BACKOFF_MAX),
          new RetriedCall(
              ConsumerConfigConstants.SHARD_GETITERATOR_RETRIES,
              ConsumerConfigConstants.SHARD_GETITERATOR_BACKOFF_BASE,
              ConsumerConfigConstants.SHARD_GETITERATOR_BACKOFF_MAX),
          new RetriedCall(
              ConsumerConfigConstants.LIST_SHARDS_RETRIES,
              ConsumerConfigConstants.LIST_SHARDS_BACKOFF_BASE,
              ConsumerConfigConstants.LIST_SHARDS_BACKOFF_MAX),
          new RetriedCall(
              ConsumerConfigConstants.SUBSCRIBE_TO_SHARD_RETRIES,
              ConsumerConfigConstants.SUBSCRIBE_TO_SHARD_BACKOFF_BASE,
              ConsumerConfigConstants.SUBSCRIBE_TO_SHARD_BACKOFF_MAX));

  private KinesisSource() {}

  /** Adds the source to the job. */
  static DataStream<SourceRecord> addTo(
      StreamExecutionEnvironment environment, JobSettings settings) {
    FlinkKinesisConsumer<SourceRecord> consumer =
        new ShardProgressFetcher.Consumer(
            settings.get(JobOptions.SOURCE_STREAM),
            properties(settings),
            settings.get(JobOptions.SOURCE_CLOCK_SKEW),
            settings.get(JobOptions.SOURCE_ON_LOST_POSITION));
    return environment.addSource(consumer, "kinesis").uid("kinesis");
  }

  /**
   * Checks that the stream is readable before the job starts: the connector would restart forever
   * without reporting the cause. Uses ListShards, which the connector needs anyway.
   *
   * @throws IllegalStateException if the stream cannot be read, with the cause and the fix
   */
  static void checkStream(JobSettings settings) {
    String stream = settings.get(JobOptions.SOURCE_STREAM);
    String where =
        settings.get(JobOptions.SOURCE_REGION)
            + settings.find(JobOptions.SOURCE_ENDPOINT).map(at -> " at " + at).orElse("");
    AmazonKinesis kinesis = AWSUtil.createKinesisClient(properties(settings));
    try {
      kinesis.listShards(new ListShardsRequest().withStreamName(stream).withMaxResults(1));
    } catch (ResourceNotFoundException e) {
      throw new IllegalStateException(
          "There is no Kinesis stream '"
              + stream
              + "' in "
              + where
              + ". Create it, or set another one with "
              + JobOptions.SOURCE_STREAM.key()
              + ".",
          e);
    } catch (SdkClientException e) {
      throw new IllegalStateException(
          "The Kinesis stream '"
              + stream
              + "' in "
              + where
              + " cannot be read: "
              + e.getMessage()
              + ". Check source.region, source.endpoint, the network and the permission"
              + " kinesis:ListShards.",
          e);
    } finally {
      kinesis.shutdown();
    }
  }

  static Properties properties(JobSettings settings) {
    Properties properties = new Properties();
    properties.setProperty(AWSConfigConstants.AWS_REGION, settings.get(JobOptions.SOURCE_REGION));
    settings
        .find(JobOptions.SOURCE_ENDPOINT)
        .ifPresent(endpoint -> properties.setProperty(AWSConfigConstants.AWS_ENDPOINT, endpoint));
    properties.setProperty(AWSConfigConstants.AWS_CREDENTIALS_PROVIDER, "AUTO");
    properties.setProperty(
        ConsumerConfigConstants.STREAM_INITIAL_POSITION,
        settings.get(JobOptions.SOURCE_INITIAL_POSITION).name());
    settings
        .find(JobOptions.SOURCE_INITIAL_TIMESTAMP)
        .ifPresent(
            time ->
                // The connector expects seconds since the epoch.
                properties.setProperty(
                    ConsumerConfigConstants.STREAM_INITIAL_TIMESTAMP,
                    Double.toString(Instant.parse(time).toEpochMilli() / 1000.0)));
    properties.setProperty(
        ConsumerConfigConstants.SHARD_GETRECORDS_INTERVAL_MILLIS,
        Long.toString(settings.get(JobOptions.SOURCE_POLL_INTERVAL).toMillis()));
    properties.setProperty(
        ConsumerConfigConstants.SHARD_GETRECORDS_MAX,
        Integer.toString(settings.get(JobOptions.SOURCE_RECORDS_PER_READ)));
    properties.setProperty(
        ConsumerConfigConstants.SHARD_DISCOVERY_INTERVAL_MILLIS,
        Long.toString(settings.get(JobOptions.SOURCE_DISCOVERY_INTERVAL).toMillis()));
    for (RetriedCall call : RETRIED_CALLS) {
      properties.setProperty(
          call.retries, Integer.toString(settings.get(JobOptions.SOURCE_RETRIES)));
      properties.setProperty(
          call.base, Long.toString(settings.get(JobOptions.SOURCE_BACKOFF_BASE).toMillis()));
      properties.setProperty(
          call.max, Long.toString(settings.get(JobOptions.SOURCE_BACKOFF_MAX).toMillis()));
    }
    properties.setProperty(
        ConsumerConfigConstants.RECORD_PUBLISHER_TYPE,
        settings.get(JobOptions.SOURCE_READER).name());
    settings
        .find(JobOptions.SOURCE_EFO_CONSUMER)
        .ifPresent(name -> properties.setProperty(ConsumerConfigConstants.EFO_CONSUMER_NAME, name));
    return properties;
  }
}
