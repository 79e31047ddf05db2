package io.clickstreamlake.sink;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Writes rows to Parquet files that stay open across checkpoints: one file a writer, a bucket and a
 * roll interval, however often the job checkpoints.
 *
 * <pre>
 *   rows ──▶ RollingParquetWriter ──rolled files──▶ RollingParquetCommitter ──▶ visible objects
 *              │        ▲                              after the checkpoint
 *              ▼        │ restore: finish and commit
 *            state: for each open file, the bytes that would finish it
 * </pre>
 *
 * <h2>Why it is exactly-once</h2>
 *
 * <p>Let the source be replayable from a checkpoint. Then this rests on six assumptions, each about
 * something outside of this package:
 *
 * <ol>
 *   <li>A recoverable upload is invisible until it is completed, and then appears at once and whole
 *       (S3 multipart uploads, renames on a local file system).
 *   <li>A completed upload takes no more parts and cannot be completed with other ones (S3 answers
 *       {@code NoSuchUpload}). A local file system does not promise that: use it on one machine.
 *   <li>After a completion, the object's length and bytes are read as written (S3 is strongly
 *       consistent).
 *   <li>Flink calls {@code prepareCommit} and {@code snapshotState} of a checkpoint with no row
 *       between, calls the committer only after the checkpoint is complete, and calls it again with
 *       what was not confirmed.
 *   <li>Nobody else writes to the names of this sink, which contain a random identifier.
 *   <li>A failure restarts all writers of the table together: the job is one failover region, as it
 *       is where some operator takes from all others.
 * </ol>
 *
 * <p>A row is in one file only, since a writer keeps it in one buffer until it is encoded. A file
 * becomes visible in one of two ways:
 *
 * <ul>
 *   <li><b>It rolled.</b> Its committable is part of the first checkpoint after the roll, and the
 *       file is in no writer's state from then on. The committer completes it after that
 *       checkpoint, at least once, and every completion makes the same object.
 *   <li><b>It was open when the job failed.</b> The checkpoint holds its state, and the restore
 *       completes it with exactly the rows that came before that checkpoint, at least once, with
 *       the same bytes each time. The rows after the checkpoint come again, and go to new names.
 * </ul>
 *
 * <p>So each of the orders that failures can take leaves every row once:
 *
 * <table>
 *   <caption>What may happen, and what the sink does</caption>
 *   <tr><td>crash between roll and checkpoint</td><td>the upload has parts that the restored state
 *       does not list; they are replaced by number or left out when it is completed</td></tr>
 *   <tr><td>crash between checkpoint and commit</td><td>the committer restores the committable</td></tr>
 *   <tr><td>crash while committing; commit repeated; answer lost</td><td>the object has the expected
 *       length: done</td></tr>
 *   <tr><td>crash during restore; same snapshot restored twice</td><td>the object is there, of the
 *       expected length and end: done; or absent: finished again from the same bytes</td></tr>
 *   <tr><td>rescaled</td><td>states are one a file; any writer can finish any file, without encoder
 *       or schema</td></tr>
 *   <tr><td>paused TaskManager that goes on (zombie)</td><td>it cannot commit, for no checkpoint of
 *       its attempt completes; its parts hit a completed upload, or uploads that nobody completes;
 *       a part that it slips under the restore's own makes one completion fail, and the next attempt
 *       uploads again</td></tr>
 *   <tr><td>snapshot that is older than the last publication, or on a branch that a failure
 *       abandoned; two jobs on one table</td><td>see below</td></tr>
 *   <tr><td>upload aborted by a lifecycle rule</td><td>refused, with the ways out</td></tr>
 * </table>
 *
 * <p>A rolled file needs no such care, since no other process ever uploads a part of it: its writer
 * uploaded all of them before the checkpoint, and a restore takes over open files only.
 *
 * <h2>Which snapshots may be restored</h2>
 *
 * <p>Each snapshot carries its {@link Lineage}: the checkpoints that it descends from, over
 * restarts and submissions. Each publication is noted in the {@link PublicationLog} before it is
 * visible: files that rolled, with the checkpoint that knows of them, and what a restore finished.
 * A snapshot may be restored if all that is published lies in its lineage; then its rows are
 * exactly those that are visible after the restore. Otherwise it is refused by every subtask of
 * every table, with nothing changed, or, with {@link Builder#rewindToOlderSnapshots}, the tables
 * are rewound:
 *
 * <ul>
 *   <li>files of publications that are not in its lineage are moved aside ({@link TableRewind});
 *   <li>files that were open in it and have grown since are made again from their first bytes and
 *       the bytes in the snapshot ({@link InterruptedFileFinisher});
 *   <li>the source is read again from there.
 * </ul>
 *
 * <p>The last restore wins: it is noted, too, and a job that it replaced finds that note before it
 * publishes, and refuses to go on.
 *
 * <p>Not even a rewind restores a snapshot from a branch that a later restore cut off: its files
 * were completed without the bytes that it needs. The same holds for one that is older than the
 * memory of the log.
 *
 * <p>Limits: a savepoint that was drained must not be resumed (Flink's rule). A job that restores,
 * has looked at the log, and is then paused before it completes a file, completes it when it goes
 * on; if another job rewound the table meanwhile, those rows are there twice. Only a conditional
 * completion could refuse that, and Flink's file systems offer none: stop a job before its tables
 * are rewound. At the end of a bounded input no checkpoint is named; so if a failure abandons a
 * savepoint, and the attempt after it reaches the end of input before its first checkpoint, that
 * savepoint is not recognized.
 *
 * @param <T> the rows
 */
public final class RollingParquetSink<T>
    implements Sink<T>,
        SupportsWriterState<T, RollingWriterState>,
        SupportsCommitter<CommittableFile>,
        SupportsPreCommitTopology<CommittableFile, CommittableFile> {

  private static final long serialVersionUID = 1L;

  private static final int EPOCH_LENGTH = 16;

  private final RollingSettings settings;
  private final ParquetLayout layout;
  private final RowGroupBufferFactory<T> buffers;
  private final SerializableFunction<? super T, String> bucketer;
  private final RowSize<? super T> rowSize;

  private RollingParquetSink(
      RollingSettings settings,
      ParquetLayout layout,
      RowGroupBufferFactory<T> buffers,
      SerializableFunction<? super T, String> bucketer,
      RowSize<? super T> rowSize) {
    this.settings = settings;
    this.layout = layout;
    this.buffers = buffers;
    this.bucketer = bucketer;
    this.rowSize = rowSize;
  }

  /** A sink of rows that {@code writeSupports} can encode. */
  public static <T> Builder<T> builder(WriteSupportFactory<T> writeSupports) {
    requireNonNull(writeSupports);
    return new Builder<>(
        (layout, rowSize) -> new RecordRowGroupBuffer<>(writeSupports, layout, rowSize));
  }

  /**
   * A sink of Avro specific records: encoded column by column, in the types of {@link
   * AvroRecordWriteSupport}; sized by {@link AvroRecordSize}; with the schema's fingerprint in the
   * footer.
   */
  public static <T extends SpecificRecord> Builder<T> forAvro(Class<T> type) {
    AvroParquetSchema.of(SpecificData.get().getSchema(type)); // what cannot be written is said here
    return new Builder<T>(
            (layout, rowSize) ->
                new AvroRowGroupBuffer<>(SpecificData.get().getSchema(type), layout, rowSize))
        .rowSize(new AvroRecordSize<>())
        .footerMetadata(
            AvroRecordWriteSupport.FINGERPRINT_KEY, AvroRecordWriteSupport.fingerprint(type));
  }

  /** Another identifier of a submission at every call: 16 hexadecimal digits. */
  static String newEpoch() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, EPOCH_LENGTH);
  }

  /**
   * Fails if the file system of {@code path} cannot be written to by this sink; for a check before
   * the job starts.
   *
   * @throws IOException with a way out
   */
  public static void checkFileSystem(Path path) throws IOException {
    RecoverableFiles.of(path);
  }

  @Override
  @Deprecated
  public SinkWriter<T> createWriter(Sink.InitContext context) {
    throw new UnsupportedOperationException(
        "Flink 1.19 and later call createWriter(WriterInitContext).");
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    RollingParquetWriter<T> writer = writer(context);
    writer.begin();
    return writer;
  }

  @Override
  public StatefulSinkWriter<T, RollingWriterState> restoreWriter(
      WriterInitContext context, Collection<RollingWriterState> states) throws IOException {
    RollingParquetWriter<T> writer = writer(context);
    writer.restore(
        context
            .getRestoredCheckpointId()
            .orElseThrow(() -> new IllegalStateException("restored, but from no checkpoint")),
        states);
    return writer;
  }

  private RollingParquetWriter<T> writer(WriterInitContext context) throws IOException {
    return new RollingParquetWriter<>(
        settings,
        bucketer,
        () -> buffers.create(layout, rowSize),
        keep(context),
        context.getProcessingTimeService(),
        new RollingSinkMetrics(
            context.metricGroup(), context.getProcessingTimeService()::getCurrentProcessingTime),
        context.getTaskInfo());
  }

  private UnaryOperator<T> keep(WriterInitContext context) {
    if (settings.rowsAreReused && context.isObjectReuseEnabled()) {
      TypeSerializer<T> serializer = context.createInputSerializer();
      return serializer::copy;
    }
    return UnaryOperator.identity();
  }

  @Override
  public SimpleVersionedSerializer<RollingWriterState> getWriterStateSerializer() {
    return new RollingWriterStateSerializer();
  }

  @Override
  public Committer<CommittableFile> createCommitter(CommitterInitContext context) {
    return new RollingParquetCommitter(
        settings, context.getRestoredCheckpointId(), Clock.systemUTC());
  }

  /**
   * Tells each file in which checkpoint its writer handed it over, which the committer's interface
   * does not.
   */
  @Override
  public DataStream<CommittableMessage<CommittableFile>> addPreCommitTopology(
      DataStream<CommittableMessage<CommittableFile>> committables) {
    return committables
        .map(RollingParquetSink::withCheckpoint)
        .returns(CommittableMessageTypeInfo.of(CommittableFileSerializer::new))
        .name("checkpoint of files");
  }

  /** See {@link #addPreCommitTopology}. */
  static CommittableMessage<CommittableFile> withCheckpoint(
      CommittableMessage<CommittableFile> message) {
    if (!(message instanceof CommittableWithLineage)) {
      return message;
    }
    CommittableWithLineage<CommittableFile> file =
        (CommittableWithLineage<CommittableFile>) message;
    long checkpoint = file.getCheckpointIdOrEOI();
    // At the end of input no checkpoint is named: the writer's own count stands.
    return checkpoint == CommittableMessage.EOI
        ? file
        : file.map(committable -> committable.handedOverIn(checkpoint));
  }

  @Override
  public SimpleVersionedSerializer<CommittableFile> getWriteResultSerializer() {
    return new CommittableFileSerializer();
  }

  @Override
  public SimpleVersionedSerializer<CommittableFile> getCommittableSerializer() {
    return new CommittableFileSerializer();
  }

  /**
   * Settings of a {@link RollingParquetSink}; all have defaults except base path, identity, and
   * what the chosen entry did not set.
   *
   * @param <T> the rows
   */
  public static final class Builder<T> {

    /** S3 takes no smaller parts, except the last. */
    private static final MemorySize SMALLEST_PART = MemorySize.ofMebiBytes(5);

    /** S3 takes no more parts an upload. */
    private static final int MOST_PARTS = 10_000;

    private final RowGroupBufferFactory<T> buffers;
    private Path basePath;
    private String epoch = newEpoch();
    @Nullable private Path metadata;
    private List<Path> otherTables = List.of();
    private boolean rewind;
    private String identity;
    private SerializableFunction<? super T, String> bucketer = row -> "";
    private RowSize<? super T> rowSize;
    private List<String> sortColumns = List.of();
    private Duration rollInterval = Duration.ofHours(1);
    private MemorySize rollSize = MemorySize.ofMebiBytes(512);
    private int rowGroupRows = 50_000;
    private MemorySize rowGroupMemory = MemorySize.ofMebiBytes(96);
    private MemorySize memory = MemorySize.ofMebiBytes(256);
    private MemorySize partSize = MemorySize.ofMebiBytes(8);
    private boolean rowsAreReused = true;
    private int attempts = 5;
    private Duration firstPause = Duration.ofSeconds(1);
    private CompressionCodecName codec = CompressionCodecName.ZSTD;
    private int zstdLevel = 3;
    private MemorySize pageSize = MemorySize.ofMebiBytes(1);
    private int pageRows = 10_000;
    private MemorySize dictionarySize = MemorySize.ofMebiBytes(1);
    private int statisticsBytes = 64;
    private final Set<String> columnsWithoutDictionary = new HashSet<>();
    private final Map<String, Long> bloomFilters = new HashMap<>();
    private String createdBy = "clickstream-lake version 0.1.0 (build parquet-java)";
    private final Map<String, String> footerMetadata = new HashMap<>();

    private Builder(RowGroupBufferFactory<T> buffers) {
      this.buffers = buffers;
    }

    /** The table's location. Required. */
    public Builder<T> basePath(Path basePath) {
      this.basePath = requireNonNull(basePath);
      return this;
    }

    /**
     * Names the job and the table, such as {@code clickstream-lake/click_events}. It is stored in
     * every checkpoint, and a snapshot of another identity is refused. It must stay the same as
     * long as snapshots are to be restored. Required.
     */
    public Builder<T> identity(String identity) {
      this.identity = requireNonNull(identity);
      return this;
    }

    /**
     * The folder, outside of all tables, in which the sink keeps what it published and when, a
     * small object per commit ({@link PublicationLog}), and files of this table that were taken
     * back. By it snapshots are judged that are to be restored. By default {@code _sink/} and the
     * table's name beside the table.
     */
    public Builder<T> metadata(Path folder) {
      this.metadata = requireNonNull(folder);
      return this;
    }

    /**
     * The metadata folders of the other tables that the same job writes, so that a snapshot is
     * refused for all of them or for none.
     */
    public Builder<T> metadataOfOtherTables(List<Path> folders) {
      this.otherTables = List.copyOf(folders);
      return this;
    }

    /**
     * Says that a start from an older snapshot rewinds the table: what was published after the
     * snapshot is moved aside, and comes again from the source. Without it such a snapshot is
     * refused.
     */
    public Builder<T> rewindToOlderSnapshots() {
      this.rewind = true;
      return this;
    }

    /**
     * Identifies this submission of the job, by default a random text. Tables of one job have the
     * same.
     */
    Builder<T> epoch(String epoch) {
      this.epoch = requireNonNull(epoch);
      return this;
    }

    /** The folder of a row below the base path, such as {@code year=2026/month=11/day=20}. */
    public Builder<T> bucketBy(SerializableFunction<? super T, String> bucketer) {
      this.bucketer = requireNonNull(bucketer);
      return this;
    }

    /**
     * The heap that a row holds while it waits as an object. Required, except for Avro records,
     * which wait as columns soon.
     */
    public Builder<T> rowSize(RowSize<? super T> rowSize) {
      this.rowSize = requireNonNull(rowSize);
      return this;
    }

    /**
     * The order of rows inside a row group: by these columns, in turn; null comes first. Rows that
     * a query asks for together should lie together: then whole pages are skipped. By default rows
     * stay in the order in which they came. For Avro records only, and columns of texts, whole
     * numbers, decimals, times and booleans.
     */
    public Builder<T> sortBy(List<String> columns) {
      this.sortColumns = columns.stream().map(String::trim).collect(Collectors.toList());
      return this;
    }

    /**
     * How long a file stays open, in processing time; by default an hour. Intervals are aligned to
     * their multiples since 1970, UTC, so an hour is the clock's hour. This is the freshness of the
     * table: a row is visible one interval and one checkpoint later at the latest.
     */
    public Builder<T> rollInterval(Duration rollInterval) {
      this.rollInterval = requireNonNull(rollInterval);
      return this;
    }

    /** Bytes at which a file rolls early, by default 512 MiB; looked at after each row group. */
    public Builder<T> rollSize(MemorySize rollSize) {
      this.rollSize = requireNonNull(rollSize);
      return this;
    }

    /** Rows of a row group, by default 50,000. */
    public Builder<T> rowGroupRows(int rows) {
      this.rowGroupRows = rows;
      return this;
    }

    /**
     * Heap that the waiting rows of one file may hold before they become a row group, by default 96
     * MiB, in terms of {@link #rowSize}.
     */
    public Builder<T> rowGroupMemory(MemorySize memory) {
      this.rowGroupMemory = requireNonNull(memory);
      return this;
    }

    /**
     * Heap that all open files of one writer may hold, by default 256 MiB: rows, encoded bytes that
     * wait for a whole part, indexes, and what a checkpoint copies of them. Above it large row
     * groups end early, then the files that hold the most are finished early. While rows are
     * encoded, the pages of one row group come on top.
     */
    public Builder<T> memory(MemorySize memory) {
      this.memory = requireNonNull(memory);
      return this;
    }

    /**
     * Bytes that are uploaded at once, by default 8 MiB; a checkpoint stores less than this of each
     * open file, besides its last row group. At least Flink's {@code s3.upload.min.part.size}.
     */
    public Builder<T> partSize(MemorySize partSize) {
      this.partSize = requireNonNull(partSize);
      return this;
    }

    /**
     * Says that no operator before the sink touches a row after it was sent, so the sink keeps rows
     * without a copy even where object reuse is enabled.
     */
    public Builder<T> rowsAreNotReused() {
      this.rowsAreReused = false;
      return this;
    }

    /**
     * How often a commit is tried, and the pause after the first try, which doubles; by default
     * five times from one second. Then the job fails and Flink restarts it.
     */
    public Builder<T> commitAttempts(int attempts, Duration firstPause) {
      this.attempts = attempts;
      this.firstPause = requireNonNull(firstPause);
      return this;
    }

    /** The codec, by default ZSTD. */
    public Builder<T> compression(CompressionCodecName codec) {
      this.codec = requireNonNull(codec);
      return this;
    }

    /** ZSTD's level from 1 to 22, by default 3. */
    public Builder<T> zstdLevel(int level) {
      this.zstdLevel = level;
      return this;
    }

    /** The largest page of a column, by default 1 MiB. */
    public Builder<T> pageSize(MemorySize pageSize) {
      this.pageSize = requireNonNull(pageSize);
      return this;
    }

    /**
     * Most rows of a page, by default 10,000. Fewer rows: more can be skipped, at more overhead.
     */
    public Builder<T> pageRows(int rows) {
      this.pageRows = rows;
      return this;
    }

    /** The largest dictionary of a column chunk, by default 1 MiB; beyond it values are plain. */
    public Builder<T> dictionarySize(MemorySize dictionarySize) {
      this.dictionarySize = requireNonNull(dictionarySize);
      return this;
    }

    /** Columns whose values hardly repeat, for which a dictionary is not even tried. */
    public Builder<T> withoutDictionary(String... columns) {
      columnsWithoutDictionary.addAll(List.of(columns));
      return this;
    }

    /**
     * A Bloom filter, with one per cent false positives.
     *
     * @param distinctValues that a full row group is expected to have; smaller row groups get
     *     smaller filters
     */
    public Builder<T> bloomFilter(String column, long distinctValues) {
      bloomFilters.put(requireNonNull(column), distinctValues);
      return this;
    }

    /** Longest minimum or maximum of a string that is kept, by default 64 bytes; longer are cut. */
    public Builder<T> statisticsBytes(int bytes) {
      this.statisticsBytes = bytes;
      return this;
    }

    /** The writer's name and version in the footer: {@code name version 1.2.3 (build 4)}. */
    public Builder<T> createdBy(String createdBy) {
      this.createdBy = requireNonNull(createdBy);
      return this;
    }

    /** A key and its value in the footer. */
    public Builder<T> footerMetadata(String key, String value) {
      footerMetadata.put(requireNonNull(key), requireNonNull(value));
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
      require(problems, pageRows > 0, "pageRows is %d and must be positive", pageRows);
      require(problems, attempts > 0, "commitAttempts is %d and must be positive", attempts);
      require(
          problems, zstdLevel >= 1 && zstdLevel <= 22, "zstdLevel is %d, not 1 to 22", zstdLevel);
      require(
          problems,
          statisticsBytes > 0,
          "statisticsBytes is %d and must be positive",
          statisticsBytes);
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
      bloomFilters.forEach(
          (column, distinct) ->
              require(
                  problems,
                  distinct > 0,
                  "bloomFilter of %s expects %d distinct values and must expect at least 1",
                  column,
                  distinct));
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            "The rolling Parquet sink cannot be built: " + String.join("; ", problems) + ".");
      }
      ParquetLayout layout =
          new ParquetLayout(
              codec,
              zstdLevel,
              Math.toIntExact(pageSize.getBytes()),
              pageRows,
              Math.toIntExact(dictionarySize.getBytes()),
              statisticsBytes,
              sortColumns,
              columnsWithoutDictionary,
              bloomFilters,
              createdBy,
              footerMetadata);
      // What does not fit the rows is said here, and not when the first of them comes.
      buffers.create(layout, rowSize);
      Path own = metadata != null ? metadata : metadataOf(basePath);
      return new RollingParquetSink<>(
          new RollingSettings(
              identity,
              basePath,
              epoch,
              log(own),
              otherTables.stream().map(Builder::log).collect(Collectors.toList()),
              new Path(own, "rewound"),
              rewind,
              rollInterval.toMillis(),
              rollSize.getBytes(),
              rowGroupRows,
              rowGroupMemory.getBytes(),
              Math.toIntExact(partSize.getBytes()),
              memory.getBytes(),
              rowsAreReused,
              new Retries(attempts, firstPause)),
          layout,
          buffers,
          bucketer,
          rowSize);
    }

    private static Path metadataOf(Path basePath) {
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
}
