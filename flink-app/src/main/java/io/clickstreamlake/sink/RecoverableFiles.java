package io.clickstreamlake.sink;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.core.fs.RecoverableWriter;
import org.apache.flink.core.fs.RecoverableWriter.CommitRecoverable;
import org.apache.flink.core.fs.RecoverableWriter.ResumeRecoverable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A file system with recoverable uploads, whose resume and commit points are serialized. */
final class RecoverableFiles {

  private static final int COPY_BUFFER_BYTES = 1024 * 1024;

  private final FileSystem fileSystem;
  private final RecoverableWriter writer;

  private RecoverableFiles(FileSystem fileSystem, RecoverableWriter writer) {
    this.fileSystem = fileSystem;
    this.writer = writer;
  }

  /**
   * The file system of {@code path}.
   *
   * @throws IOException if that file system cannot resume uploads, with the ways out
   */
  static RecoverableFiles of(Path path) throws IOException {
    FileSystem fileSystem = path.getFileSystem();
    RecoverableWriter writer;
    try {
      writer = fileSystem.createRecoverableWriter();
    } catch (UnsupportedOperationException e) {
      throw new IOException(unsupported(path, e.getMessage()), e);
    }
    if (!writer.supportsResume()) {
      throw new IOException(unsupported(path, "its RecoverableWriter cannot resume"));
    }
    return new RecoverableFiles(fileSystem, writer);
  }

  private static String unsupported(Path path, String reason) {
    return String.format(
        "The rolling Parquet sink cannot write to %s: it keeps files open across checkpoints, and"
            + " this file system cannot resume an interrupted upload (%s). Use s3:// with"
            + " flink-s3-fs-hadoop in Flink's plugins folder, file://, or another file system with"
            + " a RecoverableWriter that can resume; or write a file at every checkpoint with"
            + " sink.type=checkpoint.",
        path, reason);
  }

  RecoverableFsDataOutputStream open(Path path) throws IOException {
    return writer.open(path);
  }

  SerializedRecoverable persist(RecoverableFsDataOutputStream stream) throws IOException {
    SimpleVersionedSerializer<ResumeRecoverable> serializer =
        writer.getResumeRecoverableSerializer();
    return new SerializedRecoverable(
        serializer.getVersion(), serializer.serialize(stream.persist()));
  }

  RecoverableFsDataOutputStream resume(SerializedRecoverable resume) throws IOException {
    return writer.recover(
        writer.getResumeRecoverableSerializer().deserialize(resume.version(), resume.bytes()));
  }

  /** Uploads the remaining bytes and ends the file, which stays invisible until its commit. */
  SerializedRecoverable closeForCommit(RecoverableFsDataOutputStream stream) throws IOException {
    SimpleVersionedSerializer<CommitRecoverable> serializer =
        writer.getCommitRecoverableSerializer();
    return new SerializedRecoverable(
        serializer.getVersion(), serializer.serialize(stream.closeForCommit().getRecoverable()));
  }

  /** Makes a file visible after {@link #closeForCommit}; no effect if it is already visible. */
  void commit(SerializedRecoverable commit) throws IOException {
    writer
        .recoverForCommit(
            writer.getCommitRecoverableSerializer().deserialize(commit.version(), commit.bytes()))
        .commitAfterRecovery();
  }

  /** Length of the visible object at {@code path}; empty if there is none. */
  OptionalLong length(Path path) throws IOException {
    try {
      return OptionalLong.of(fileSystem.getFileStatus(path).getLen());
    } catch (FileNotFoundException e) {
      return OptionalLong.empty();
    }
  }

  byte[] read(Path path, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    try (FSDataInputStream in = fileSystem.open(path)) {
      in.seek(position);
      int read = 0;
      while (read < length) {
        int n = in.read(bytes, read, length - read);
        if (n < 0) {
          throw new IOException(
              String.format(
                  "%s ends at byte %d, before %d", path, position + read, position + length));
        }
        read += n;
      }
    }
    return bytes;
  }

  /**
   * Copies the first bytes of an object, followed by a suffix, to a new object that appears
   * atomically.
   *
   * @param length number of bytes to copy
   * @param expectedCrc CRC-32C of these bytes, or null to skip the check
   * @throws IOException if the source is shorter, or its bytes have another CRC
   */
  void copy(Path from, long length, @Nullable Long expectedCrc, byte[] suffix, Path to)
      throws IOException {
    CRC32C crc = new CRC32C();
    RecoverableFsDataOutputStream out = writer.open(to);
    RecoverableFsDataOutputStream.Committer committer;
    try (FSDataInputStream in = fileSystem.open(from)) {
      byte[] buffer = new byte[(int) Math.min(COPY_BUFFER_BYTES, Math.max(1, length))];
      long left = length;
      while (left > 0) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
          throw new IOException(
              String.format("%s ends at byte %d, before %d", from, length - left, length));
        }
        crc.update(buffer, 0, n);
        out.write(buffer, 0, n);
        left -= n;
      }
      if (expectedCrc != null && crc.getValue() != expectedCrc) {
        throw new IOException(
            String.format("The first %d bytes of %s differ from the snapshot", length, from));
      }
      out.write(suffix, 0, suffix.length);
      committer = out.closeForCommit();
    } catch (IOException | RuntimeException e) {
      try {
        out.close();
      } catch (IOException | RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    committer.commit();
  }

  void delete(Path path) throws IOException {
    fileSystem.delete(path, false);
  }
}
