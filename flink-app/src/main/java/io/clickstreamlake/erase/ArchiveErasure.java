package io.clickstreamlake.erase;

import io.clickstreamlake.files.AtomicFile;
import io.clickstreamlake.source.CompressedText;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Erases the records of the persons from one object of the raw archive after another. An object is
 * replaced at once under its key, compressed as before, or deleted if no record is left. To repeat
 * it changes nothing more, so no crash matters. The ledger does not count the archive.
 *
 * <p>An object whose compressed data is damaged is never changed, since its end cannot be read.
 *
 * <p>Not thread-safe.
 */
final class ArchiveErasure {

  private final String run;
  private final boolean finds;
  private final boolean wholeRecords;
  private final int maxRecordBytes;
  private final ErasureFolder folder;
  private final RecordErasure records;

  /**
   * @param finds whether records are only found and counted, and nothing is changed
   * @param maxRecordBytes maximum size of a record
   */
  ArchiveErasure(
      ErasureFolder folder,
      String run,
      PersonRows persons,
      boolean finds,
      boolean wholeRecords,
      int maxRecordBytes) {
    this.folder = folder;
    this.run = run;
    this.finds = finds;
    this.wholeRecords = wholeRecords;
    this.maxRecordBytes = maxRecordBytes;
    this.records = new RecordErasure(persons.payloads(), maxRecordBytes);
  }

  /**
   * Erases from one object.
   *
   * @return empty if it has no record of the persons
   */
  Optional<FileResult> apply(TableFile file) throws IOException {
    Path path = file.path();
    FileSystem files = path.getFileSystem();
    FileStatus before = files.getFileStatus(path);
    TextErasure text =
        new TextErasure(
            records,
            maxRecordBytes,
            before.getModificationTime(),
            file.table.equals(RawArchive.FAILED),
            wholeRecords);
    TextErasure.Found found;
    try (InputStream in = files.open(path)) {
      found = text.find(in);
    }
    FileResult result = new FileResult(file.table, file.toString());
    result.rows = found.records;
    result.bytesBefore = before.getLen();
    result.shared = found.shared;
    result.isDamaged = found.isDamaged;
    if (found.isDamaged) {
      result.shared += found.events;
    } else {
      result.erased = found.events;
    }
    if (found.changes() && !found.isDamaged && !finds) {
      folder.checkNotTakenOver(run);
      folder.announce(run, file, new ErasedCounts());
      replace(path, before, found);
      result.bytesAfter = found.removesAll() ? 0 : files.getFileStatus(path).getLen();
    } else {
      result.bytesAfter = before.getLen();
    }
    return result.erased > 0 || result.shared > 0 || result.isDamaged
        ? Optional.of(result)
        : Optional.empty();
  }

  private void replace(Path path, FileStatus before, TextErasure.Found found) throws IOException {
    FileSystem files = path.getFileSystem();
    if (found.removesAll()) {
      files.delete(path, false);
      return;
    }
    byte[] magic;
    try (InputStream in = files.open(path)) {
      magic = in.readNBytes(CompressedText.MAGIC_BYTES);
    }
    AtomicFile.write(
        path,
        out -> {
          try (InputStream in = files.open(path);
              OutputStream compressed = CompressedText.compressingLike(magic, new NotClosed(out))) {
            found.write(CompressedText.of(in), compressed);
          }
          if (files.getFileStatus(path).getLen() != before.getLen()) {
            throw new IOException(path + " has changed while records were erased.");
          }
          folder.checkNotTakenOver(run);
        });
  }

  /** To close it ends the compressed data only. */
  private static final class NotClosed extends FilterOutputStream {

    NotClosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      // Not flushed either: the stream of a file on S3 would upload a part.
    }
  }
}
