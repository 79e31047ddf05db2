package io.clickstreamlake.sink;

import io.clickstreamlake.event.Rejection;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;

/** Puts a rejection into the folder of its reason and its day of arrival. */
final class RejectionBuckets implements BucketAssigner<Rejection, String> {

  private static final long serialVersionUID = 1L;

  private final DayBuckets<Rejection> days =
      new DayBuckets<>(rejection -> java.time.Instant.ofEpochMilli(rejection.arrivalTime));

  @Override
  public String getBucketId(Rejection rejection, Context context) {
    return "reason=" + rejection.reason + "/" + days.bucket(rejection.arrivalTime);
  }

  @Override
  public SimpleVersionedSerializer<String> getSerializer() {
    return SimpleVersionedStringSerializer.INSTANCE;
  }
}
