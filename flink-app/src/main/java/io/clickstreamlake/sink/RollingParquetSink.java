package io.clickstreamlake.sink;

import static java.util.Objects.requireNonNull;

import io.clickstreamlake.parquet.AvroParquetSchema;
import io.clickstreamlake.parquet.AvroRecordSize;
import io.clickstreamlake.parquet.AvroRowGroupBuffer;
import io.clickstreamlake.parquet.ParquetWriterOptions;
import io.clickstreamlake.parquet.RowGroupBufferFactory;
import io.clickstreamlake.parquet.RowSize;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;

/**
 * A sink that writes rows to Parquet files that stay open across checkpoints: one file per writer,
 * bucket and roll interval, however often the job checkpoints.
 *
 * <pre>
 *   rows ──▶ RollingParquetWriter ──rolled files──▶ RollingParquetCommitter ──▶ visible objects
 *              │        ▲                              after the checkpoint
 *              ▼        │ restore: finish and commit
 *            state: per open file, the bytes that would finish it
 * </pre>
 *
 * <h2>Why it is exactly-once</h2>
 *
 * <p>The source must be replayable from a checkpoint. Then exactly-once rests on six assumptions,
 * each about something outside of this package:
 *
 * <ol>
 *   <li>A recoverable upload is invisible until it is completed, and then the whole object appears
 *       atomically (S3 multipart uploads, renames on a local file system).
 *   <li>A completed upload accepts no more parts and cannot be completed with other parts (S3
 *       answers {@code NoSuchUpload}). A local file system does not guarantee that: use it on one
 *       machine only.
 *   <li>After a completion, the object's length and bytes are read as written (S3 is strongly
 *       consistent).
 *   <li>Flink calls {@code prepareCommit} and {@code snapshotState} of a checkpoint with no row in
 *       between. It calls the committer only after the checkpoint is complete, and again for files
 *       whose commit was not confirmed.
 *   <li>No other process writes to the object names of this sink, which contain a random
 *       identifier.
 *   <li>A failure restarts all writers of the table together: the job is one failover region, which
 *       an all-to-all exchange between operators ensures.
 * </ol>
 *
 * <p>A row is in one file only, since a writer keeps it in one buffer until it is encoded. A file
 * becomes visible in one of two ways:
 *
 * <ul>
 *   <li><b>It rolled.</b> Its committable is part of the first checkpoint after the roll, and the
 *       file is in no writer's state from then on. The committer completes it after that
 *       checkpoint, at least once, and every completion creates the same object.
 *   <li><b>It was open when the job failed.</b> The checkpoint contains its state, and the restore
 *       completes it with exactly the rows that arrived before that checkpoint, at least once, with
 *       the same bytes each time. The rows after the checkpoint are replayed and go to files with
 *       new names.
 * </ul>
 *
 * <p>So every row is visible exactly once, in whatever order failures occur:
 *
 * <table>
 *   <caption>What can happen, and what the sink does</caption>
 *   <tr><td>crash between roll and checkpoint</td><td>the upload has parts that the restored state
 *       does not list; they are replaced by number or omitted from the completion</td></tr>
 *   <tr><td>crash between checkpoint and commit</td><td>the committer restores the committable</td></tr>
 *   <tr><td>crash during commit; commit repeated; response lost</td><td>the object has the expected
 *       length: done</td></tr>
 *   <tr><td>crash during restore; same snapshot restored twice</td><td>the object exists with the
 *       expected length and end: done; or it is absent: finished again from the same bytes</td></tr>
 *   <tr><td>rescaled</td><td>there is one state per file, and any writer can finish any file,
 *       without encoder or schema</td></tr>
 *   <tr><td>paused TaskManager that resumes (zombie)</td><td>it cannot commit, since no checkpoint of
 *       its attempt completes; its parts go to a completed upload, or to uploads that are never
 *       completed; if it replaces a part of the restore, one completion fails, and the next attempt
 *       uploads again</td></tr>
 *   <tr><td>snapshot that is older than the last publication, or on a branch that a failure
 *       abandoned; two jobs on one table</td><td>see below</td></tr>
 *   <tr><td>rows erased from a visible file before its commit is confirmed, or before a restore</td>
 *       <td>the record of the erasure shows that it was visible ({@link ErasedFiles})</td></tr>
 *   <tr><td>upload aborted by a lifecycle rule</td><td>refused, with the ways out</td></tr>
 * </table>
 *
 * <p>A rolled file is not exposed to zombies, since no other process ever uploads a part of it: its
 * writer uploaded all parts before the checkpoint, and a restore takes over open files only.
 *
 * <h2>Which snapshots may be restored</h2>
 *
 * <p>Each snapshot contains its {@link Lineage}: the checkpoints that it descends from, across
 * restarts and submissions. Each publication is recorded in the {@link PublicationLog} before it is
 * visible: files that rolled, with the checkpoint that contains them, and files that a restore
 * finished. A snapshot may be restored if its lineage contains all publications; then its rows are
 * exactly those that are visible after the restore. Otherwise every subtask of every table refuses
 * it, with nothing changed, or, with {@link RollingParquetSinkBuilder#rewindToOlderSnapshots}, the
 * tables are rewound:
 *
 * <ul>
 *   <li>files of publications that are not in its lineage are moved aside ({@link TableRewind});
 *   <li>files that were open in it and have grown since are rebuilt from their first bytes and the
 *       bytes in the snapshot ({@link InProgressFileRecovery});
 *   <li>the source is read again from the snapshot on.
 * </ul>
 *
 * <p>The last restore wins. It is recorded in the log too: a job that it replaced finds this entry
 * before it publishes, and refuses to continue.
 *
 * <p>Not even a rewind can restore a snapshot from a branch that a later restore cut off: its files
 * were completed without the bytes that it needs. The same applies to a snapshot that is older than
 * the oldest entry of the log.
 *
 * <p>Limits: a savepoint that was drained must not be resumed (Flink's rule). Suppose that a job
 * restores, has checked the log, and is paused before it completes a file. It completes the file
 * when it resumes; if another job rewound the table in the meantime, those rows are visible twice.
 * Only a conditional completion could prevent that, and Flink's file systems do not offer one: stop
 * a job before its tables are rewound. At the end of a bounded input Flink passes no checkpoint ID.
 * So if a failure abandons a savepoint, and the next attempt reaches the end of input before its
 * first checkpoint, the abandoned savepoint is not recognized.
 *
 * @param <T> type of the rows
 */
public final class RollingParquetSink<T>
    implements Sink<T>,
        SupportsWriterState<T, RollingWriterState>,
        SupportsCommitter<CommittableFile>,
        SupportsPreCommitTopology<CommittableFile, CommittableFile> {

  private static final long serialVersionUID = 1L;

  private static final int EPOCH_LENGTH = 16;

  private final RollingSettings settings;
  private final ParquetWriterOptions options;
  private final RowGroupBufferFactory<T> buffers;
  private final SerializableFunction<? super T, String> bucketer;
  private final RowSize<? super T> rowSize;

  RollingParquetSink(
      RollingSettings settings,
      ParquetWriterOptions options,
      RowGroupBufferFactory<T> buffers,
      SerializableFunction<? super T, String> bucketer,
      RowSize<? super T> rowSize) {
    this.settings = settings;
    this.options = options;
    this.buffers = buffers;
    this.bucketer = bucketer;
    this.rowSize = rowSize;
  }

  /** A builder of a sink whose rows are buffered and encoded by {@code buffers}. */
  public static <T> RollingParquetSinkBuilder<T> builder(RowGroupBufferFactory<T> buffers) {
    return new RollingParquetSinkBuilder<>(requireNonNull(buffers));
  }

  /**
   * A builder of a sink for Avro specific records. They are encoded column by column with the types
   * of {@link AvroParquetSchema}, and measured by {@link AvroRecordSize}. The footer contains the
   * schema's fingerprint.
   *
   * @param schema of the rows
   * @throws IllegalArgumentException if a column's type is not supported
   */
  public static <T extends SpecificRecord> RollingParquetSinkBuilder<T> forAvro(Schema schema) {
    AvroParquetSchema.of(schema); // fail fast on unsupported types
    return RollingParquetSink.<T>builder(
            (options, rowSize) -> new AvroRowGroupBuffer<>(schema, options, rowSize))
        .rowSize(new AvroRecordSize<>())
        .footerMetadata(AvroParquetSchema.FINGERPRINT_KEY, AvroParquetSchema.fingerprint(schema));
  }

  /**
   * Whether the state of a writer has an open file. Flink's FileSink stores its state under the
   * same name, and its files are not open after a checkpoint.
   *
   * @param state an entry of the state that Flink stores for the writers of this or another sink
   * @throws IOException if it is a state of this sink that cannot be read
   */
  public static boolean hasOpenFile(byte[] state) throws IOException {
    return RollingWriterStateSerializer.wrote(state)
        && SimpleVersionedSerialization.readVersionAndDeSerialize(
                new RollingWriterStateSerializer(), state)
            .file()
            .isPresent();
  }

  /** Generates a random identifier of a submission: 16 hexadecimal digits. */
  public static String newEpoch() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, EPOCH_LENGTH);
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
    writer.start();
    return writer;
  }

  @Override
  public StatefulSinkWriter<T, RollingWriterState> restoreWriter(
      WriterInitContext context, Collection<RollingWriterState> states) throws IOException {
    RollingParquetWriter<T> writer = writer(context);
    writer.restore(
        context
            .getRestoredCheckpointId()
            .orElseThrow(() -> new IllegalStateException("Flink passed no checkpoint ID.")),
        states);
    return writer;
  }

  private RollingParquetWriter<T> writer(WriterInitContext context) throws IOException {
    return new RollingParquetWriter<>(
        settings,
        bucketer,
        () -> buffers.create(options, rowSize),
        copier(context),
        context.getProcessingTimeService(),
        new RollingSinkMetrics(
            context.metricGroup(), context.getProcessingTimeService()::getCurrentProcessingTime),
        context.getTaskInfo());
  }

  /**
   * A run of a batch.
   *
   * @param folder of the runs
   * @param command its name, in lower case
   * @param metadata folder of each table's metadata, see {@link RollingParquetSinkBuilder#metadata}
   * @param erasures folder that has a file while rows are erased
   */
  public static BatchRun batchRun(
      Path folder, String command, Map<String, Path> metadata, Path erasures) {
    Map<String, Path> logs = new LinkedHashMap<>();
    metadata.forEach((table, path) -> logs.put(table, RollingParquetSinkBuilder.log(path)));
    return new BatchRun(folder, command, logs, erasures, new Retries(8, Duration.ofMillis(200)));
  }

  /** Writes a bounded input to files that are not visible, for {@link BatchRun} to publish. */
  public BatchParquetWriter<T> batchWriter(String table) {
    return new BatchParquetWriter<>(this, table);
  }

  /** A writer that is not part of a sink. Rows must not be reused. */
  RollingParquetWriter<T> writer(
      SinkWriterMetricGroup metrics, ProcessingTimeService clock, TaskInfo task)
      throws IOException {
    return new RollingParquetWriter<>(
        settings,
        bucketer,
        () -> buffers.create(options, rowSize),
        UnaryOperator.identity(),
        clock,
        new RollingSinkMetrics(metrics, clock::getCurrentProcessingTime),
        task);
  }

  private UnaryOperator<T> copier(WriterInitContext context) {
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
    return createCommitter(context, Clock.systemUTC());
  }

  RollingParquetCommitter createCommitter(CommitterInitContext context, Clock clock) {
    return new RollingParquetCommitter(settings, context.getRestoredCheckpointId(), clock);
  }

  /**
   * Adds to each file the checkpoint in which its writer handed it over, which Flink does not pass
   * to the committer.
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
    // At the end of input Flink passes no checkpoint ID, so the writer's own number is kept.
    return checkpoint == CommittableMessage.EOI
        ? file
        : file.map(committable -> committable.withCheckpoint(checkpoint));
  }

  @Override
  public SimpleVersionedSerializer<CommittableFile> getWriteResultSerializer() {
    return new CommittableFileSerializer();
  }

  @Override
  public SimpleVersionedSerializer<CommittableFile> getCommittableSerializer() {
    return new CommittableFileSerializer();
  }
}
