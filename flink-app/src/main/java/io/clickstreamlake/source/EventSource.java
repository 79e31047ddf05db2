package io.clickstreamlake.source;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobOptions.SourceType;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.SourceRecord;
import java.io.IOException;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The source that {@code source.type} names. */
public final class EventSource {

  private EventSource() {}

  /** Adds the source to the job. */
  public static DataStream<SourceRecord> addTo(
      StreamExecutionEnvironment environment, JobSettings settings) {
    return settings.get(JobOptions.SOURCE_TYPE) == SourceType.FILES
        ? FilesSource.addTo(environment, settings)
        : KinesisSource.addTo(environment, settings);
  }

  /** Adds a source that reads files and folders as they are now, and ends. */
  public static DataStream<SourceRecord> ofFiles(
      StreamExecutionEnvironment environment, JobSettings settings, List<String> paths)
      throws IOException {
    return FilesSource.addTo(environment, settings, paths);
  }

  /** Adds a source that reads objects of the raw archive, and ends. */
  public static DataStream<SourceRecord> ofArchive(
      StreamExecutionEnvironment environment, JobSettings settings, ArchivedObjects archived)
      throws IOException {
    return FilesSource.addTo(environment, settings, archived);
  }

  /** Number of files that {@link #ofFiles} would read now. */
  public static long countFiles(List<String> paths) throws IOException {
    return FilesSource.listing(paths).list(System.currentTimeMillis()).objects.size();
  }

  /**
   * Checks that the source can be read before the job starts.
   *
   * @throws IllegalStateException if it cannot be read, with the cause and the fix
   */
  public static void check(JobSettings settings) {
    if (settings.get(JobOptions.SOURCE_TYPE) == SourceType.FILES) {
      FilesSource.check(settings);
    } else {
      KinesisSource.checkStream(settings);
    }
  }
}
