package io.clickstreamlake.sink;

import io.clickstreamlake.parquet.EncodedBytes;
import io.clickstreamlake.parquet.EncodedSegment;
import io.clickstreamlake.parquet.FooterAssembler;
import io.clickstreamlake.parquet.RowGroupBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.util.zip.CRC32C;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;

/**
 * One open file of a writer, to which rows are added.
 *
 * <pre>
 *   position 0 ───────────── sent ─────────────── sent + waiting.size()
 *   │ parts of the upload    │ waiting: encoded,    │ rows: not encoded,
 *   │                        │ less than a part     │ less than a row group
 * </pre>
 *
 * <p>Bytes are uploaded in writes of at least one part, so that the file system has no buffered
 * bytes when {@link #snapshot} persists the resume point: on S3, {@code persist()} would otherwise
 * store the buffered bytes as a separate object. The upload starts with the first part, so a file
 * without a whole part causes no request before it rolls. Not thread-safe.
 *
 * @param <T> type of the rows
 */
final class InProgressFile<T> implements Closeable {

  /** Copies of a snapshot on the heap, see {@link #heapBytes}. */
  private static final int SNAPSHOT_COPIES = 3;

  /** Minimum ratio of the heap of buffered rows to their encoded size; usually 8 to 15. */
  private static final int COMPRESSION = 6;

  private final String bucket;
  private final Path path;
  private final long openedAt;
  private final RecoverableFiles files;
  private final int partBytes;
  private final RollingSinkMetrics metrics;

  private final RowGroupBuffer<T> rows;
  private final EncodedBytes waiting = new EncodedBytes(0);
  private long waitingSince;
  private final FooterAssembler footer = new FooterAssembler();

  @Nullable private RecoverableFsDataOutputStream upload;
  private long sent;

  /** CRC of the bytes that were uploaded; it verifies the first bytes of a file that is rebuilt. */
  private final CRC32C sentCrc = new CRC32C();

  @Nullable private SerializedRecoverable resume;

  /** The last snapshot, if no row was added since; so checkpoints of an idle file cost nothing. */
  @Nullable private InProgressFileState lastSnapshot;

  InProgressFile(
      String bucket,
      Path path,
      long openedAt,
      RecoverableFiles files,
      RowGroupBuffer<T> rows,
      int partBytes,
      RollingSinkMetrics metrics) {
    this.bucket = bucket;
    this.path = path;
    this.openedAt = openedAt;
    this.files = files;
    this.rows = rows;
    this.partBytes = partBytes;
    this.metrics = metrics;
  }

  String bucket() {
    return bucket;
  }

  Path path() {
    return path;
  }

  long openedAt() {
    return openedAt;
  }

  /** Number of rows so far. */
  long rows() {
    return footer.rows() + rows.rows();
  }

  /** Number of rows that are not yet encoded. */
  int bufferedRows() {
    return rows.rows();
  }

  /** Estimated heap, in bytes, of the rows that are not yet encoded. */
  long bufferedRowBytes() {
    return rows.bytes();
  }

  /** Bytes that are encoded, but not yet uploaded. */
  int waitingBytes() {
    return waiting.size();
  }

  /** Processing time at which the oldest waiting byte was encoded; undefined if there is none. */
  long waitingSince() {
    return waitingSince;
  }

  /**
   * Estimated heap of this file, in bytes, including its checkpoint: the bytes that finish the file
   * are in {@link #lastSnapshot}, in Flink's list state, and in the copy of that state which Flink
   * writes while the file receives more rows.
   */
  long heapBytes() {
    long snapshot =
        lastSnapshot == null
            ? waiting.size() + footer.heapBytes() + rows.bytes() / COMPRESSION
            : lastSnapshot.remaining().length;
    return rows.bytes() + waiting.capacity() + footer.heapBytes() + SNAPSHOT_COPIES * snapshot;
  }

  /** Bytes of the file so far, without the rows that are not yet encoded. */
  long encodedBytes() {
    return sent + waiting.size();
  }

  void add(T row) throws IOException {
    rows.add(row);
    lastSnapshot = null;
  }

  /** Encodes the buffered rows as a row group, and uploads a part if it is complete. */
  void endRowGroup(long now) throws IOException {
    if (rows.rows() == 0) {
      return;
    }
    if (waiting.size() == 0) {
      waitingSince = now;
    }
    footer.add(encodeRows(waiting, sent));
    rows.clear();
    lastSnapshot = null;
    if (waiting.size() >= partBytes) {
      send();
    }
  }

  /** The state that can finish this file as it is now. Neither file nor buffered rows change. */
  InProgressFileState snapshot() throws IOException {
    if (lastSnapshot == null) {
      if (resume == null && upload != null) {
        resume = files.persist(upload);
      }
      EncodedBytes remaining = new EncodedBytes(waiting.size() + 64 * 1024);
      remaining.write(waiting.array(), 0, waiting.size());
      if (rows.rows() == 0) {
        footer.appendEnd(remaining, sent);
      } else {
        footer.appendEndWith(encodeRows(remaining, sent), remaining, sent);
      }
      lastSnapshot =
          new InProgressFileState(
              bucket,
              path,
              openedAt,
              footer.rows() + rows.rows(),
              sent,
              sentCrc.getValue(),
              resume,
              remaining.toByteArray());
    }
    return lastSnapshot;
  }

  /**
   * Writes the end of the file and returns its committable. The file cannot be used afterwards.
   *
   * @param checkpoint number of the next checkpoint
   */
  CommittableFile finish(String identity, Lineage lineage, long checkpoint, long now)
      throws IOException {
    endRowGroup(now);
    footer.appendEnd(waiting, sent);
    send();
    SerializedRecoverable commit = files.closeForCommit(upload);
    upload = null;
    return new CommittableFile(
        identity, lineage, checkpoint, bucket, path, openedAt, footer.rows(), sent, commit);
  }

  /**
   * Releases local resources. Neither aborts nor completes the upload, since a checkpoint may refer
   * to it.
   */
  @Override
  public void close() throws IOException {
    if (upload != null) {
      RecoverableFsDataOutputStream open = upload;
      upload = null;
      open.close();
    }
  }

  private EncodedSegment encodeRows(EncodedBytes out, long outPosition) throws IOException {
    long start = System.nanoTime();
    EncodedSegment segment = rows.encode(out, outPosition);
    metrics.encoded(rows.rows(), System.nanoTime() - start);
    return segment;
  }

  private void send() throws IOException {
    if (upload == null) {
      upload = files.open(path);
    }
    upload.write(waiting.array(), 0, waiting.size());
    sentCrc.update(waiting.array(), 0, waiting.size());
    sent += waiting.size();
    waiting.release();
    resume = null;
  }
}
