package io.clickstreamlake.sink;

import static java.util.Objects.requireNonNull;

import io.clickstreamlake.parquet.ParquetWriterOptions;
import io.clickstreamlake.parquet.RowGroupBufferFactory;
import io.clickstreamlake.parquet.RowSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Builds a {@link RollingParquetSink}. All settings have defaults except the base path, the
 * identity, and what the chosen entry did not set.
 *
 * @param <T> the rows
 */
public final class RollingParquetSinkBuilder<T> {

  /** S3 takes no smaller parts, except the last. */
  private static final MemorySize SMALLEST_PART = MemorySize.ofMebiBytes(5);

  /** S3 takes no more parts an upload. */
  private static final int MOST_PARTS = 10_000;

  private final RowGroupBufferFactory<T> buffers;
  Path basePath;
  String epoch = RollingParquetSink.newEpoch();
  @Nullable private Path metadata;
  private List<Path> otherTables = List.of();
  boolean rewind;
  String identity;
  private SerializableFunction<? super T, String> bucketer = row -> "";
  private RowSize<? super T> rowSize;
  Duration rollInterval = Duration.ofHours(1);
  MemorySize rollSize = MemorySize.ofMebiBytes(512);
  int rowGroupRows = 50_000;
  MemorySize rowGroupMemory = MemorySize.ofMebiBytes(96);
  MemorySize memory = MemorySize.ofMebiBytes(256);
  MemorySize partSize = MemorySize.ofMebiBytes(8);
  boolean rowsAreReused = true;
  int attempts = 5;
  Duration firstPause = Duration.ofSeconds(1);
  private final ParquetWriterOptions.Builder parquet = ParquetWriterOptions.builder();

  RollingParquetSinkBuilder(RowGroupBufferFactory<T> buffers) {
    this.buffers = buffers;
  }

  /** The table's location. Required. */
  public RollingParquetSinkBuilder<T> basePath(Path basePath) {
    this.basePath = requireNonNull(basePath);
    return this;
  }

  /**
   * Names the job and the table, such as {@code clickstream-lake/click_events}. It is stored in
   * every checkpoint, and a snapshot of another identity is refused. It must stay the same as long
   * as snapshots are to be restored. Required.
   */
  public RollingParquetSinkBuilder<T> identity(String identity) {
    this.identity = requireNonNull(identity);
    return this;
  }

  /**
   * The folder, outside of all tables, in which the sink keeps what it published and when, a small
   * object per commit ({@link PublicationLog}), and files of this table that were taken back. By it
   * snapshots are judged that are to be restored. By default {@code _sink/} and the table's name
   * beside the table.
   */
  public RollingParquetSinkBuilder<T> metadata(Path folder) {
    this.metadata = requireNonNull(folder);
    return this;
  }

  /**
   * The metadata folders of the other tables that the same job writes, so that a snapshot is
   * refused for all of them or for none.
   */
  public RollingParquetSinkBuilder<T> metadataOfOtherTables(List<Path> folders) {
    this.otherTables = List.copyOf(folders);
    return this;
  }

  /**
   * Says that a start from an older snapshot rewinds the table: what was published after the
   * snapshot is moved aside, and comes again from the source. Without it such a snapshot is
   * refused.
   */
  public RollingParquetSinkBuilder<T> rewindToOlderSnapshots() {
    this.rewind = true;
    return this;
  }

  /**
   * Identifies this submission of the job, by default a random text. Tables of one job have the
   * same.
   */
  public RollingParquetSinkBuilder<T> epoch(String epoch) {
    this.epoch = requireNonNull(epoch);
    return this;
  }

  /** The folder of a row below the base path, such as {@code year=2026/month=11/day=20}. */
  public RollingParquetSinkBuilder<T> bucketBy(SerializableFunction<? super T, String> bucketer) {
    this.bucketer = requireNonNull(bucketer);
    return this;
  }

  /**
   * The heap that a row holds while it waits as an object. Required, except for Avro records, which
   * wait as columns soon.
   */
  public RollingParquetSinkBuilder<T> rowSize(RowSize<? super T> rowSize) {
    this.rowSize = requireNonNull(rowSize);
    return this;
  }

  /**
   * The order of rows inside a row group: by these columns, in turn; null comes first. Rows that a
   * query asks for together should lie together: then whole pages are skipped. By default rows stay
   * in the order in which they came. For Avro records only, and columns of texts, whole numbers,
   * decimals, times and booleans.
   */
  public RollingParquetSinkBuilder<T> sortBy(List<String> columns) {
    parquet.sortBy(columns);
    return this;
  }

  /**
   * How long a file stays open, in processing time; by default an hour. Intervals are aligned to
   * their multiples since 1970, UTC, so an hour is the clock's hour. This is the freshness of the
   * table: a row is visible one interval and one checkpoint later at the latest.
   */
  public RollingParquetSinkBuilder<T> rollInterval(Duration rollInterval) {
    this.rollInterval = requireNonNull(rollInterval);
    return this;
  }

  /** Bytes at which a file rolls early, by default 512 MiB; looked at after each row group. */
  public RollingParquetSinkBuilder<T> rollSize(MemorySize rollSize) {
    this.rollSize = requireNonNull(rollSize);
    return this;
  }

  /** Rows of a row group, by default 50,000. */
  public RollingParquetSinkBuilder<T> rowGroupRows(int rows) {
    this.rowGroupRows = rows;
    return this;
  }

  /**
   * Heap that the waiting rows of one file may hold before they become a row group, by default 96
   * MiB, in terms of {@link #rowSize}.
   */
  public RollingParquetSinkBuilder<T> rowGroupMemory(MemorySize memory) {
    this.rowGroupMemory = requireNonNull(memory);
    return this;
  }

  /**
   * Heap that all open files of one writer may hold, by default 256 MiB: rows, encoded bytes that
   * wait for a whole part, indexes, and what a checkpoint copies of them. Above it large row groups
   * end early, then the files that hold the most are finished early. While rows are encoded, the
   * pages of one row group come on top.
   */
  public RollingParquetSinkBuilder<T> memory(MemorySize memory) {
    this.memory = requireNonNull(memory);
    return this;
  }

  /**
   * Bytes that are uploaded at once, by default 8 MiB; a checkpoint stores less than this of each
   * open file, besides its last row group. At least Flink's {@code s3.upload.min.part.size}.
   */
  public RollingParquetSinkBuilder<T> partSize(MemorySize partSize) {
    this.partSize = requireNonNull(partSize);
    return this;
  }

  /**
   * Says that no operator before the sink touches a row after it was sent, so the sink keeps rows
   * without a copy even where object reuse is enabled.
   */
  public RollingParquetSinkBuilder<T> rowsAreNotReused() {
    this.rowsAreReused = false;
    return this;
  }

  /**
   * How often a commit is tried, and the pause after the first try, which doubles; by default five
   * times from one second. Then the job fails and Flink restarts it.
   */
  public RollingParquetSinkBuilder<T> commitAttempts(int attempts, Duration firstPause) {
    this.attempts = attempts;
    this.firstPause = requireNonNull(firstPause);
    return this;
  }

  /** The codec, by default ZSTD. */
  public RollingParquetSinkBuilder<T> compression(CompressionCodecName codec) {
    parquet.codec(codec);
    return this;
  }

  /** ZSTD's level from 1 to 22, by default 3. */
  public RollingParquetSinkBuilder<T> zstdLevel(int level) {
    parquet.zstdLevel(level);
    return this;
  }

  /** The largest page of a column, by default 1 MiB. */
  public RollingParquetSinkBuilder<T> pageSize(MemorySize pageSize) {
    parquet.pageBytes(pageSize.getBytes());
    return this;
  }

  /** Most rows of a page, by default 10,000. Fewer rows: more can be skipped, at more overhead. */
  public RollingParquetSinkBuilder<T> pageRows(int rows) {
    parquet.pageRows(rows);
    return this;
  }

  /** The largest dictionary of a column chunk, by default 1 MiB; beyond it values are plain. */
  public RollingParquetSinkBuilder<T> dictionarySize(MemorySize dictionarySize) {
    parquet.dictionaryBytes(dictionarySize.getBytes());
    return this;
  }

  /** Columns whose values hardly repeat, for which a dictionary is not even tried. */
  public RollingParquetSinkBuilder<T> withoutDictionary(String... columns) {
    parquet.withoutDictionary(List.of(columns));
    return this;
  }

  /**
   * A Bloom filter, with one per cent false positives.
   *
   * @param distinctValues that a full row group is expected to have; smaller row groups get smaller
   *     filters
   */
  public RollingParquetSinkBuilder<T> bloomFilter(String column, long distinctValues) {
    parquet.bloomFilter(column, distinctValues);
    return this;
  }

  /** Longest minimum or maximum of a string that is kept, by default 64 bytes; longer are cut. */
  public RollingParquetSinkBuilder<T> statisticsBytes(int bytes) {
    parquet.statisticsBytes(bytes);
    return this;
  }

  /** The writer's name and version in the footer: {@code name version 1.2.3 (build 4)}. */
  public RollingParquetSinkBuilder<T> createdBy(String createdBy) {
    parquet.createdBy(createdBy);
    return this;
  }

  /** A key and its value in the footer. */
  public RollingParquetSinkBuilder<T> footerMetadata(String key, String value) {
    parquet.footerMetadata(key, value);
    return this;
  }

  /**
   * @throws IllegalArgumentException with all that is wrong
   */
  public RollingParquetSink<T> build() {
    List<String> problems = new ArrayList<>();
    require(problems, basePath != null, "basePath is missing: the table's location");
    require(
        problems,
        identity != null && !identity.isBlank(),
        "identity is missing: name the job and the table, such as my-job/click_events");
    require(problems, rowSize != null, "rowSize is missing: how many bytes of heap a row holds");
    require(
        problems,
        rollInterval.toMillis() > 0,
        "rollInterval is %s and must be positive",
        rollInterval);
    require(problems, rowGroupRows > 0, "rowGroupRows is %d and must be positive", rowGroupRows);
    require(problems, attempts > 0, "commitAttempts is %d and must be positive", attempts);
    require(
        problems,
        rowGroupMemory.getBytes() > 0 && rowGroupMemory.compareTo(memory) <= 0,
        "rowGroupMemory is %s and must be at most memory, %s",
        rowGroupMemory,
        memory);
    require(
        problems,
        partSize.getBytes() > 0 && partSize.getBytes() <= Integer.MAX_VALUE / 4,
        "partSize is %s and must be from 1 byte (%s on S3) to 512 MiB",
        partSize,
        SMALLEST_PART);
    require(problems, rollSize.getBytes() > 0, "rollSize is %s and must be positive", rollSize);
    if (basePath != null && String.valueOf(basePath.toUri().getScheme()).startsWith("s3")) {
      require(
          problems,
          partSize.compareTo(SMALLEST_PART) >= 0,
          "partSize is %s, and S3 takes no part below %s",
          partSize,
          SMALLEST_PART);
      require(
          problems,
          rollSize.getBytes() / MOST_PARTS < partSize.getBytes(),
          "rollSize is %s, which is more than the %d parts of %s that S3 takes",
          rollSize,
          MOST_PARTS,
          partSize);
    }
    problems.addAll(parquet.problems());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "The rolling Parquet sink cannot be built: " + String.join("; ", problems) + ".");
    }
    ParquetWriterOptions options = parquet.build();
    // Fail fast on rows and options that do not fit, and not when the first row arrives.
    buffers.create(options, rowSize);
    return new RollingParquetSink<>(new RollingSettings(this), options, buffers, bucketer, rowSize);
  }

  /** Folder of this table's {@link PublicationLog}. */
  Path log() {
    return log(metadata());
  }

  /** Folders of the logs of the job's other tables. */
  List<Path> otherLogs() {
    return otherTables.stream().map(RollingParquetSinkBuilder::log).collect(Collectors.toList());
  }

  /** Where files go that were published after a snapshot to which the table is rewound. */
  Path rewound() {
    return new Path(metadata(), "rewound");
  }

  private Path metadata() {
    if (metadata != null) {
      return metadata;
    }
    Path table = new Path(basePath.toString()); // without a slash at its end
    return new Path(new Path(table.getParent(), "_sink"), table.getName());
  }

  private static Path log(Path metadata) {
    return new Path(metadata, "published");
  }

  private static void require(
      List<String> problems, boolean holds, String problem, Object... values) {
    if (!holds) {
      problems.add(String.format(problem, values));
    }
  }
}
