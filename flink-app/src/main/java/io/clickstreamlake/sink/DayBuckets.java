package io.clickstreamlake.sink;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Puts a row into the folder of its day: {@code year=2026/month=11/day=20}, UTC, with leading zeros
 * because partition keys are strings and must sort.
 *
 * @param <T> type of the rows
 */
public final class DayBuckets<T> implements BucketAssigner<T, String> {

  private static final long serialVersionUID = 1L;

  private static final long DAY_MILLIS = 86_400_000;

  private final SerializableFunction<T, Instant> time;
  private transient long lastDay;
  private transient String lastBucket;

  public DayBuckets(SerializableFunction<T, Instant> time) {
    this.time = time;
  }

  @Override
  public String getBucketId(T row, Context context) {
    return bucket(time.apply(row).toEpochMilli());
  }

  /** The folder for a time in milliseconds since the epoch. */
  String bucket(long millis) {
    long day = Math.floorDiv(millis, DAY_MILLIS);
    // Rows of one day come together, so the last folder is nearly always the next one.
    if (lastBucket == null || day != lastDay) {
      LocalDate date = LocalDate.ofEpochDay(day);
      lastBucket =
          String.format(
              Locale.ROOT,
              "year=%04d/month=%02d/day=%02d",
              date.getYear(),
              date.getMonthValue(),
              date.getDayOfMonth());
      lastDay = day;
    }
    return lastBucket;
  }

  @Override
  public SimpleVersionedSerializer<String> getSerializer() {
    return SimpleVersionedStringSerializer.INSTANCE;
  }
}
