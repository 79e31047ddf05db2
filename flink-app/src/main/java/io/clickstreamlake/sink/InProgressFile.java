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
 * One file that rows are added to.
 *
 * <pre>
 *   position 0 ───────────── sent ─────────────── sent + waiting.size()
 *   │ parts of the upload    │ waiting: encoded,    │ rows: not encoded,
 *   │                        │ less than a part     │ less than a row group
 * </pre>
 *
 * <p>Bytes go to the upload in one write of at least a part, so that the file system has nothing
 * buffered when {@link #snapshot} asks for the resume point: on S3, {@code persist()} would
 * otherwise put the buffered bytes as an object of their own. The upload begins with the first
 * part: a file that never has a whole part leaves no trace in the file system before it rolls.
 *
 * @param <T> the rows
 */
final class InProgressFile<T> implements Closeable {

  private static final int SNAPSHOT_COPIES = 3;

  /** Waiting rows are at least so many times as large as their encoding; usually 8 to 15 times. */
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

  /** Of the bytes that were sent: a file that is made again begins with the same ones. */
  private final CRC32C sentCrc = new CRC32C();

  @Nullable private SerializedRecoverable resume;

  /**
   * The last snapshot, as long as no row was added since: a quiet file costs a checkpoint nothing.
   */
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

  /** All rows so far. */
  long rows() {
    return footer.rows() + rows.rows();
  }

  /** Rows that are not encoded yet. */
  int bufferedRows() {
    return rows.rows();
  }

  /** Estimated heap of the rows that are not encoded yet. */
  long bufferedRowBytes() {
    return rows.bytes();
  }

  /** Bytes that are encoded and not handed to the upload yet. */
  int waitingBytes() {
    return waiting.size();
  }

  /** Processing time since which the oldest waiting byte waits; meaningless when none does. */
  long waitingSince() {
    return waitingSince;
  }

  /**
   * Estimated heap that this file holds, with what a checkpoint will hold of it: the bytes that
   * finish the file, in {@link #lastSnapshot}, in Flink's list state, and in the copy of that state
   * which is written while the file goes on.
   */
  long heldBytes() {
    long snapshot =
        lastSnapshot == null
            ? waiting.size() + footer.heldBytes() + rows.bytes() / COMPRESSION
            : lastSnapshot.remaining().length;
    return rows.bytes() + waiting.capacity() + footer.heldBytes() + SNAPSHOT_COPIES * snapshot;
  }

  /** Bytes of the file so far, without the rows that are not encoded yet. */
  long encodedBytes() {
    return sent + waiting.size();
  }

  void add(T row) throws IOException {
    rows.add(row);
    lastSnapshot = null;
  }

  /** Encodes the buffered rows as a row group, and uploads what is a whole part by then. */
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

  /** What finishes this file as it is now. Changes neither the file nor the buffered rows. */
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

  /** Writes the file to its end and hands it over for the commit. It cannot be used afterwards. */
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
   * Gives back what the file holds on this machine. Neither aborts the upload nor completes it: a
   * checkpoint may refer to it.
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
