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
 * identity and, for rows that are not Avro records, the row size. Not thread-safe.
 *
 * @param <T> type of the rows
 */
public final class RollingParquetSinkBuilder<T> {

  /** Minimum size of a part on S3, except for the last part of an upload. */
  private static final MemorySize MIN_PART_SIZE = MemorySize.ofMebiBytes(5);

  /** Maximum number of parts per upload on S3. */
  private static final int MAX_PARTS = 10_000;

  private final RowGroupBufferFactory<T> buffers;
  Path basePath;
  String epoch = RollingParquetSink.newEpoch();
  @Nullable private Path metadata;
  private List<Path> otherTables = List.of();
  boolean rewind;
  boolean settledMark;
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
   * Name of the job and the table, such as {@code clickstream-lake/click_events}. It is stored in
   * every checkpoint, and a snapshot with another identity is refused. So it must not change as
   * long as earlier snapshots may be restored. Required.
   */
  public RollingParquetSinkBuilder<T> identity(String identity) {
    this.identity = requireNonNull(identity);
    return this;
  }

  /**
   * The folder, outside of all tables, for the {@link PublicationLog}, one small object per commit,
   * for the {@link SettledMark}, and for files of this table that were moved aside. The log decides
   * which snapshots may be restored. Default: {@code _sink/} and the table's name, in the parent
   * folder of the table.
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
   * Lets a start from an older snapshot rewind the table: files that were published after the
   * snapshot are moved aside, and their rows are read from the source again. By default such a
   * snapshot is refused.
   */
  public RollingParquetSinkBuilder<T> rewindToOlderSnapshots() {
    this.rewind = true;
    return this;
  }

  /**
   * Stores up to which arrival the rows of the table are settled, see {@link SettledMark}. The
   * watermarks that the writers receive must be arrival times which no later row falls below. By
   * default no mark is stored.
   */
  public RollingParquetSinkBuilder<T> settledMark() {
    this.settledMark = true;
    return this;
  }

  /**
   * Identifier of this submission of the job, of lower-case letters and digits. All tables of a job
   * must have the same one. Default: random.
   */
  public RollingParquetSinkBuilder<T> epoch(String epoch) {
    this.epoch = requireNonNull(epoch);
    return this;
  }

  /**
   * The folder of a row, relative to the base path, such as {@code year=2026/month=11/day=20}.
   * Default: the base path itself.
   */
  public RollingParquetSinkBuilder<T> bucketBy(SerializableFunction<? super T, String> bucketer) {
    this.bucketer = requireNonNull(bucketer);
    return this;
  }

  /**
   * Estimates the heap of a row while it is buffered as an object. Required, except for Avro
   * records, which have {@link io.clickstreamlake.parquet.AvroRecordSize}.
   */
  public RollingParquetSinkBuilder<T> rowSize(RowSize<? super T> rowSize) {
    this.rowSize = requireNonNull(rowSize);
    return this;
  }

  /**
   * Columns by which the rows of a row group are sorted, the most significant first; null comes
   * first. Rows that queries read together should be adjacent: then readers skip whole pages. Only
   * for Avro records, and for columns of strings, integers, decimals, times and booleans. Default:
   * the order of arrival.
   */
  public RollingParquetSinkBuilder<T> sortBy(List<String> columns) {
    parquet.sortBy(columns);
    return this;
  }

  /**
   * Time that a file stays open, in processing time; default: one hour. Intervals are aligned to
   * multiples of their length since 1970, UTC, so hourly files end at the full hour. This
   * determines the freshness of the table: a row is visible at most one interval and one checkpoint
   * later.
   */
  public RollingParquetSinkBuilder<T> rollInterval(Duration rollInterval) {
    this.rollInterval = requireNonNull(rollInterval);
    return this;
  }

  /** Size at which a file rolls early, checked after each row group; default: 512 MiB. */
  public RollingParquetSinkBuilder<T> rollSize(MemorySize rollSize) {
    this.rollSize = requireNonNull(rollSize);
    return this;
  }

  /** Maximum number of rows per row group; default: 50,000. */
  public RollingParquetSinkBuilder<T> rowGroupRows(int rows) {
    this.rowGroupRows = rows;
    return this;
  }

  /**
   * Maximum heap of the buffered rows of one file, as measured by {@link #rowSize}; above it they
   * are encoded as a row group. Default: 96 MiB.
   */
  public RollingParquetSinkBuilder<T> rowGroupMemory(MemorySize memory) {
    this.rowGroupMemory = requireNonNull(memory);
    return this;
  }

  /**
   * Maximum heap of all open files of one writer: rows, encoded bytes that are not yet a whole
   * part, indexes, and the copies of these in a checkpoint. Above it, large row groups end early,
   * then the files that use the most heap are finished early. The pages of a row group that is
   * being encoded are not included. Default: 256 MiB.
   */
  public RollingParquetSinkBuilder<T> memory(MemorySize memory) {
    this.memory = requireNonNull(memory);
    return this;
  }

  /**
   * Minimum size of the parts of an upload, which must be at least Flink's {@code
   * s3.upload.min.part.size}; default: 8 MiB. A checkpoint stores less than this per open file,
   * plus its last row group.
   */
  public RollingParquetSinkBuilder<T> partSize(MemorySize partSize) {
    this.partSize = requireNonNull(partSize);
    return this;
  }

  /**
   * Declares that no operator before the sink modifies a row after emitting it, so that the sink
   * buffers rows without a copy even if object reuse is enabled.
   */
  public RollingParquetSinkBuilder<T> rowsAreNotReused() {
    this.rowsAreReused = false;
    return this;
  }

  /**
   * Maximum number of attempts per commit, and the pause after the first attempt, which doubles per
   * attempt. After the last attempt, the job fails and Flink restarts it. Default: 5 attempts, one
   * second.
   */
  public RollingParquetSinkBuilder<T> commitAttempts(int attempts, Duration firstPause) {
    this.attempts = attempts;
    this.firstPause = requireNonNull(firstPause);
    return this;
  }

  /** The compression codec; default: ZSTD. */
  public RollingParquetSinkBuilder<T> compression(CompressionCodecName codec) {
    parquet.codec(codec);
    return this;
  }

  /** Level of ZSTD, from 1 to 22; default: 3. */
  public RollingParquetSinkBuilder<T> zstdLevel(int level) {
    parquet.zstdLevel(level);
    return this;
  }

  /** Maximum size of a page of a column, before compression; default: 1 MiB. */
  public RollingParquetSinkBuilder<T> pageSize(MemorySize pageSize) {
    parquet.pageBytes(pageSize.getBytes());
    return this;
  }

  /**
   * Maximum number of rows per page; default: 10,000. With fewer rows, readers can skip more, at
   * the cost of more overhead.
   */
  public RollingParquetSinkBuilder<T> pageRows(int rows) {
    parquet.pageRows(rows);
    return this;
  }

  /** Maximum dictionary size per column chunk; above it values are plain. Default: 1 MiB. */
  public RollingParquetSinkBuilder<T> dictionarySize(MemorySize dictionarySize) {
    parquet.dictionaryBytes(dictionarySize.getBytes());
    return this;
  }

  /** Columns whose values rarely repeat, which are always written without a dictionary. */
  public RollingParquetSinkBuilder<T> withoutDictionary(String... columns) {
    parquet.withoutDictionary(List.of(columns));
    return this;
  }

  /**
   * Adds a Bloom filter with 1% false positives to a column.
   *
   * @param distinctValues expected number in a full row group; smaller row groups get smaller
   *     filters
   */
  public RollingParquetSinkBuilder<T> bloomFilter(String column, long distinctValues) {
    parquet.bloomFilter(column, distinctValues);
    return this;
  }

  /**
   * Maximum length of the bounds of a string column, above which they are cut; default: 64 bytes.
   */
  public RollingParquetSinkBuilder<T> statisticsBytes(int bytes) {
    parquet.statisticsBytes(bytes);
    return this;
  }

  /** Name and version of the writer in the footer: {@code name version 1.2.3 (build 4)}. */
  public RollingParquetSinkBuilder<T> createdBy(String createdBy) {
    parquet.createdBy(createdBy);
    return this;
  }

  /** Adds a key and its value to the footer. */
  public RollingParquetSinkBuilder<T> footerMetadata(String key, String value) {
    parquet.footerMetadata(key, value);
    return this;
  }

  /**
   * Creates the sink.
   *
   * @throws IllegalArgumentException with all errors in the settings
   */
  public RollingParquetSink<T> build() {
    List<String> problems = new ArrayList<>();
    require(problems, basePath != null, "basePath is missing: the table's location");
    require(
        problems,
        identity != null && !identity.isBlank(),
        "identity is missing: name the job and the table, such as my-job/click_events");
    require(problems, rowSize != null, "rowSize is missing: the heap of a row in bytes");
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
        MIN_PART_SIZE);
    require(problems, rollSize.getBytes() > 0, "rollSize is %s and must be positive", rollSize);
    if (basePath != null && String.valueOf(basePath.toUri().getScheme()).startsWith("s3")) {
      require(
          problems,
          partSize.compareTo(MIN_PART_SIZE) >= 0,
          "partSize is %s, and the minimum on S3 is %s",
          partSize,
          MIN_PART_SIZE);
      require(
          problems,
          rollSize.getBytes() / MAX_PARTS < partSize.getBytes(),
          "rollSize is %s, and the maximum on S3 is %d parts of %s",
          rollSize,
          MAX_PARTS,
          partSize);
    }
    problems.addAll(parquet.problems());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "The rolling Parquet sink cannot be built: " + String.join("; ", problems) + ".");
    }
    ParquetWriterOptions options = parquet.build();
    // Fail fast on options that do not fit the rows, not when the first row arrives.
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

  /** Folder for files that were published after a snapshot to which the table is rewound. */
  Path rewound() {
    return new Path(metadata(), "rewound");
  }

  /** Folder of this table's {@link SettledMark}. */
  Path settled() {
    return settled(metadata());
  }

  /** Folder of this table's metadata, outside of the table. */
  Path metadata() {
    if (metadata != null) {
      return metadata;
    }
    Path table = new Path(basePath.toString()); // removes a trailing slash
    return new Path(new Path(table.getParent(), "_sink"), table.getName());
  }

  /** Folder of the {@link PublicationLog} in the folder of a table's metadata. */
  static Path log(Path metadata) {
    return new Path(metadata, "published");
  }

  /** Folder of the {@link SettledMark} in the folder of a table's metadata. */
  static Path settled(Path metadata) {
    return new Path(metadata, "settled");
  }

  private static void require(
      List<String> problems, boolean holds, String problem, Object... values) {
    if (!holds) {
      problems.add(String.format(problem, values));
    }
  }
}
