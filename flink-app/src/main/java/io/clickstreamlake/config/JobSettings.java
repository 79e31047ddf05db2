package io.clickstreamlake.config;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import io.clickstreamlake.event.ClickEvent;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * The validated settings of one run. All wrong, missing and unknown settings are reported together,
 * by name, before the job starts.
 */
public final class JobSettings implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Duration MAX_POLL_INTERVAL = Duration.ofMinutes(5);

  /** A record is decompressed into one array, which doubles in size when it is full. */
  private static final MemorySize MAX_UNCOMPRESSED = MemorySize.parse("1 gb");

  /** The maximum retention of a Kinesis data stream. */
  private static final Duration MAX_DEDUP_WINDOW = Duration.ofDays(365);

  private static final Pattern SETTING_GROUP =
      Pattern.compile(Pattern.quote(JobOptions.PROPERTY_GROUP) + "(-[0-9]+)?");

  private final Configuration values;

  private JobSettings(Configuration values) {
    this.values = values;
  }

  /**
   * Returns the texts of the settings from the file named by {@code --config FILE}, else from the
   * property groups of Managed Service for Apache Flink.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Map<String, String> texts(String[] args) throws IOException {
    return group(propertyGroups(args));
  }

  /**
   * Parses and validates settings.
   *
   * @param texts values by setting name
   * @throws InvalidSettingsException if any setting is invalid
   */
  public static JobSettings of(Map<String, String> texts) {
    ValidationErrors problems = new ValidationErrors();
    JobSettings settings = read(texts, problems);
    problems.throwIfAny();
    return settings;
  }

  /**
   * Parses settings.
   *
   * @param texts values by setting name
   * @param problems receives all errors; an unreadable setting falls back to its default, so that
   *     dependent checks still run
   */
  public static JobSettings read(Map<String, String> texts, ValidationErrors problems) {
    Map<String, ConfigOption<?>> known = new HashMap<>();
    JobOptions.all().forEach(option -> known.put(option.key(), option));
    for (String name : new TreeSet<>(texts.keySet())) {
      if (!known.containsKey(name)) {
        problems.add(name + ": there is no such setting" + suggestion(name, known.keySet()));
      }
    }
    JobSettings settings = new JobSettings(Configuration.fromMap(texts));
    known.values().stream()
        .sorted((a, b) -> a.key().compareTo(b.key()))
        .forEach(option -> settings.checkType(option, problems));
    settings.checkRanges(problems);
    if (settings.get(JobOptions.SOURCE_TYPE) == JobOptions.SourceType.KINESIS) {
      settings.require(JobOptions.SOURCE_STREAM, problems);
      settings.require(JobOptions.SOURCE_REGION, problems);
    } else {
      settings.require(JobOptions.SOURCE_FILES_PATH, problems);
      if (settings.find(JobOptions.PRIVACY_HASH_KEY_SECRET).isPresent()) {
        settings.require(JobOptions.SOURCE_REGION, problems);
      }
    }
    settings.require(JobOptions.SINK_PATH, problems);
    return settings;
  }

  /**
   * Reads the privacy key from Secrets Manager if a setting names a secret.
   *
   * @throws InvalidSettingsException if it cannot be read
   */
  public void readHashKey() {
    Optional<String> region = find(JobOptions.SOURCE_REGION);
    if (region.isPresent() && find(JobOptions.PRIVACY_HASH_KEY).isEmpty()) {
      find(JobOptions.PRIVACY_HASH_KEY_SECRET)
          .map(secret -> HashKeySecret.read(secret, region.get()))
          .ifPresent(key -> values.set(JobOptions.PRIVACY_HASH_KEY, key));
    }
  }

  public <T> T get(ConfigOption<T> option) {
    return values.get(option);
  }

  public <T> Optional<T> find(ConfigOption<T> option) {
    return values.getOptional(option);
  }

  /**
   * The root of the generation of the tables that the job writes: {@code sink.path} for the first
   * one, and a folder such as {@code sink.path/g2} for another one.
   */
  public String lakeRoot() {
    return lakeRoot(get(JobOptions.SINK_PATH), get(JobOptions.SINK_GENERATION));
  }

  /** The same settings for another generation of the tables. */
  public JobSettings inGeneration(int generation) {
    Configuration other = new Configuration(values);
    other.set(JobOptions.SINK_GENERATION, generation);
    return new JobSettings(other);
  }

  /**
   * The root of a generation of the tables.
   *
   * @param sinkPath {@code sink.path}
   * @param generation from 1
   */
  public static String lakeRoot(String sinkPath, int generation) {
    if (generation == 1) {
      return sinkPath;
    }
    return sinkPath + (sinkPath.endsWith("/") ? "" : "/") + "g" + generation;
  }

  /** Earliest accepted event time. */
  public Instant minEventTime() {
    return Instant.parse(get(JobOptions.TIME_MIN));
  }

  /** The values that are set, by setting name; secrets are masked. */
  public Map<String, String> describe() {
    Map<String, String> shown = new TreeMap<>(values.toMap());
    shown.computeIfPresent(JobOptions.PRIVACY_HASH_KEY.key(), (name, secret) -> "******");
    return shown;
  }

  /**
   * The values of all settings by name, defaults included. Secrets are in plain text; settings
   * without a value are absent.
   */
  public SortedMap<String, String> effective() {
    SortedMap<String, String> texts = new TreeMap<>();
    for (ConfigOption<?> option : JobOptions.all()) {
      Object value = values.get(option);
      if (value != null) {
        texts.put(option.key(), SettingText.of(value));
      }
    }
    return texts;
  }

  /** Whether a setting has this text, as {@link #effective} writes it, if it is not set. */
  public static boolean isDefault(String name, String text) {
    return JobOptions.all().stream()
        .filter(option -> option.key().equals(name) && option.defaultValue() != null)
        .anyMatch(option -> SettingText.of(option.defaultValue()).equals(text));
  }

  private void checkType(ConfigOption<?> option, ValidationErrors problems) {
    try {
      values.get(option);
    } catch (IllegalArgumentException e) {
      problems.add(option.key() + ": " + typeProblem(option, e));
      values.removeConfig(option);
    }
  }

  private String typeProblem(ConfigOption<?> option, IllegalArgumentException e) {
    String text = values.toMap().get(option.key());
    Object example = option.defaultValue();
    if (example instanceof Enum) {
      return "'"
          + text
          + "' is not one of "
          + Arrays.stream(((Enum<?>) example).getDeclaringClass().getEnumConstants())
              .map(Object::toString)
              .collect(Collectors.joining(", "));
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return "'" + text + "' cannot be read (" + cause.getMessage() + ")";
  }

  private void require(ConfigOption<String> option, ValidationErrors problems) {
    if (find(option).map(String::isBlank).orElse(true)) {
      problems.add(option.key() + ": is not set. " + JobOptions.meaning(option));
    }
  }

  private void checkRanges(ValidationErrors problems) {
    atLeast(JobOptions.PARSE_MAX_DEPTH, 1, problems);
    atMost(JobOptions.PARSE_MAX_DEPTH, JobOptions.MAX_DEPTH_LIMIT, problems);
    atLeast(JobOptions.PARSE_MAX_EVENTS, 1, problems);
    atLeast(JobOptions.PARSE_MAX_ITEMS, 1, problems);
    atLeast(JobOptions.PARSE_MAX_TEXT_LENGTH, 16, problems);
    atLeast(JobOptions.PARSE_MAX_ID_LENGTH, JobOptions.HASHED_ID_LENGTH, problems);
    atLeast(JobOptions.PARSE_MAX_NUMBER_LENGTH, 20, problems);
    atMost(JobOptions.PARSE_MAX_NUMBER_LENGTH, 1000, problems);
    atLeast(JobOptions.PARSE_MAX_PROPERTIES, 0, problems);
    atLeast(JobOptions.PARSE_MAX_PROPERTY_LENGTH, 16, problems);
    MemorySize expanded = get(JobOptions.PARSE_MAX_UNCOMPRESSED);
    if (expanded.compareTo(MAX_UNCOMPRESSED) > 0) {
      problems.add(
          JobOptions.PARSE_MAX_UNCOMPRESSED.key()
              + ": "
              + expanded
              + " is more than "
              + MAX_UNCOMPRESSED);
    }
    atLeast(JobOptions.ROW_GROUP_ROWS, 1, problems);
    atLeast(JobOptions.MEMORY_EVENTS_PER_SECOND, 1, problems);
    atLeast(JobOptions.SINK_GENERATION, 1, problems);
    requirePositive(JobOptions.TIME_MAX_AGE, problems);
    requirePositive(JobOptions.DEDUP_WINDOW, problems);
    if (get(JobOptions.DEDUP_WINDOW).compareTo(MAX_DEDUP_WINDOW) > 0) {
      problems.add(
          JobOptions.DEDUP_WINDOW.key()
              + ": "
              + text(get(JobOptions.DEDUP_WINDOW))
              + " is longer than 365 days, the maximum retention of a Kinesis stream");
    }
    requirePositive(JobOptions.DEDUP_MAX_LAG, problems);
    checkIdentity(problems);
    if (find(JobOptions.PRIVACY_HASH_KEY).isPresent()
        && find(JobOptions.PRIVACY_HASH_KEY_SECRET).isPresent()) {
      problems.add(
          JobOptions.PRIVACY_HASH_KEY_SECRET.key()
              + ": is set together with privacy.hash-key; remove one of the two");
    }
    checkSource(problems);
    requirePositive(JobOptions.SOURCE_POLL_INTERVAL, problems);
    requirePositive(JobOptions.ENRICH_GEO_REFRESH, problems);
    checkInstant(JobOptions.TIME_MIN, problems);
    checkInstant(JobOptions.SOURCE_INITIAL_TIMESTAMP, problems);

    Duration roll = get(JobOptions.ROLL_INTERVAL);
    if (roll.compareTo(Duration.ofSeconds(1)) < 0 || roll.compareTo(Duration.ofDays(1)) > 0) {
      problems.add(
          JobOptions.ROLL_INTERVAL.key() + ": " + text(roll) + " is not between 1 s and 1 day");
    }
    boolean atTimestamp =
        get(JobOptions.SOURCE_INITIAL_POSITION) == JobOptions.InitialPosition.AT_TIMESTAMP;
    if (atTimestamp && find(JobOptions.SOURCE_INITIAL_TIMESTAMP).isEmpty()) {
      problems.add(
          JobOptions.SOURCE_INITIAL_TIMESTAMP.key()
              + ": is not set, and source.initial-position AT_TIMESTAMP needs it");
    }
    checkPath(JobOptions.SINK_PATH, problems);
    checkPath(JobOptions.SOURCE_FILES_PATH, problems);
    String sink = folder(JobOptions.SINK_PATH);
    String files = folder(JobOptions.SOURCE_FILES_PATH);
    if (!files.isEmpty() && !sink.isEmpty() && (sink.startsWith(files) || files.startsWith(sink))) {
      problems.add(
          JobOptions.SOURCE_FILES_PATH.key()
              + ": the folder and that of sink.path must not be in each other, or the job would read"
              + " what it writes");
    }
  }

  private void checkPath(ConfigOption<String> option, ValidationErrors problems) {
    String path = find(option).orElse("");
    if (!path.isEmpty() && !path.matches("[a-z][a-z0-9+.-]*://.*|/.*")) {
      problems.add(
          option.key() + ": '" + path + "' has no scheme; write s3://BUCKET or file:///FOLDER");
    }
  }

  private String folder(ConfigOption<String> option) {
    return find(option).filter(path -> !path.isEmpty()).map(path -> path + "/").orElse("");
  }

  private void atLeast(ConfigOption<Integer> option, int minimum, ValidationErrors problems) {
    if (get(option) < minimum) {
      problems.add(option.key() + ": " + get(option) + " is less than " + minimum);
    }
  }

  private void atMost(ConfigOption<Integer> option, int maximum, ValidationErrors problems) {
    if (get(option) > maximum) {
      problems.add(option.key() + ": " + get(option) + " is more than " + maximum);
    }
  }

  private void requirePositive(ConfigOption<Duration> option, ValidationErrors problems) {
    // All durations are used in milliseconds.
    if (get(option).toMillis() < 1) {
      problems.add(
          option.key() + ": " + text(get(option)) + " is not a duration of 1 ms or longer");
    }
  }

  private void checkInstant(ConfigOption<String> option, ValidationErrors problems) {
    find(option)
        .or(() -> Optional.ofNullable(option.defaultValue()))
        .ifPresent(
            text -> {
              try {
                Instant.parse(text);
              } catch (DateTimeException e) {
                problems.add(
                    option.key() + ": '" + text + "' is not a time such as 2026-01-31T00:00:00Z");
                values.removeConfig(option);
              }
            });
  }

  private void checkSource(ValidationErrors problems) {
    int records = get(JobOptions.SOURCE_RECORDS_PER_READ);
    if (records < 1 || records > 10_000) {
      problems.add(
          JobOptions.SOURCE_RECORDS_PER_READ.key()
              + ": "
              + records
              + " is not between 1 and 10000, the limits of GetRecords");
    }
    requirePositive(JobOptions.SOURCE_FILES_INTERVAL, problems);
    requirePositive(JobOptions.SOURCE_FILES_FORGET_AFTER, problems);
    requirePositive(JobOptions.SOURCE_DISCOVERY_INTERVAL, problems);
    atLeast(JobOptions.SOURCE_RETRIES, 0, problems);
    requirePositive(JobOptions.SOURCE_BACKOFF_BASE, problems);
    Duration base = get(JobOptions.SOURCE_BACKOFF_BASE);
    Duration max = get(JobOptions.SOURCE_BACKOFF_MAX);
    if (max.compareTo(base) < 0) {
      problems.add(
          JobOptions.SOURCE_BACKOFF_MAX.key()
              + ": "
              + text(max)
              + " is less than source.backoff.base, "
              + text(base));
    }
    if (get(JobOptions.SOURCE_POLL_INTERVAL).compareTo(MAX_POLL_INTERVAL) >= 0) {
      problems.add(
          JobOptions.SOURCE_POLL_INTERVAL.key()
              + ": "
              + text(get(JobOptions.SOURCE_POLL_INTERVAL))
              + " is not less than 5 min, the lifetime of a shard iterator");
    }
    if (get(JobOptions.SOURCE_READER) == JobOptions.SourceReader.EFO
        && find(JobOptions.SOURCE_EFO_CONSUMER).map(String::isBlank).orElse(true)) {
      problems.add(
          JobOptions.SOURCE_EFO_CONSUMER.key() + ": is not set, and source.reader EFO needs it");
    }
    if (get(JobOptions.SOURCE_CLOCK_SKEW).isNegative()) {
      problems.add(
          JobOptions.SOURCE_CLOCK_SKEW.key()
              + ": "
              + text(get(JobOptions.SOURCE_CLOCK_SKEW))
              + " is negative");
    }
  }

  private void checkIdentity(ValidationErrors problems) {
    List<String> fields = get(JobOptions.DEDUP_FIELDS);
    String name = JobOptions.DEDUP_FIELDS.key();
    if (!fields.contains("event_id")) {
      problems.add(name + ": " + String.join(";", fields) + " lacks event_id");
    }
    for (String field : fields) {
      if (field.equals(JobOptions.DEDUP_CONTENT)) {
        continue;
      }
      Schema.Field column = ClickEvent.getClassSchema().getField(field);
      if (column == null) {
        problems.add(name + ": there is no column '" + field + "'");
      } else if (!isTextOrTime(column.schema())) {
        problems.add(name + ": the column '" + field + "' holds neither text nor times");
      }
    }
  }

  private static boolean isTextOrTime(Schema type) {
    return type.isUnion()
        ? type.getTypes().stream()
            .allMatch(member -> member.getType() == Schema.Type.NULL || isTextOrTime(member))
        : type.getType() == Schema.Type.STRING
            || type.getLogicalType() instanceof LogicalTypes.TimestampMillis;
  }

  private static String text(Duration duration) {
    return duration.toMillis() + " ms";
  }

  private static Map<String, Properties> propertyGroups(String[] args) throws IOException {
    if (args.length == 0) {
      return KinesisAnalyticsRuntime.getApplicationProperties();
    }
    if (args.length != 2 || !args[0].equals("--config")) {
      throw new IllegalArgumentException(
          "unknown arguments "
              + String.join(" ", args)
              + "; usage: [--config FILE], a JSON file of property groups");
    }
    if (!Files.isReadable(Path.of(args[1]))) {
      throw new IllegalArgumentException(
          "--config " + args[1] + ": there is no such file, or it cannot be read");
    }
    try {
      return KinesisAnalyticsRuntime.getApplicationProperties(args[1]);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "--config "
              + args[1]
              + ": is not a JSON list of property groups such as"
              + " [{\"PropertyGroupId\": \""
              + JobOptions.PROPERTY_GROUP
              + "\", \"PropertyMap\": {\"source.stream\": \"clicks\"}}] ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static Map<String, String> group(Map<String, Properties> groups) {
    Map<String, String> texts = new HashMap<>();
    groups.forEach(
        (id, group) -> {
          if (SETTING_GROUP.matcher(id).matches()) {
            for (String name : group.stringPropertyNames()) {
              if (texts.put(name, group.getProperty(name).trim()) != null) {
                throw new IllegalArgumentException(
                    name + ": is set in two property groups, " + id + " and another; keep one");
              }
            }
          }
        });
    if (!groups.containsKey(JobOptions.PROPERTY_GROUP)) {
      throw new IllegalArgumentException(
          "there is no property group "
              + JobOptions.PROPERTY_GROUP
              + (groups.isEmpty() ? "" : ", only " + String.join(", ", groups.keySet()))
              + "; add it to the application's runtime properties, or name a file with --config");
    }
    return texts;
  }

  private static String suggestion(String name, Set<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .filter(candidate -> distance.apply(name, candidate) <= 3)
        .min(Comparator.comparing(candidate -> distance.apply(name, candidate)))
        .map(candidate -> "; did you mean " + candidate + "?")
        .orElse("; docs/settings.md lists all settings");
  }
}
