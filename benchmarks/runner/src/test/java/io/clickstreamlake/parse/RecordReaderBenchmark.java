package io.clickstreamlake.parse;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import io.clickstreamlake.sample.EventGenerator;
import io.clickstreamlake.sample.GeneratedEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Benchmark of the parser alone: CPU time from the bytes of a record to its event. Run {@link
 * #main}.
 *
 * <p>It measures the thread's CPU time instead of wall-clock time, so that other load on the
 * machine affects it less; garbage collection is not included.
 */
final class RecordReaderBenchmark {

  private static final int EVENTS = 50_000;
  private static final int ROUNDS = 40;
  private static final Instant FROM = Instant.parse("2026-11-20T00:00:00Z");
  private static final Instant ARRIVAL = FROM.plusSeconds(3_600);

  private RecordReaderBenchmark() {}

  public static void main(String[] args) {
    JobSettings settings =
        JobSettings.of(
            Map.of(
                "source.stream", "clicks",
                "source.region", "eu-central-1",
                "sink.path", "file:///unused"));
    ParserLimits limits = ParserLimits.of(settings);
    EventMapping mapping =
        EventMapping.parse(
            "default", TextFile.read("parse.mapping", "default", "mappings/%s.yaml"));
    RecordReader reader = new RecordReader(mapping, limits);
    List<SourceRecord> records = records();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    for (int round = 1; round <= ROUNDS; round++) {
      Counter counter = new Counter();
      long start = threads.getCurrentThreadCpuTime();
      for (SourceRecord record : records) {
        reader.read(record, ARRIVAL, counter);
      }
      long nanos = (threads.getCurrentThreadCpuTime() - start) / EVENTS;
      if (counter.events != EVENTS) {
        throw new IllegalStateException(counter.events + " events of " + EVENTS);
      }
      best = Math.min(best, nanos);
      if (round % 5 == 0) {
        System.out.printf("round %2d: %,d ns per event, best %,d ns%n", round, nanos, best);
      }
    }
  }

  private static List<SourceRecord> records() {
    List<SourceRecord> records = new ArrayList<>();
    for (GeneratedEvent event :
        EventGenerator.builder().events(EVENTS).from(FROM).to(ARRIVAL).build()) {
      records.add(
          new SourceRecord(
              event.bytes(),
              new Origin("clicks", "shardId-000000000000", "495"),
              ARRIVAL.toEpochMilli()));
    }
    return records;
  }

  private static final class Counter implements RecordOutput {
    private int events;

    @Override
    public void event(ParsedEvent event) {
      events++;
    }

    @Override
    public void rejected(RejectedException why, int position, byte[] bytes, int start, int end) {
      throw new IllegalStateException("event rejected: " + why.getMessage());
    }
  }
}
