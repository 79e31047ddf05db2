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
import java.util.Collection;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
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
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;

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
 * every table, with nothing changed, or, with {@link
 * RollingParquetSinkBuilder#rewindToOlderSnapshots}, the tables are rewound:
 *
 * <ul>
 *   <li>files of publications that are not in its lineage are moved aside ({@link TableRewind});
 *   <li>files that were open in it and have grown since are made again from their first bytes and
 *       the bytes in the snapshot ({@link InProgressFileRecovery});
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

  /** A sink of rows that wait and are encoded in buffers of {@code buffers}. */
  public static <T> RollingParquetSinkBuilder<T> builder(RowGroupBufferFactory<T> buffers) {
    return new RollingParquetSinkBuilder<>(requireNonNull(buffers));
  }

  /**
   * A sink of Avro specific records: encoded column by column, in the types of {@link
   * AvroParquetSchema}; sized by {@link AvroRecordSize}; with the schema's fingerprint in the
   * footer.
   */
  public static <T extends SpecificRecord> RollingParquetSinkBuilder<T> forAvro(Class<T> type) {
    Schema schema = SpecificData.get().getSchema(type);
    AvroParquetSchema.of(schema); // fail fast on unsupported types
    return RollingParquetSink.<T>builder(
            (options, rowSize) ->
                new AvroRowGroupBuffer<>(SpecificData.get().getSchema(type), options, rowSize))
        .rowSize(new AvroRecordSize<>())
        .footerMetadata(AvroParquetSchema.FINGERPRINT_KEY, AvroParquetSchema.fingerprint(schema));
  }

  /** Another identifier of a submission at every call: 16 hexadecimal digits. */
  public static String newEpoch() {
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
        () -> buffers.create(options, rowSize),
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
}
