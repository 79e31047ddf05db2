package io.clickstreamlake.source;

import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.ArrayResultIterator;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The format of objects that hold {@link StoredRecords}. A record's origin is the bucket as its
 * source ({@code s3://BUCKET}), the object's key, and the line in the object, or in a large file
 * the offset ({@link LineRange}); so it is the same by whatever prefix the object was found. Its
 * arrival is the time at which the object was stored. An object, or a range of it, is read from its
 * beginning, also after a restore, which skips the records that were emitted before: compressed
 * data has no positions to continue at.
 *
 * <p>A record of the raw archive came from a stream: that is its source, the object's key its
 * partition, and its arrival is that of the object's oldest record, see {@link ArchivedObjects}.
 */
final class StoredRecordFormat implements BulkFormat<SourceRecord, FileSourceSplit> {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(StoredRecordFormat.class);

  /** A batch ends after that many records or bytes. */
  private static final int BATCH_RECORDS = 500;

  private static final int BATCH_BYTES = 1 << 20;

  private final int maxRecordBytes;
  @Nullable private final String archivedStream;

  /**
   * @param maxRecordBytes maximum size of a record
   * @param archivedStream the stream that the objects are the archive of; null for other objects
   */
  StoredRecordFormat(int maxRecordBytes, @Nullable String archivedStream) {
    this.maxRecordBytes = maxRecordBytes;
    this.archivedStream = archivedStream;
  }

  @Override
  public Reader<SourceRecord> createReader(Configuration configuration, FileSourceSplit split)
      throws IOException {
    return new ObjectReader(split, 0);
  }

  @Override
  public Reader<SourceRecord> restoreReader(Configuration configuration, FileSourceSplit split)
      throws IOException {
    return new ObjectReader(
        split,
        split.getReaderPosition().map(CheckpointedPosition::getRecordsAfterOffset).orElse(0L));
  }

  @Override
  public boolean isSplittable() {
    return false;
  }

  @Override
  public TypeInformation<SourceRecord> getProducedType() {
    return TypeInformation.of(SourceRecord.class);
  }

  private final class ObjectReader implements Reader<SourceRecord> {

    private final FileSourceSplit split;
    private final String source;
    private final String key;
    private final long arrival;

    /** Null if the object is gone. */
    @Nullable private final StoredRecords records;

    /** Null if the split is a whole object. */
    @Nullable private final LineRange range;

    private long read;

    ObjectReader(FileSourceSplit split, long emitted) throws IOException {
      this.split = split;
      URI location = split.path().toUri();
      String bucket =
          // Names of the same storage.
          location.getScheme().replace("s3a", "s3")
              + "://"
              + Objects.requireNonNullElse(location.getAuthority(), "");
      this.source = archivedStream == null ? bucket : archivedStream;
      this.arrival =
          archivedStream == null
              ? split.fileModificationTime()
              : ArchivedObjects.arrival(split.path(), split.fileModificationTime()).toEpochMilli();
      this.key = location.getPath().substring(1);
      FSDataInputStream in = open();
      this.range = in != null && LineRange.isRange(split) ? LineRange.open(in, split) : null;
      this.records =
          in == null ? null : new StoredRecords(range == null ? in : range, maxRecordBytes);
      try {
        while (records != null && read < emitted && records.next()) {
          read++;
        }
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    /** Opens the object as it was found; null if it was deleted or replaced since. */
    @Nullable
    private FSDataInputStream open() throws IOException {
      FileSystem files = split.path().getFileSystem();
      try {
        FileStatus now = files.getFileStatus(split.path());
        if (now.getLen() == split.fileSize()
            && now.getModificationTime() == split.fileModificationTime()) {
          return files.open(split.path());
        }
        LOG.warn("{} was replaced before it was read; the new object is read.", split.path());
      } catch (FileNotFoundException e) {
        LOG.warn("{} was deleted before it was read.", split.path());
      }
      return null;
    }

    @Override
    @Nullable
    public RecordIterator<SourceRecord> readBatch() throws IOException {
      SourceRecord[] batch = new SourceRecord[BATCH_RECORDS];
      long before = read;
      int size = 0;
      for (int bytes = 0; size < BATCH_RECORDS && bytes < BATCH_BYTES; size++) {
        if (records == null || !records.next()) {
          break;
        }
        batch[size] = record();
        bytes += batch[size].data.length;
        read++;
      }
      if (size == 0) {
        return null;
      }
      ArrayResultIterator<SourceRecord> iterator = new ArrayResultIterator<>();
      iterator.set(batch, size, CheckpointedPosition.NO_OFFSET, before);
      return iterator;
    }

    private SourceRecord record() {
      String place = range == null ? records.place() : range.place(records.start());
      Origin origin = new Origin(source, key, place);
      return records.reason() == null
          ? new SourceRecord(records.record(), origin, arrival)
          : SourceRecord.incomplete(
              records.record(), origin, arrival, records.reason(), records.message());
    }

    @Override
    public void close() throws IOException {
      if (records != null) {
        records.close();
      }
    }
  }
}
