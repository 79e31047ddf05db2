package io.clickstreamlake.erase;

import io.clickstreamlake.files.AtomicFile;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import io.clickstreamlake.parquet.ParquetRewriter;
import io.clickstreamlake.sink.ErasedFiles;
import io.clickstreamlake.tables.LakeTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import javax.annotation.Nullable;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Erases the rows of the persons from one file after another; those of the raw archive are those of
 * {@link ArchiveErasure}.
 *
 * <pre>
 *   1. find the rows: statistics and Bloom filters exclude most files
 *   2. announce how many there are                      ErasureFolder
 *   3. record that the file is about to change          ErasedFiles, for the job
 *   4. replace it at once by a file without the rows, which names this run in its footer;
 *      or delete it if no row remains
 * </pre>
 *
 * <p>After a crash before step 4 the file is unchanged, and its footer shows that. Not thread-safe.
 */
public final class FileErasure implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String lake;
  private final String run;
  private final PersonRows persons;
  private final int zstdLevel;
  private final boolean finds;
  private final ErasureFolder folder;

  private final boolean wholeRecords;
  private final int maxRecordBytes;

  private transient Map<String, Predicate<IndexedRecord>> matchers;
  @Nullable private transient ArchiveErasure archive;

  /**
   * @param lake {@code sink.path}
   * @param finds whether rows are only found and counted, and nothing is changed
   * @param wholeRecords see {@link RawArchive}
   * @param maxRecordBytes maximum size of a record in the raw archive
   */
  FileErasure(
      String lake,
      String run,
      PersonRows persons,
      int zstdLevel,
      boolean finds,
      boolean wholeRecords,
      int maxRecordBytes) {
    this.wholeRecords = wholeRecords;
    this.maxRecordBytes = maxRecordBytes;
    this.lake = lake;
    this.run = run;
    this.persons = persons;
    this.zstdLevel = zstdLevel;
    this.finds = finds;
    this.folder = new ErasureFolder(lake);
  }

  /**
   * Erases from one file.
   *
   * @return empty if it has no row of the persons, or no longer exists
   */
  public Optional<FileResult> apply(TableFile file) throws IOException {
    try {
      return file.isInArchive() ? archive().apply(file) : erase(file, file.table());
    } catch (FileNotFoundException e) {
      return Optional.empty(); // For example the retention has deleted it.
    } catch (IOException | RuntimeException e) {
      throw new IOException("Rows could not be erased from " + file, e);
    }
  }

  private <T extends SpecificRecordBase & SpecificRecord> Optional<FileResult> erase(
      TableFile file, LakeTable<T> table) throws IOException {
    FlinkInputFile input = FlinkInputFile.of(file.path());
    Predicate<IndexedRecord> matcher = matcher(table);
    FileResult result = new FileResult(table.name(), file.toString());
    ErasedCounts counts = new ErasedCounts();
    List<String> runs = new ArrayList<>();
    try (AvroRowReader<T> rows = persons.query(table).open(input)) {
      result.rows = rows.rowsOfFile();
      runs.addAll(ErasureFolder.runs(rows.footer().getFileMetaData().getKeyValueMetaData()));
      for (T row = rows.next(); row != null; row = rows.next()) {
        if (matcher.test(row)) {
          result.erased++;
          count(row, counts);
        }
      }
    }
    if (result.erased == 0) {
      return Optional.empty();
    }
    result.bytesBefore = input.getLength();
    if (!finds) {
      folder.checkNotTakenOver(run);
      folder.announce(run, file, file.inTable ? counts : new ErasedCounts());
      new ErasedFiles(table.metadata(lake)).record(file.bucket, file.path(), input.getLength());
      runs.add(run);
      replace(file, input, matcher, String.join(",", runs), result);
    }
    return Optional.of(result);
  }

  private static void count(IndexedRecord row, ErasedCounts counts) {
    counts.add(
        (Instant) PersonRows.get(row, PersonRows.ARRIVAL_TIME),
        PersonRows.text(row, PersonRows.STREAM),
        (String) PersonRows.get(row, PersonRows.REASON),
        Boolean.TRUE.equals(PersonRows.get(row, PersonRows.IS_LATE)));
  }

  private void replace(
      TableFile file,
      FlinkInputFile input,
      Predicate<IndexedRecord> matcher,
      String runs,
      FileResult result)
      throws IOException {
    if (result.erased == result.rows) {
      file.path().getFileSystem().delete(file.path(), false);
      return;
    }
    AtomicFile.write(
        file.path(),
        out -> {
          ParquetRewriter.Result written =
              new ParquetRewriter(input, zstdLevel)
                  .footerMetadata(ErasureFolder.FOOTER_KEY, runs)
                  .write(matcher, out);
          if (written.dropped != result.erased
              || written.kept + written.dropped != result.rows
              || FlinkInputFile.of(file.path()).getLength() != input.getLength()) {
            throw new IOException(file + " has changed while rows were erased; it stays as it is.");
          }
          folder.checkNotTakenOver(run);
        });
    result.bytesAfter = FlinkInputFile.of(file.path()).getLength();
  }

  private ArchiveErasure archive() {
    if (archive == null) {
      archive = new ArchiveErasure(folder, run, persons, finds, wholeRecords, maxRecordBytes);
    }
    return archive;
  }

  private Predicate<IndexedRecord> matcher(LakeTable<?> table) {
    if (matchers == null) {
      matchers = new HashMap<>();
    }
    return matchers.computeIfAbsent(table.name(), name -> persons.matcher(table));
  }
}
