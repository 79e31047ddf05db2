package io.clickstreamlake.source;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.SourceRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
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
import org.apache.flink.core.fs.FileStatus;
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

  private final ArrayList<Path> paths = new ArrayList<>();
  private final int maxRecordBytes;

  /** Null for a source that ends. */
  @Nullable private final Duration interval;

  private final Duration forgetAfter;

  /** Null for all objects. */
  @Nullable private final ArchivedObjects archived;

  /** The stream that archived objects come from. */
  @Nullable private final String stream;

  private FilesSource(
      List<String> paths,
      JobSettings settings,
      @Nullable Duration interval,
      @Nullable ArchivedObjects archived)
      throws IOException {
    this.paths.addAll(qualified(paths));
    this.maxRecordBytes = (int) settings.get(JobOptions.PARSE_MAX_UNCOMPRESSED).getBytes();
    this.interval = interval;
    this.forgetAfter = settings.get(JobOptions.SOURCE_FILES_FORGET_AFTER);
    this.archived = archived;
    this.stream = archived == null ? null : settings.get(JobOptions.SOURCE_STREAM);
  }

  private static List<Path> qualified(List<String> paths) throws IOException {
    List<Path> qualified = new ArrayList<>();
    for (String path : paths) {
      Path given = new Path(path);
      qualified.add(given.makeQualified(given.getFileSystem()));
    }
    return qualified;
  }

  /** The listing of files and folders. */
  static FilesListing listing(List<String> paths) throws IOException {
    return FilesListing.of(qualified(paths));
  }

  /** The listing of the objects in folders that match. */
  static FilesListing listing(List<String> folders, Predicate<FileStatus> wanted)
      throws IOException {
    return listing(folders).of(wanted);
  }

  /** Adds a source that reads objects of the raw archive, and ends. */
  static DataStream<SourceRecord> addTo(
      StreamExecutionEnvironment environment, JobSettings settings, ArchivedObjects archived)
      throws IOException {
    return environment.fromSource(
        new FilesSource(archived.folders(), settings, null, archived),
        WatermarkStrategy.noWatermarks(),
        "raw archive");
  }

  /** Adds a source that reads files and folders as they are now, and ends. */
  static DataStream<SourceRecord> addTo(
      StreamExecutionEnvironment environment, JobSettings settings, List<String> paths)
      throws IOException {
    return environment.fromSource(
        new FilesSource(paths, settings, null, null), WatermarkStrategy.noWatermarks(), "files");
  }

  /** Adds the source to the job. */
  static DataStream<SourceRecord> addTo(
      StreamExecutionEnvironment environment, JobSettings settings) {
    try {
      return environment
          .fromSource(
              new FilesSource(
                  List.of(settings.get(JobOptions.SOURCE_FILES_PATH)),
                  settings,
                  settings.get(JobOptions.SOURCE_FILES_INTERVAL),
                  null),
              WatermarkStrategy.noWatermarks(),
              "files")
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
    return interval == null ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<SourceRecord, FileSourceSplit> createReader(SourceReaderContext context) {
    return new FileSourceReader<>(
        context, new StoredRecordFormat(maxRecordBytes, stream), context.getConfiguration());
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
        context,
        archived == null ? FilesListing.of(paths) : FilesListing.of(paths).of(archived::includes),
        interval,
        forgetAfter,
        Clock.systemUTC(),
        snapshot);
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
