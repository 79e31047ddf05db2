package io.clickstreamlake.tables;

import java.time.LocalDate;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;

/**
 * Assigns a row to the folder of its day in UTC: {@code year=2026/month=11/day=20}. Months and days
 * have leading zeros because partition keys are strings and must sort by time.
 *
 * @param <T> type of the rows
 */
public final class DayBuckets<T extends SpecificRecordBase & SpecificRecord>
    implements BucketAssigner<T, String> {

  private static final long serialVersionUID = 1L;

  private static final long DAY_MILLIS = 86_400_000;

  private final LakeTable<T> table;
  private transient long lastDay;
  private transient String lastBucket;

  public DayBuckets(LakeTable<T> table) {
    this.table = table;
  }

  @Override
  public String getBucketId(T row, Context context) {
    return bucket(row);
  }

  /** The folder of a row, relative to its table, such as {@code year=2026/month=11/day=20}. */
  public String bucket(T row) {
    long millis = table.partitionTime(row).toEpochMilli();
    long day = Math.floorDiv(millis, DAY_MILLIS);
    // Consecutive rows are nearly always of the same day, so the last folder is cached.
    if (lastBucket == null || day != lastDay) {
      lastBucket = day(millis);
      lastDay = day;
    }
    return lastBucket;
  }

  /** The folder of a time in milliseconds since 1970. */
  public static String day(long millis) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY_MILLIS));
    return String.format(
        Locale.ROOT,
        "year=%04d/month=%02d/day=%02d",
        date.getYear(),
        date.getMonthValue(),
        date.getDayOfMonth());
  }

  @Override
  public SimpleVersionedSerializer<String> getSerializer() {
    return SimpleVersionedStringSerializer.INSTANCE;
  }
}
