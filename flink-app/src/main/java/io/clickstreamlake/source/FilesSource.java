package io.clickstreamlake.source;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.SourceRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import javax.annotation.Nullable;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.FileSourceSplitSerializer;
import org.apache.flink.connector.file.src.impl.FileSourceReader;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A source that watches a folder and reads each object once, see {@link FilesEnumerator} and {@link
 * StoredRecords}. Flink's own file source remembers every path for ever, and does not notice that
 * an object was replaced.
 */
final class FilesSource
    implements Source<SourceRecord, FileSourceSplit, FilesProgress>,
        ResultTypeQueryable<SourceRecord> {

  private static final long serialVersionUID = 1L;

  private final Path folder;
  private final int maxRecordBytes;
  private final Duration interval;
  private final Duration forgetAfter;

  private FilesSource(JobSettings settings) throws IOException {
    Path path = new Path(settings.get(JobOptions.SOURCE_FILES_PATH));
    this.folder = path.makeQualified(path.getFileSystem());
    this.maxRecordBytes = (int) settings.get(JobOptions.PARSE_MAX_UNCOMPRESSED).getBytes();
    this.interval = settings.get(JobOptions.SOURCE_FILES_INTERVAL);
    this.forgetAfter = settings.get(JobOptions.SOURCE_FILES_FORGET_AFTER);
  }

  /** Adds the source to the job. */
  static DataStream<SourceRecord> addTo(
      StreamExecutionEnvironment environment, JobSettings settings) {
    try {
      return environment
          .fromSource(new FilesSource(settings), WatermarkStrategy.noWatermarks(), "files")
          .uid("files");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Checks that the folder can be listed before the job starts.
   *
   * @throws IllegalStateException if it cannot, with the cause and the fix
   */
  static void check(JobSettings settings) {
    String path = settings.get(JobOptions.SOURCE_FILES_PATH);
    try {
      Path folder = new Path(path);
      folder.getFileSystem().exists(folder);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "The files in "
              + path
              + " cannot be listed: "
              + e.getMessage()
              + ". Check "
              + JobOptions.SOURCE_FILES_PATH.key()
              + ", the network and the permissions s3:ListBucket and s3:GetObject.",
          e);
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<SourceRecord, FileSourceSplit> createReader(SourceReaderContext context) {
    return new FileSourceReader<>(
        context, new StoredRecordFormat(folder, maxRecordBytes), context.getConfiguration());
  }

  @Override
  public SplitEnumerator<FileSourceSplit, FilesProgress> createEnumerator(
      SplitEnumeratorContext<FileSourceSplit> context) throws IOException {
    return enumerator(context, null);
  }

  @Override
  public SplitEnumerator<FileSourceSplit, FilesProgress> restoreEnumerator(
      SplitEnumeratorContext<FileSourceSplit> context, FilesProgress snapshot) throws IOException {
    return enumerator(context, snapshot);
  }

  private FilesEnumerator enumerator(
      SplitEnumeratorContext<FileSourceSplit> context, @Nullable FilesProgress snapshot)
      throws IOException {
    return new FilesEnumerator(
        context, FilesListing.of(folder), interval, forgetAfter, Clock.systemUTC(), snapshot);
  }

  @Override
  public SimpleVersionedSerializer<FileSourceSplit> getSplitSerializer() {
    return FileSourceSplitSerializer.INSTANCE;
  }

  @Override
  public SimpleVersionedSerializer<FilesProgress> getEnumeratorCheckpointSerializer() {
    return new FilesProgress.Serializer();
  }

  @Override
  public TypeInformation<SourceRecord> getProducedType() {
    return TypeInformation.of(SourceRecord.class);
  }
}
