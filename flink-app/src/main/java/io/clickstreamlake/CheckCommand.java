package io.clickstreamlake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.check.CheckOptions;
import io.clickstreamlake.check.Finding;
import io.clickstreamlake.check.LakeCheck;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.tables.DayBuckets;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A program that checks the lake, in one JVM or on a cluster, and changes nothing:
 *
 * <pre>
 * java -cp … io.clickstreamlake.CheckCommand --config FILE --local CONF [options]
 *   --from DAY --to DAY       folders of these days only, such as 2026-11-20
 *   --table NAME              this table only
 *   --fast true               footers only, and rows of the ledger
 *   --archive PATH            compares the raw archive in this folder with the ledger
 *   --upload-age HOURS        age from which an upload is an orphan, by default 24
 * </pre>
 *
 * <p>{@code --config} and {@code --local} are those of {@link BatchCommand}. Standard output has
 * lines of JSON: {@code progress}, each {@code finding}, and the {@code result}. Exit code 0, also
 * with findings; 2 with the problems on standard error if arguments or settings are invalid.
 */
public final class CheckCommand {

  private static final List<String> OPTIONS =
      List.of(
          "--config",
          BatchProgram.LOCAL,
          "--from",
          "--to",
          "--table",
          "--fast",
          "--archive",
          "--upload-age");

  /** More would compete with the job for CPU and memory. */
  private static final int MAX_PARALLELISM = 4;

  private final Map<String, String> options = new TreeMap<>();
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private CheckCommand(String[] args) {
    for (int i = 0; i < args.length; i += 2) {
      if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "usage: " + String.join(" VALUE ", OPTIONS) + " VALUE, but got " + args[i]);
      }
      options.put(args[i], args[i + 1]);
    }
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    BatchProgram.run(args, () -> new CheckCommand(args).run());
  }

  private void run() throws Exception {
    CheckOptions checked =
        new CheckOptions(
            day("--from"),
            day("--to"),
            options.get("--table"),
            Boolean.parseBoolean(options.get("--fast")),
            Duration.ofHours(hours()));
    StreamExecutionEnvironment environment =
        BatchCommand.environment(options.get(BatchProgram.LOCAL), MAX_PARALLELISM);
    SettingsCheck check =
        EraseCommand.check(
            JobSettings.texts(
                options.containsKey("--config")
                    ? new String[] {"--config", options.get("--config")}
                    : new String[0]));
    ObjectNode result =
        new LakeCheck(
                check.settings,
                check.steps.columns,
                checked,
                options.containsKey("--archive")
                    ? new RawArchive(options.get("--archive"), checked, check)
                    : null,
                Clock.systemUTC())
            .run(environment, new JsonLines());
    print("result", result);
  }

  private long hours() {
    String hours = options.getOrDefault("--upload-age", "24");
    try {
      return Long.parseLong(hours);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--upload-age must be hours, but is '" + hours + "'.", e);
    }
  }

  @Nullable
  private LocalDate day(String option) {
    String day = options.get(option);
    try {
      return day == null ? null : LocalDate.parse(day);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          option + " must be a day, such as 2026-11-20, but is '" + day + "'.", e);
    }
  }

  private synchronized void print(String kind, ObjectNode content) {
    out.println(JsonNodeFactory.instance.objectNode().set(kind, content));
  }

  /** The archive of the days that are checked. */
  static final class RawArchive implements LakeCheck.Archive {

    private final String location;
    private final CheckOptions checked;
    private final SettingsCheck check;

    RawArchive(String location, CheckOptions checked, SettingsCheck check) {
      this.location = location;
      this.checked = checked;
      this.check = check;
    }

    @Override
    public TreeMap<Instant, Long> count(StreamExecutionEnvironment environment) throws Exception {
      List<String> folders = new ArrayList<>();
      for (LocalDate day : checked.days()) {
        Path folder =
            new Path(
                location,
                DayBuckets.day(day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()));
        if (folder.getFileSystem().exists(folder)) {
          folders.add(folder.toString());
        }
      }
      return ArchiveCount.read(
          environment,
          check.settings,
          check.steps.parse,
          checked.days().isEmpty() ? List.of(location) : folders);
    }

    @Override
    public String location() {
      return location;
    }
  }

  private final class JsonLines implements LakeCheck.Output {

    @Override
    public void progress(long files, long totalFiles, long bytes, long totalBytes) {
      print(
          "progress",
          JsonNodeFactory.instance
              .objectNode()
              .put("files", files)
              .put("totalFiles", totalFiles)
              .put("bytes", bytes)
              .put("totalBytes", totalBytes));
    }

    @Override
    public void finding(Finding finding) {
      print("finding", finding.toJson());
    }
  }
}
