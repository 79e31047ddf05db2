package io.clickstreamlake.local.stream;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.storage.LocalAws;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** A client of one stream of the local Kinesis. */
public final class KinesisStream implements AutoCloseable {

  private static final Duration CREATION_TIMEOUT = Duration.ofSeconds(30);

  private final KinesisClient client;
  private final URI endpoint;
  private final String name;

  private KinesisStream(KinesisClient client, URI endpoint, String name) {
    this.client = client;
    this.endpoint = endpoint;
    this.name = name;
  }

  public static KinesisStream at(URI endpoint, String name) {
    return new KinesisStream(LocalAws.kinesis(endpoint), endpoint, name);
  }

  /** Creates the stream if it does not exist, and returns when it is active. */
  public void createIfMissing(int shards) {
    try {
      client.createStream(r -> r.streamName(name).shardCount(shards));
    } catch (ResourceInUseException e) {
      // It exists since an earlier start on the same state folder, with all its records.
    }
    client
        .waiter()
        .waitUntilStreamExists(
            r -> r.streamName(name),
            o ->
                o.waitTimeout(CREATION_TIMEOUT)
                    .backoffStrategyV2(attempt -> Duration.ofMillis(100)));
  }

  /**
   * @throws LakeException if there is no such stream
   */
  public void requireExists() {
    try {
      client.describeStreamSummary(r -> r.streamName(name));
    } catch (ResourceNotFoundException e) {
      throw missing(e);
    } catch (SdkClientException e) {
      throw unreachable(e);
    }
  }

  List<String> put(List<StreamRecord> records) {
    List<PutRecordsRequestEntry> entries = new ArrayList<>(records.size());
    for (StreamRecord record : records) {
      entries.add(
          PutRecordsRequestEntry.builder()
              .partitionKey(record.partitionKey())
              .data(SdkBytes.fromByteArrayUnsafe(record.data()))
              .build());
    }
    try {
      List<String> errors = new ArrayList<>(records.size());
      client
          .putRecords(r -> r.streamName(name).records(entries))
          .records()
          .forEach(result -> errors.add(result.errorCode()));
      return errors;
    } catch (ResourceNotFoundException e) {
      throw missing(e);
    } catch (SdkClientException e) {
      throw unreachable(e);
    }
  }

  private LakeException missing(ResourceNotFoundException e) {
    List<String> names = client.listStreams().streamNames();
    return new LakeException(
        "There is no stream '"
            + name
            + "' at "
            + endpoint
            + (names.isEmpty()
                ? "; there are no streams."
                : "; existing streams: " + String.join(", ", names) + ".")
            + " Choose one with --stream.",
        e);
  }

  private LakeException unreachable(SdkClientException e) {
    return new LakeException(
        "Kinesis at "
            + endpoint
            + " does not answer ("
            + e.getMessage()
            + "). Check the services with ./lake status.",
        e);
  }

  @Override
  public void close() {
    client.close();
  }
}
