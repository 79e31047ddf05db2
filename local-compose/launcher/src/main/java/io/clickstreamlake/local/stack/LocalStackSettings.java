package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.archive.ArchiveSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of a stack without containers. All but the two folders have defaults.
 *
 * @param root the checkout
 * @param state the state folder
 * @param ports required ports; the others are chosen
 * @param stream name of the Kinesis stream
 * @param shards of the stream, when it is created
 * @param parallelism of the job
 * @param checkpointInterval of the job
 * @param crawlInterval between two crawls of the catalog, whole seconds
 * @param archiveBytes size at which the raw archive writes an object, before compression
 * @param archiveInterval age at which the raw archive writes an object, whole seconds
 * @param fromSnapshot name or folder of the snapshot that the job starts from; the newest if absent
 * @param transition from the settings of the last start; absent if they are not remembered
 * @param withoutState whether the job starts without any snapshot
 * @param jobSettings settings of the job, which override those of the launcher
 * @param flinkSettings settings of Flink, which override those of the launcher
 * @param searchPath search path for node and npm, in the format of PATH
 */
public record LocalStackSettings(
    Path root,
    Path state,
    Map<Service, Integer> ports,
    String stream,
    int shards,
    int parallelism,
    Duration checkpointInterval,
    Duration crawlInterval,
    long archiveBytes,
    Duration archiveInterval,
    Optional<String> fromSnapshot,
    Optional<SettingsTransition> transition,
    boolean withoutState,
    Map<String, String> jobSettings,
    Map<String, String> flinkSettings,
    String searchPath) {

  /** Default name of the stream. */
  public static final String DEFAULT_STREAM = "clicks";

  /** Default parallelism of the job. */
  public static final int DEFAULT_PARALLELISM = 2;

  /** The database of all tables. */
  public static final String DATABASE = "clickstream";

  public LocalStackSettings {
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(state, "state");
    ports = Map.copyOf(ports);
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(checkpointInterval, "checkpointInterval");
    Objects.requireNonNull(crawlInterval, "crawlInterval");
    Objects.requireNonNull(archiveInterval, "archiveInterval");
    Objects.requireNonNull(fromSnapshot, "fromSnapshot");
    Objects.requireNonNull(transition, "transition");
    jobSettings = Map.copyOf(jobSettings);
    flinkSettings = Map.copyOf(flinkSettings);
    Objects.requireNonNull(searchPath, "searchPath");
    if (shards < 1) {
      throw new IllegalArgumentException("shards must be at least 1, but is " + shards);
    }
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism must be at least 1, but is " + parallelism);
    }
  }

  /**
   * @param root the checkout
   * @param state state folder, a separate one per stack
   */
  public static Builder in(Path root, Path state) {
    return new Builder(root, state);
  }

  /** Builder with the defaults. */
  public static final class Builder {
    private final Path root;
    private final Path state;
    private final Map<Service, Integer> ports = new EnumMap<>(Service.class);
    private final Map<String, String> jobSettings = new LinkedHashMap<>();
    private final Map<String, String> flinkSettings = new LinkedHashMap<>();
    private String stream = DEFAULT_STREAM;
    private int shards = 2;
    private int parallelism = DEFAULT_PARALLELISM;
    private Duration checkpointInterval = Duration.ofSeconds(5);
    private Duration crawlInterval = Duration.ofSeconds(10);
    private long archiveBytes = ArchiveSettings.DEFAULT_BUFFER_MIB * 1024 * 1024;
    private Duration archiveInterval = ArchiveSettings.DEFAULT_BUFFER_INTERVAL;
    private Optional<String> fromSnapshot = Optional.empty();
    private Optional<SettingsTransition> transition = Optional.empty();
    private boolean withoutState;
    private String searchPath = Objects.requireNonNullElse(System.getenv("PATH"), "");

    private Builder(Path root, Path state) {
      this.root = root;
      this.state = state;
      // The job's default, an hour, is for production; a local user waits for the rows.
      jobSettings.put("roll.interval", "10 s");
    }

    public Builder port(Service service, int port) {
      ports.put(service, port);
      return this;
    }

    public Builder stream(String name) {
      this.stream = name;
      return this;
    }

    public Builder shards(int shards) {
      this.shards = shards;
      return this;
    }

    public Builder parallelism(int parallelism) {
      this.parallelism = parallelism;
      return this;
    }

    public Builder checkpointInterval(Duration interval) {
      this.checkpointInterval = interval;
      return this;
    }

    public Builder crawlInterval(Duration interval) {
      this.crawlInterval = interval;
      return this;
    }

    public Builder archiveBytes(long bytes) {
      this.archiveBytes = bytes;
      return this;
    }

    public Builder archiveInterval(Duration interval) {
      this.archiveInterval = interval;
      return this;
    }

    public Builder fromSnapshot(String nameOrPath) {
      this.fromSnapshot = Optional.of(nameOrPath);
      return this;
    }

    public Builder transition(SettingsTransition transition) {
      this.transition = Optional.of(transition);
      return this;
    }

    /** Starts the job without a snapshot, whatever this loses or writes twice. */
    public Builder withoutState() {
      this.withoutState = true;
      return this;
    }

    public Builder jobSetting(String key, String value) {
      jobSettings.put(key, value);
      return this;
    }

    public Builder flinkSetting(String key, String value) {
      flinkSettings.put(key, value);
      return this;
    }

    public Builder searchPath(String path) {
      this.searchPath = path;
      return this;
    }

    public LocalStackSettings build() {
      return new LocalStackSettings(
          root,
          state,
          ports,
          stream,
          shards,
          parallelism,
          checkpointInterval,
          crawlInterval,
          archiveBytes,
          archiveInterval,
          fromSnapshot,
          transition,
          withoutState,
          jobSettings,
          flinkSettings,
          searchPath);
    }
  }
}
