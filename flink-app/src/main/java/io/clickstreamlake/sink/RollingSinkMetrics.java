package io.clickstreamlake.sink;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * The metrics of a writer, in the group {@code rollingParquet} of its operator.
 *
 * <p>The writer sets plain fields, and reporters read them from other threads. So the hot path
 * needs no synchronization, and a reporter may see slightly outdated values.
 */
final class RollingSinkMetrics {

  private static final int HISTOGRAM_WINDOW = 500;
  private static final long NONE = Long.MAX_VALUE;

  private final SinkWriterMetricGroup operator;
  private final Counter rowGroups;
  private final Counter finishedOnRestore;
  private final Map<RollReason, Counter> rolled = new EnumMap<>(RollReason.class);
  private final Histogram fileBytes;
  private final Histogram fileRows;
  private final Histogram encodeMillis;
  private final Counter encodeNanos;
  private final Counter encodedRows;

  private long openFiles;
  private long bufferedRows;
  private long heapBytes;
  private long waitingBytes;
  private long oldestOpenedAt = NONE;
  private long oldestWaitingSince = NONE;

  /**
   * @param clock processing time in milliseconds since 1970; must be thread-safe
   */
  RollingSinkMetrics(SinkWriterMetricGroup operator, LongSupplier clock) {
    this.operator = operator;
    MetricGroup group = operator.addGroup("rollingParquet");
    group.<Long, Gauge<Long>>gauge("openFiles", () -> openFiles);
    group.<Long, Gauge<Long>>gauge("bufferedRows", () -> bufferedRows);
    group.<Long, Gauge<Long>>gauge("bufferedBytes", () -> heapBytes);
    group.<Long, Gauge<Long>>gauge("notUploadedBytes", () -> waitingBytes);
    group.<Long, Gauge<Long>>gauge("uploadLagMillis", () -> age(oldestWaitingSince, clock));
    group.<Long, Gauge<Long>>gauge("oldestOpenFileAgeMillis", () -> age(oldestOpenedAt, clock));
    rowGroups = group.counter("rowGroups");
    finishedOnRestore = group.counter("filesFinishedOnRestore");
    MetricGroup rolledGroup = group.addGroup("filesRolled");
    for (RollReason reason : RollReason.values()) {
      rolled.put(reason, rolledGroup.counter(reason.metricName()));
    }
    fileBytes = group.histogram("fileBytes", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
    fileRows = group.histogram("fileRows", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
    encodeMillis =
        group.histogram("encodeMillis", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
    encodeNanos = group.counter("encodeNanos");
    encodedRows = group.counter("encodedRows");
  }

  private static long age(long since, LongSupplier clock) {
    return since == NONE ? 0 : Math.max(0, clock.getAsLong() - since);
  }

  void bufferChanged(long bufferedRows, long heapBytes) {
    this.bufferedRows = bufferedRows;
    this.heapBytes = heapBytes;
  }

  void filesChanged(Iterable<? extends InProgressFile<?>> files) {
    long open = 0;
    long waiting = 0;
    long oldest = NONE;
    long waitingSince = NONE;
    for (InProgressFile<?> file : files) {
      open++;
      waiting += file.waitingBytes();
      oldest = Math.min(oldest, file.openedAt());
      if (file.waitingBytes() > 0) {
        waitingSince = Math.min(waitingSince, file.waitingSince());
      }
    }
    openFiles = open;
    waitingBytes = waiting;
    oldestOpenedAt = oldest;
    oldestWaitingSince = waitingSince;
  }

  /** Counts rows that were encoded, for a row group or only for a checkpoint. */
  void encoded(int rows, long nanos) {
    encodedRows.inc(rows);
    encodeNanos.inc(nanos);
    encodeMillis.update(nanos / 1_000_000);
  }

  void rowGroupEnded() {
    rowGroups.inc();
  }

  void fileRolled(RollReason reason, CommittableFile file) {
    rolled.get(reason).inc();
    fileBytes.update(file.length());
    fileRows.update(file.rows());
    operator.getNumRecordsSendCounter().inc(file.rows());
    operator.getNumBytesSendCounter().inc(file.length());
  }

  void fileFinishedOnRestore() {
    finishedOnRestore.inc();
  }
}
