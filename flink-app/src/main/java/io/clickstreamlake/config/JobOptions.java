package io.clickstreamlake.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;

/**
 * Every setting of the job: name, type, default and meaning. The table in the README is generated
 * from this class, and Terraform's property group is tested against it.
 *
 * <p>On Managed Service for Apache Flink the settings are the property group {@value
 * #PROPERTY_GROUP}; elsewhere a file of the same JSON form is named by {@code --config}.
 */
public final class JobOptions {

  /**
   * Id of the property group that holds the settings. A group holds 50 at most; more lie in groups
   * named clickstream-lake-2, clickstream-lake-3 and so on.
   */
  public static final String PROPERTY_GROUP = "clickstream-lake";

  /** Where reading of a stream starts when there is no snapshot to continue from. */
  public enum InitialPosition {
    TRIM_HORIZON,
    LATEST,
    AT_TIMESTAMP
  }

  /** What a job does whose settings can need more heap than there is. */
  public enum MemoryCheck {
    REFUSE,
    WARN
  }

  /** How records are read. */
  public enum SourceReader {
    /** GetRecords, again and again. */
    POLLING,
    /** Enhanced fan-out: SubscribeToShard, over HTTP/2. */
    EFO
  }

  /** What a snapshot does that is older than what the tables hold. */
  public enum OlderSnapshot {
    /** The job does not start, and says the ways out. */
    REFUSE,
    /** What was published after the snapshot is moved aside, and comes again from the stream. */
    REWIND
  }

  /** What writes the Parquet files. */
  public enum SinkType {
    /** One file per writer, day and roll interval, open across checkpoints. */
    ROLLING,
    /** Flink's stock FileSink: one file per writer, day and checkpoint. */
    CHECKPOINT
  }

  /** What the replacement of an id that is longer than parse.max-id-length begins with. */
  public static final String HASHED_ID_PREFIX = "sha256:";

  /** Characters of such a replacement: the prefix and 64 digits. */
  static final int HASHED_ID_LENGTH = HASHED_ID_PREFIX.length() + 64;

  /** Deepest nesting that parse.max-depth may allow. */
  public static final int DEEPEST = 1000;

  /** What becomes of an event with a value that its column cannot hold. */
  public enum InvalidValues {
    REJECT,
    FLAG
  }

  // ---------------------------------------------------------------- job

  public static final ConfigOption<String> JOB_NAME =
      key("job.name")
          .stringType()
          .defaultValue("clickstream-lake")
          .withDescription(
              "Name of this pipeline. It is stored in every snapshot, and a snapshot of another"
                  + " name is refused, so keep it.");

  // ---------------------------------------------------------------- source

  public static final ConfigOption<String> SOURCE_STREAM =
      key("source.stream")
          .stringType()
          .noDefaultValue()
          .withDescription("Name of the Kinesis data stream. Required.");

  public static final ConfigOption<String> SOURCE_REGION =
      key("source.region")
          .stringType()
          .noDefaultValue()
          .withDescription("AWS region of the stream. Required.");

  public static final ConfigOption<String> SOURCE_ENDPOINT =
      key("source.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Address of the Kinesis service, for a stand-in such as Kinesalite. Unset: AWS.");

  public static final ConfigOption<InitialPosition> SOURCE_INITIAL_POSITION =
      key("source.initial-position")
          .enumType(InitialPosition.class)
          .defaultValue(InitialPosition.TRIM_HORIZON)
          .withDescription(
              "Where a first start begins: TRIM_HORIZON (oldest record kept), LATEST, or"
                  + " AT_TIMESTAMP. A start from a snapshot continues where it stopped.");

  public static final ConfigOption<String> SOURCE_INITIAL_TIMESTAMP =
      key("source.initial-timestamp")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Arrival time to begin at, as 2026-01-31T00:00:00Z. Needed with AT_TIMESTAMP.");

  public static final ConfigOption<Duration> SOURCE_POLL_INTERVAL =
      key("source.poll-interval")
          .durationType()
          .defaultValue(Duration.ofMillis(500))
          .withDescription(
              "Pause between two reads of a shard. Kinesis allows five reads a second and shard,"
                  + " shared by all consumers.");

  public static final ConfigOption<Integer> SOURCE_RECORDS_PER_READ =
      key("source.records-per-read")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "Maximum number of records of one read, 1 to 10,000. Kinesis gives no more than 10 MB"
                  + " at once.");

  public static final ConfigOption<Duration> SOURCE_DISCOVERY_INTERVAL =
      key("source.discovery-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How often each subtask looks for shards that a split or a merge has made.");

  public static final ConfigOption<Integer> SOURCE_RETRIES =
      key("source.retries")
          .intType()
          .defaultValue(1000)
          .withDescription(
              "How often a call to Kinesis that is throttled or fails is made again before the job"
                  + " restarts. The default lasts for more than an hour.");

  public static final ConfigOption<Duration> SOURCE_BACKOFF_BASE =
      key("source.backoff.base")
          .durationType()
          .defaultValue(Duration.ofMillis(300))
          .withDescription(
              "Longest wait before the first retry. Each further wait may be half as long again as"
                  + " the one before, and each is a random part of the longest.");

  public static final ConfigOption<Duration> SOURCE_BACKOFF_MAX =
      key("source.backoff.max")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("Longest wait before any retry.");

  public static final ConfigOption<SourceReader> SOURCE_READER =
      key("source.reader")
          .enumType(SourceReader.class)
          .defaultValue(SourceReader.POLLING)
          .withDescription(
              "POLLING (shares 2 MB per second and shard with all consumers, Firehose too) or EFO"
                  + " (enhanced fan-out: 2 MB per second and shard of its own, at a price).");

  public static final ConfigOption<String> SOURCE_EFO_CONSUMER =
      key("source.efo-consumer")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name under which the job registers with the stream. Needed with EFO, and no other"
                  + " application may use it.");

  public static final ConfigOption<Duration> SOURCE_CLOCK_SKEW =
      key("source.clock-skew")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How far the clocks of this job and of Kinesis may differ. Ids of de-duplication are"
                  + " kept for that much longer.");

  // ---------------------------------------------------------------- parse

  public static final ConfigOption<String> PARSE_MAPPING =
      key("parse.mapping")
          .stringType()
          .defaultValue("default")
          .withDescription(
              "Which JSON paths feed which columns: default, segment, ga4, or the address of a JSON"
                  + " or YAML file (a path, file:// or s3://).");

  public static final ConfigOption<InvalidValues> PARSE_INVALID_VALUES =
      key("parse.invalid-values")
          .enumType(InvalidValues.class)
          .defaultValue(InvalidValues.FLAG)
          .withDescription(
              "An optional column's value that is not of its type: FLAG the event (COLUMN_invalid),"
                  + " leave the column null and keep the text in properties; or REJECT the event.");

  public static final ConfigOption<Integer> PARSE_MAX_DEPTH =
      key("parse.max-depth")
          .intType()
          .defaultValue(32)
          .withDescription("Deepest nesting of an event, up to 1000; deeper ones are rejected.");

  public static final ConfigOption<MemorySize> PARSE_MAX_UNCOMPRESSED =
      key("parse.max-uncompressed")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "Bytes that a compressed record may expand to, up to 1 GB; what expands beyond is"
                  + " rejected.");

  public static final ConfigOption<Integer> PARSE_MAX_EVENTS =
      key("parse.max-events")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "Maximum number of events in one record, rejected pieces included. What lies beyond"
                  + " is one rejection that holds the rest of the record, and counts as one event"
                  + " received.");

  public static final ConfigOption<Integer> PARSE_MAX_ITEMS =
      key("parse.max-items")
          .intType()
          .defaultValue(1000)
          .withDescription(
              "Maximum number of order lines of one event. Excess lines are dropped, and the event"
                  + " carries the flag items_dropped; no revenue is computed from the others.");

  public static final ConfigOption<Integer> PARSE_MAX_TEXT_LENGTH =
      key("parse.max-text-length")
          .intType()
          .defaultValue(8192)
          .withDescription(
              "Maximum number of characters of a text column. Longer texts are cut, and the event"
                  + " carries the flag COLUMN_truncated: the beginning of an address or title says"
                  + " most of it.");

  public static final ConfigOption<Integer> PARSE_MAX_ID_LENGTH =
      key("parse.max-id-length")
          .intType()
          .defaultValue(256)
          .withDescription(
              "Maximum number of characters of an id column and of event_type. A longer id is"
                  + " replaced by sha256: and its SHA-256, so that equal ids stay equal and others"
                  + " differ; the event carries the flag COLUMN_hashed, and properties the text. A"
                  + " longer event_type is cut.");

  public static final ConfigOption<Integer> PARSE_MAX_NUMBER_LENGTH =
      key("parse.max-number-length")
          .intType()
          .defaultValue(100)
          .withDescription(
              "Maximum number of characters of a number in a column; a longer one is an invalid"
                  + " value.");

  public static final ConfigOption<List<String>> PARSE_NO_IDS =
      key("parse.no-ids")
          .stringType()
          .asList()
          .defaultValues(
              "0",
              "-1",
              "null",
              "undefined",
              "none",
              "nan",
              "true",
              "false",
              "anonymous",
              "[object Object]")
          .withDescription(
              "Texts that are no id, separated by semicolons, in any case of letters; 0 stands for"
                  + " any number of zeros, so for the nil UUID too. In the id columns of the"
                  + " contract (event_id, user_id, anonymous_id, session_id, order_id) they count"
                  + " as absent, as blanks and zero-width spaces do.");

  public static final ConfigOption<Integer> PARSE_MAX_PROPERTIES =
      key("parse.max-properties")
          .intType()
          .defaultValue(256)
          .withDescription(
              "Maximum number of entries in properties. Excess entries are dropped and counted in"
                  + " the entry _dropped, and the event carries the flag properties_dropped.");

  public static final ConfigOption<Integer> PARSE_MAX_PROPERTY_LENGTH =
      key("parse.max-property-length")
          .intType()
          .defaultValue(8192)
          .withDescription(
              "Maximum number of characters of an entry in properties. Longer ones are cut and"
                  + " counted in the entry _truncated, and the event carries the flag"
                  + " properties_truncated.");

  // ---------------------------------------------------------------- time

  public static final ConfigOption<Duration> TIME_MAX_FUTURE =
      key("time.max-future")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "How far event_time may lie after the arrival; events beyond are rejected.");

  public static final ConfigOption<Duration> TIME_MAX_AGE =
      key("time.max-age")
          .durationType()
          .defaultValue(Duration.ofDays(366))
          .withDescription(
              "How far event_time may lie before the arrival; older events are rejected. The"
                  + " default takes a year of backfill and no more: each day of events is a file of"
                  + " its own, so a wrong clock must not open one for every day since 1970.");

  public static final ConfigOption<String> TIME_MIN =
      key("time.min")
          .stringType()
          .defaultValue("2000-01-01T00:00:00Z")
          .withDescription(
              "Earliest event_time, whatever time.max-age says; events before it are rejected.");

  public static final ConfigOption<Duration> LATE_AFTER =
      key("late.after")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription("An event that arrives longer than this after its event_time is_late.");

  // ---------------------------------------------------------------- enrich

  public static final ConfigOption<List<String>> ENRICH_CHAIN =
      key("enrich.chain")
          .stringType()
          .asList()
          .defaultValues("page", "campaign", "referrer", "user_agent", "geo", "money")
          .withDescription(
              "Enrichments in the order in which they run, separated by semicolons; an empty value"
                  + " switches all off.");

  public static final ConfigOption<MemorySize> ENRICH_USER_AGENT_CACHE =
      key("enrich.user-agent.cache")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(8))
          .withDescription(
              "Heap for user agents whose analysis each task manager remembers; 8 mb hold some"
                  + " 10,000.");

  public static final ConfigOption<String> ENRICH_GEO_DATABASE =
      key("enrich.geo.database")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Address of a MaxMind-format database (a path, file:// or s3://). Unset: the geo"
                  + " columns stay null.");

  public static final ConfigOption<Duration> ENRICH_GEO_REFRESH =
      key("enrich.geo.refresh")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription("How often the geo database is looked at for a new version.");

  public static final ConfigOption<String> ENRICH_REFERRER_TABLE =
      key("enrich.referrer.table")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Address of a CSV file (host,medium,source) whose lines extend and override the table"
                  + " of known referrers in the jar. Mediums: search, social, email, paid, ai,"
                  + " internal.");

  public static final ConfigOption<List<String>> ENRICH_REFERRER_INTERNAL =
      key("enrich.referrer.internal-hosts")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Hosts of one's own, separated by semicolons; referrers from them, their subdomains"
                  + " and the page's own host are internal.");

  // ---------------------------------------------------------------- privacy

  public static final ConfigOption<Map<String, String>> PRIVACY_FIELDS =
      key("privacy.fields")
          .mapType()
          .defaultValue(Map.of("ip_address", "drop", "user_agent", "drop"))
          .withDescription(
              "What becomes of a field, as field:action,field:action. Actions: drop, hash"
                  + " (HMAC-SHA-256), truncate (IPv4 to /24, IPv6 to /48), keep (without"
                  + " redaction). Fields: ip_address, user_agent (kept ones lie in properties) and"
                  + " any optional text column. ip_address and user_agent are dropped unless named"
                  + " here.");

  public static final ConfigOption<String> PRIVACY_HASH_KEY =
      key("privacy.hash-key")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Secret key of the action hash, 16 characters or more. With it an id that holds"
                  + " personal data, such as an e-mail address as user_id, becomes a hash, and the"
                  + " same person stays one; without it such an id becomes null.");

  public static final ConfigOption<String> PRIVACY_HASH_KEY_SECRET =
      key("privacy.hash-key-secret")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "ARN or name of a secret in AWS Secrets Manager that holds the key of the action hash"
                  + " as plain text, instead of privacy.hash-key. It is read when the job starts; a"
                  + " name is looked up in source.region.");

  public static final ConfigOption<List<String>> PRIVACY_REDACT_KEYS =
      key("privacy.redact-keys")
          .stringType()
          .asList()
          .defaultValues(
              "email",
              "mail",
              "phone",
              "telephone",
              "tel",
              "telefon",
              "mobile",
              "msisdn",
              "fax",
              "password",
              "passwd",
              "passphrase",
              "passcode",
              "passwort",
              "pwd",
              "token",
              "auth",
              "authorization",
              "bearer",
              "jwt",
              "otp",
              "secret",
              "credential",
              "api_key",
              "write_key",
              "access_key",
              "private_key",
              "jsessionid",
              "phpsessid",
              "set_cookie",
              "headers_cookie",
              "ssn",
              "social_security",
              "iban",
              "card_number",
              "card_no",
              "cc_number",
              "cvv",
              "cvc",
              "ip",
              "ipv4",
              "ipv6",
              "forwarded_for",
              "remote_addr",
              "remote_address",
              "remote_host",
              "user_agent",
              "ua",
              "navigator_app_version")
          .withDescription(
              "Names of parameters, properties and fields in JSON whose value becomes [redacted],"
                  + " separated by semicolons. They are found word by word in any part of a path"
                  + " and in any spelling: user_agent is also userAgent, $raw_user_agent and"
                  + " User-Agent. Truth values stay, and so does what a further word makes"
                  + " harmless, as in phone_model or email_opened.");

  public static final ConfigOption<List<String>> PRIVACY_REDACT_PATTERNS =
      key("privacy.redact-patterns")
          .stringType()
          .asList()
          .defaultValues("email", "ip", "phone", "user_agent")
          .withDescription(
              "What becomes [redacted] in every text, whatever its name, separated by semicolons:"
                  + " email; ip (IPv4 and IPv6 addresses, except hosts of URLs and versions); phone"
                  + " (a plus and 8 to 15 digits, or behind tel:); user_agent (from Mozilla/ on);"
                  + " or regular expressions of RE2.");

  // ---------------------------------------------------------------- quality

  public static final ConfigOption<String> QUALITY_RULES =
      key("quality.rules")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Rules that events must keep: the address of a JSON or YAML file (a path, file:// or"
                  + " s3://), or the JSON itself. Unset: no rules.");

  // ---------------------------------------------------------------- dedup

  public static final ConfigOption<Boolean> DEDUP_ENABLED =
      key("dedup.enabled")
          .booleanType()
          .defaultValue(true)
          .withDescription("Whether events that were seen before are dropped.");

  public static final ConfigOption<List<String>> DEDUP_FIELDS =
      key("dedup.fields")
          .stringType()
          .asList()
          .defaultValues("event_id", "event_type", "event_time")
          .withDescription(
              "Columns that must all agree for two events to be the same, separated by semicolons:"
                  + " event_id and any others that hold texts or times. After a change, what was"
                  + " seen before counts as new.");

  public static final ConfigOption<Duration> DEDUP_WINDOW =
      key("dedup.window")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "How far apart, by arrival, two equal events are the same, up to 365 days. May be"
                  + " changed at any restart. Ids of up to three windows are kept, each with 4 to 7"
                  + " bytes of heap and 24 bytes in RocksDB; up to 32 of each of 16,384 groups wait"
                  + " on the heap for being stored.");

  public static final ConfigOption<Duration> DEDUP_MAX_LAG =
      key("dedup.max-lag")
          .durationType()
          .defaultValue(Duration.ofHours(24))
          .withDescription(
              "Ids are kept until no shard can bring an event of their window any more, so a shard"
                  + " that stands still or lags adds to the state. This far behind the newest"
                  + " arrival it is no longer waited for; repeats in a shard that lags even more"
                  + " can come through.");

  // ---------------------------------------------------------------- sink

  public static final ConfigOption<String> SINK_PATH =
      key("sink.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Address of the processed zone, such as s3://my-processed-bucket. Tables lie under"
                  + " click_events/, rejected_events/ and ledger/; _sink/ keeps how far each was"
                  + " committed. Required.");

  public static final ConfigOption<SinkType> SINK_TYPE =
      key("sink.type")
          .enumType(SinkType.class)
          .defaultValue(SinkType.ROLLING)
          .withDescription(
              "ROLLING (one file a writer, day and roll interval, open across checkpoints) or"
                  + " CHECKPOINT (Flink's stock FileSink: a new file at every checkpoint).");

  public static final ConfigOption<OlderSnapshot> SINK_ON_OLDER_SNAPSHOT =
      key("sink.on-older-snapshot")
          .enumType(OlderSnapshot.class)
          .defaultValue(OlderSnapshot.REFUSE)
          .withDescription(
              "What a start from a snapshot does when rows from after the snapshot are in the"
                  + " tables already: REFUSE, or REWIND: move the files that were published since"
                  + " to _sink/TABLE/rewound/ under sink.path, and read the stream again from the"
                  + " snapshot on.");

  public static final ConfigOption<Duration> ROLL_INTERVAL =
      key("roll.interval")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "Age at which a file is finished, aligned to the clock, and so how fresh the tables"
                  + " are. From one checkpoint interval to a day.");

  public static final ConfigOption<MemorySize> ROLL_SIZE =
      key("roll.size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(512))
          .withDescription("Size at which a file is finished early.");

  public static final ConfigOption<Integer> ROW_GROUP_ROWS =
      key("row-group.rows")
          .intType()
          .defaultValue(50_000)
          .withDescription(
              "Rows of a row group. More rows compress and sort better, and cost memory and"
                  + " checkpoint size: a checkpoint stores the last, unfinished row group.");

  public static final ConfigOption<MemorySize> ROW_GROUP_MEMORY =
      key("row-group.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(96))
          .withDescription("Memory of waiting rows at which a row group ends early.");

  public static final ConfigOption<List<String>> ROW_GROUP_SORT =
      key("row-group.sort-by")
          .stringType()
          .asList()
          .defaultValues("event_type", "event_time")
          .withDescription(
              "Columns by which the rows of a row group are sorted, separated by semicolons, so"
                  + " that Athena skips pages.");

  public static final ConfigOption<List<String>> BLOOM_FILTERS =
      key("row-group.bloom-filters")
          .stringType()
          .asList()
          .defaultValues("event_id", "user_id")
          .withDescription(
              "Columns with a Bloom filter, which spares readers row groups when they look for one"
                  + " value; separated by semicolons.");

  public static final ConfigOption<Integer> ZSTD_LEVEL =
      key("sink.zstd-level")
          .intType()
          .defaultValue(3)
          .withDescription("Level of compression, 1 (fast) to 22 (small).");

  public static final ConfigOption<MemorySize> SINK_MEMORY =
      key("sink.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(256))
          .withDescription(
              "Heap of all open files of one click_events writer, with what a checkpoint copies of"
                  + " them. Above it large row groups end early, then the files that hold the most"
                  + " are finished early, never the one with the most rows. So a flood of event"
                  + " days costs at most one file per (sink.memory / days) bytes of rows.");

  // ---------------------------------------------------------------- memory

  public static final ConfigOption<MemoryCheck> MEMORY_CHECK =
      key("memory.check")
          .enumType(MemoryCheck.class)
          .defaultValue(MemoryCheck.REFUSE)
          .withDescription(
              "What to do at start if the settings can need more heap than a task manager has for"
                  + " the job: REFUSE, or WARN and start. The message says what needs how much.");

  public static final ConfigOption<MemorySize> MEMORY_TASK_HEAP =
      key("memory.task-heap")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "Heap that one task manager has for the job, for that check. Unset: what Flink's"
                  + " configuration says.");

  public static final ConfigOption<Integer> MEMORY_EVENTS_PER_SECOND =
      key("memory.events-per-second")
          .intType()
          .defaultValue(1_000)
          .withDescription(
              "Events per second and parallel task that the check expects: the ids of dedup.window"
                  + " need heap in proportion.");

  private JobOptions() {}

  /** All options, in the order in which they stand in this file. */
  public static List<ConfigOption<?>> all() {
    List<ConfigOption<?>> options = new ArrayList<>();
    for (Field field : fields()) {
      options.add(valueOf(field));
    }
    return options;
  }

  /** What an option means, as plain text. */
  public static String meaning(ConfigOption<?> option) {
    return new HtmlFormatter()
        .format(option.description())
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .trim();
  }

  /** The fields that hold options; their generic type is the option's type. */
  static List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    for (Field field : JobOptions.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getType() == ConfigOption.class) {
        fields.add(field);
      }
    }
    return fields;
  }

  static ConfigOption<?> valueOf(Field field) {
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("cannot read option " + field.getName(), e);
    }
  }
}
