package io.clickstreamlake.sink;

import io.clickstreamlake.event.ClickEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificData;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.formats.parquet.ParquetWriterFactory;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * A benchmark of the CPU time per event from the object to bytes on disk. It compares this sink's
 * writer with the writer of Flink's FileSink on the same events. Run {@link #main}; it prints
 * nanoseconds per event of each round, and bytes per event.
 */
final class SinkEncodingBenchmark {

  private static final int EVENTS = 200_000;
  private static final int ROUNDS = 8;

  private static final String[] VARIANTS = {
    "stock", "ours", "ours-unsorted", "ours-without-filters"
  };

  private SinkEncodingBenchmark() {}

  private interface Variant {
    void write(Path folder, List<ClickEvent> events) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    List<ClickEvent> events = new Events(7).take(EVENTS);
    for (String variant : args.length > 0 ? args : VARIANTS) {
      measure(variant, events);
    }
  }

  private static void measure(String name, List<ClickEvent> events) throws Exception {
    Variant variant =
        switch (name) {
          case "stock" -> SinkEncodingBenchmark::stock;
          case "ours" -> (folder, rows) -> ours(folder, rows, true, true);
          case "ours-unsorted" -> (folder, rows) -> ours(folder, rows, false, true);
          case "ours-without-filters" -> (folder, rows) -> ours(folder, rows, true, false);
          default -> throw new IllegalArgumentException(name);
        };
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] nanos = new long[ROUNDS];
    long bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path folder = Files.createTempDirectory("sink-benchmark");
      long start = threads.getCurrentThreadCpuTime();
      variant.write(folder, events);
      nanos[round] = (threads.getCurrentThreadCpuTime() - start) / EVENTS;
      bytes = 0;
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
          Files.delete(file);
        }
      }
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%-14s %5d ns/event (median of rounds %s), %.1f bytes/event%n",
        name, sorted[ROUNDS / 2], Arrays.toString(nanos), (double) bytes / EVENTS);
  }

  private static void ours(
      Path folder, List<ClickEvent> events, boolean sorted, boolean withFilters) throws Exception {
    RollingParquetSinkBuilder<ClickEvent> builder =
        RollingParquetSink.<ClickEvent>forAvro(ClickEvent.getClassSchema())
            .identity("benchmark")
            .basePath(new org.apache.flink.core.fs.Path(folder.toUri()))
            .bucketBy(event -> "day=1")
            .withoutDictionary("event_id", "sequence_number");
    if (withFilters) {
      builder.bloomFilter("event_id", 50_000).bloomFilter("user_id", 50_000);
    }
    if (sorted) {
      builder.sortBy(Events.SORT_COLUMNS);
    }
    RollingParquetSink<ClickEvent> sink = builder.build();
    RollingParquetWriter<ClickEvent> writer =
        (RollingParquetWriter<ClickEvent>)
            sink.createWriter(new WriterContext(new ManualClock(0), 0, 1));
    for (ClickEvent event : events) {
      writer.write(event, null);
    }
    writer.flush(true);
    LocalTable.commit(sink, writer);
  }

  private static void stock(Path folder, List<ClickEvent> events) throws Exception {
    ParquetWriterFactory<ClickEvent> factory =
        new ParquetWriterFactory<>(
            out ->
                AvroParquetWriter.<ClickEvent>builder(out)
                    .withConf(
                        new PlainParquetConfiguration(
                            Map.of(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, "false")))
                    .withDataModel(SpecificData.getForClass(ClickEvent.class))
                    .withSchema(ClickEvent.getClassSchema())
                    .withCompressionCodec(CompressionCodecName.ZSTD)
                    .build());
    org.apache.flink.core.fs.Path file =
        new org.apache.flink.core.fs.Path(folder.resolve("part-0.parquet").toUri());
    try (FSDataOutputStream out = file.getFileSystem().create(file, WriteMode.OVERWRITE)) {
      BulkWriter<ClickEvent> writer = factory.create(out);
      for (ClickEvent event : events) {
        writer.addElement(event);
      }
      writer.finish();
    }
  }
}
