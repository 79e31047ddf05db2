package io.clickstreamlake;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.parse.ParseOperator;
import io.clickstreamlake.parse.RecordOutput;
import io.clickstreamlake.parse.RecordReader;
import io.clickstreamlake.source.EventSource;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.CloseableIterator;

/**
 * Counts the events in the raw archive as the job does, by the hour of their folder: {@code
 * year=2026/month=11/day=20/hour=10/}. The folder is that of the oldest record of an object, so an
 * object can hold events of the next hour too.
 */
final class ArchiveCount {

  private static final Pattern HOUR =
      Pattern.compile("year=(\\d{4})/month=(\\d{2})/day=(\\d{2})/hour=(\\d{2})/");

  private ArchiveCount() {}

  /**
   * Reads the archive.
   *
   * @param paths folders of it, which exist
   * @return number of events by hour
   */
  static TreeMap<Instant, Long> read(
      StreamExecutionEnvironment environment,
      JobSettings settings,
      ParseOperator parse,
      List<String> paths)
      throws Exception {
    TreeMap<Instant, Long> hours = new TreeMap<>();
    if (paths.isEmpty() || EventSource.countFiles(paths) == 0) {
      return hours;
    }
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    try (CloseableIterator<Tuple2<Long, Long>> counts =
        EventSource.ofFiles(environment, settings, paths)
            .transform("count", Types.TUPLE(Types.LONG, Types.LONG), new ByHour(parse))
            .executeAndCollect("archive")) {
      counts.forEachRemaining(
          count -> hours.merge(Instant.ofEpochMilli(count.f0), count.f1, Long::sum));
    }
    return hours;
  }

  /** Sums the events per hour, and emits the sums at the end. */
  private static final class ByHour extends AbstractStreamOperator<Tuple2<Long, Long>>
      implements OneInputStreamOperator<SourceRecord, Tuple2<Long, Long>>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private final ParseOperator parse;

    private transient RecordReader reader;
    private transient Clock clock;
    private transient TreeMap<Long, Long> hours;

    ByHour(ParseOperator parse) {
      this.parse = parse;
    }

    @Override
    public void open() throws Exception {
      super.open();
      reader = parse.newReader();
      clock = Clock.systemUTC();
      hours = new TreeMap<>();
    }

    @Override
    public void processElement(StreamRecord<SourceRecord> element) {
      SourceRecord record = element.getValue();
      Matcher folder = HOUR.matcher(record.origin.partition);
      if (folder.find()) {
        long hour =
            LocalDateTime.of(part(folder, 1), part(folder, 2), part(folder, 3), part(folder, 4), 0)
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
        hours.merge(hour, (long) reader.read(record, clock.instant(), NOTHING), Long::sum);
      }
    }

    private static int part(Matcher folder, int group) {
      return Integer.parseInt(folder.group(group));
    }

    @Override
    public void endInput() {
      hours.forEach((hour, events) -> output.collect(new StreamRecord<>(Tuple2.of(hour, events))));
    }
  }

  private static final RecordOutput NOTHING =
      new RecordOutput() {
        @Override
        public void event(ParsedEvent event) {}

        @Override
        public void rejected(
            RejectedException cause, int position, byte[] bytes, int start, int end) {}
      };
}
