package io.clickstreamlake.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.clickstreamlake.event.LongId;
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
 * All settings of the job: name, type, default and meaning. {@code docs/settings.md} is generated
 * from this class, and Terraform's property group is tested against it.
 *
 * <p>On Managed Service for Apache Flink the settings are the property group {@value
 * #PROPERTY_GROUP}; elsewhere {@code --config} names a file of the same JSON form.
 */
public final class JobOptions {

  /**
   * Id of the property group that holds the settings. A group holds at most 50; further settings
   * are in groups named clickstream-lake-2, clickstream-lake-3 and so on.
   */
  public static final String PROPERTY_GROUP = "clickstream-lake";

  /** Where reading of a stream starts when there is no snapshot to continue from. */
  public enum InitialPosition {
    TRIM_HORIZON,
    LATEST,
    AT_TIMESTAMP
  }

  /** What the job does if its settings can need more heap than is available. */
  public enum MemoryCheck {
    REFUSE,
    WARN
  }

  /** Where records come from. */
  public enum SourceType {
    /** A Kinesis data stream. */
    KINESIS,
    /** The objects of a folder, also those that are added while the job runs. */
    FILES
  }

  /** How records are read. */
  public enum SourceReader {
    /** Repeated GetRecords calls. */
    POLLING,
    /** Enhanced fan-out: SubscribeToShard, over HTTP/2. */
    EFO
  }

  /** What a start from a snapshot does if the tables hold newer rows. */
  public enum OlderSnapshot {
    /** The job does not start; the message lists the ways out. */
    REFUSE,
    /** Files published after the snapshot are moved aside, and the stream is read again. */
    REWIND
  }

  /** What a start from a snapshot does if the stream no longer has its positions. */
  public enum LostPosition {
    /** The job does not start; the message lists the ways out. */
    REFUSE,
    /** These shards are read from their oldest record; everything else is restored. */
    TRIM_HORIZON
  }

  /** The sink that writes the Parquet files. */
  public enum SinkType {
    /** One file per writer, day and roll interval, open across checkpoints. */
    ROLLING,
    /** Flink's stock FileSink: one file per writer, day and checkpoint. */
    CHECKPOINT
  }

  /** Length of a {@link LongId} in characters: its prefix and 64 hexadecimal digits. */
  static final int HASHED_ID_LENGTH = LongId.PREFIX.length() + 64;

  /** Maximum value of parse.max-depth. */
  public static final int MAX_DEPTH_LIMIT = 1000;

  /** Minimum length of privacy.hash-key in characters, wherever the key comes from. */
  public static final int MIN_HASH_KEY_LENGTH = 16;

  /** What happens to an event whose visitor has not given consent. */
  public enum WithoutConsent {
    /** It is rejected, without its bytes. */
    REJECT,
    /** Everything that can identify the visitor is removed from it. */
    STRIP
  }

  /** What happens to an event with a value that its column cannot hold. */
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
              "Name of this pipeline. It is stored in every snapshot, and the job refuses a"
                  + " snapshot with another name, so do not change it.");

  // ---------------------------------------------------------------- source

  public static final ConfigOption<SourceType> SOURCE_TYPE =
      key("source.type")
          .enumType(SourceType.class)
          .defaultValue(SourceType.KINESIS)
          .withDescription(
              "Where records come from: KINESIS, or FILES: the objects in source.files.path, also"
                  + " those that are added while the job runs. The other settings of source apply to"
                  + " KINESIS.");

  public static final ConfigOption<String> SOURCE_FILES_PATH =
      key("source.files.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder of the files, with all folders in it: s3://BUCKET/PREFIX or file:///FOLDER."
                  + " Required with FILES. Names that begin with a dot or an underscore are skipped.");

  public static final ConfigOption<Duration> SOURCE_FILES_INTERVAL =
      key("source.files.interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "Pause between two listings of the folder. On S3 a listing costs a request per folder"
                  + " and 1,000 objects; a folder whose objects are all older than a day is listed"
                  + " once an hour.");

  public static final ConfigOption<Duration> SOURCE_FILES_FORGET_AFTER =
      key("source.files.forget-after")
          .durationType()
          .defaultValue(Duration.ofDays(7))
          .withDescription(
              "How long the state of the job holds an object that was read. On S3, an object that"
                  + " appears with an older time of modification is not read: more than the longest"
                  + " upload, whose beginning S3 takes for that time.");

  public static final ConfigOption<String> SOURCE_STREAM =
      key("source.stream")
          .stringType()
          .noDefaultValue()
          .withDescription("Name of the Kinesis data stream. Required with KINESIS.");

  public static final ConfigOption<String> SOURCE_REGION =
      key("source.region")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "AWS region of the stream, and of privacy.hash-key-secret. Required with either.");

  public static final ConfigOption<String> SOURCE_ENDPOINT =
      key("source.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URL of the Kinesis endpoint, for a stand-in such as Kinesalite. Unset: AWS.");

  public static final ConfigOption<InitialPosition> SOURCE_INITIAL_POSITION =
      key("source.initial-position")
          .enumType(InitialPosition.class)
          .defaultValue(InitialPosition.TRIM_HORIZON)
          .withDescription(
              "Where the first start begins: TRIM_HORIZON (oldest retained record), LATEST, or"
                  + " AT_TIMESTAMP. A start from a snapshot resumes where the snapshot ends.");

  public static final ConfigOption<String> SOURCE_INITIAL_TIMESTAMP =
      key("source.initial-timestamp")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Arrival time to begin at, such as 2026-01-31T00:00:00Z. Required with"
                  + " AT_TIMESTAMP.");

  public static final ConfigOption<LostPosition> SOURCE_ON_LOST_POSITION =
      key("source.on-lost-position")
          .enumType(LostPosition.class)
          .defaultValue(LostPosition.REFUSE)
          .withDescription(
              "What a start from a snapshot does if the stream was deleted and created again, or"
                  + " shards expired before they were read to the end: REFUSE, or TRIM_HORIZON: read"
                  + " the shards that exist from their oldest record, and keep open files and the ids"
                  + " of de-duplication. Records that were not read before are lost.");

  public static final ConfigOption<Duration> SOURCE_POLL_INTERVAL =
      key("source.poll-interval")
          .durationType()
          .defaultValue(Duration.ofMillis(500))
          .withDescription(
              "Pause between two reads of a shard. Kinesis allows five reads per second and"
                  + " shard, shared by all consumers.");

  public static final ConfigOption<Integer> SOURCE_RECORDS_PER_READ =
      key("source.records-per-read")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "Maximum number of records per read, 1 to 10,000. Kinesis returns at most 10 MB per"
                  + " read.");

  public static final ConfigOption<Duration> SOURCE_DISCOVERY_INTERVAL =
      key("source.discovery-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How often each subtask checks for shards that a split or merge created.");

  public static final ConfigOption<Integer> SOURCE_RETRIES =
      key("source.retries")
          .intType()
          .defaultValue(1000)
          .withDescription(
              "How often a throttled or failed call to Kinesis is retried before the job"
                  + " restarts. The default lasts for more than an hour.");

  public static final ConfigOption<Duration> SOURCE_BACKOFF_BASE =
      key("source.backoff.base")
          .durationType()
          .defaultValue(Duration.ofMillis(300))
          .withDescription(
              "Maximum wait before the first retry. The maximum grows by half with each further"
                  + " retry; the actual wait is a random part of it.");

  public static final ConfigOption<Duration> SOURCE_BACKOFF_MAX =
      key("source.backoff.max")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("Maximum wait before any retry.");

  public static final ConfigOption<SourceReader> SOURCE_READER =
      key("source.reader")
          .enumType(SourceReader.class)
          .defaultValue(SourceReader.POLLING)
          .withDescription(
              "POLLING (shares 2 MB per second and shard with all consumers, including Firehose)"
                  + " or EFO (enhanced fan-out: a dedicated 2 MB per second and shard, at extra"
                  + " cost).");

  public static final ConfigOption<String> SOURCE_EFO_CONSUMER =
      key("source.efo-consumer")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name under which the job registers with the stream. Required with EFO; no other"
                  + " application may use it.");

  public static final ConfigOption<Duration> SOURCE_CLOCK_SKEW =
      key("source.clock-skew")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Maximum difference between the clocks of this job and of Kinesis. De-duplication"
                  + " keeps ids for that much longer.");

  // ---------------------------------------------------------------- parse

  public static final ConfigOption<String> PARSE_MAPPING =
      key("parse.mapping")
          .stringType()
          .defaultValue("default")
          .withDescription(
              "How events are found in a record, and which JSON paths fill which columns: default,"
                  + " segment, rudderstack, ga4, ga4-mp, snowplow, snowplow-enriched, posthog,"
                  + " mixpanel, amplitude, shopify, aws-clickstream, cloudevents, aws; or the"
                  + " location of a JSON or YAML file (a path, file:// or s3://).");

  public static final ConfigOption<InvalidValues> PARSE_INVALID_VALUES =
      key("parse.invalid-values")
          .enumType(InvalidValues.class)
          .defaultValue(InvalidValues.FLAG)
          .withDescription(
              "What happens to an event if the value of an optional column does not have the"
                  + " column's type: FLAG it (COLUMN_invalid), leave the column null and keep the"
                  + " text in properties; or REJECT it.");

  public static final ConfigOption<Integer> PARSE_MAX_DEPTH =
      key("parse.max-depth")
          .intType()
          .defaultValue(32)
          .withDescription(
              "Maximum nesting depth of an event, 1 to 1000; deeper events are rejected.");

  public static final ConfigOption<MemorySize> PARSE_MAX_UNCOMPRESSED =
      key("parse.max-uncompressed")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "Maximum decompressed size of a record, up to 1 GB; what exceeds it is rejected.");

  public static final ConfigOption<Integer> PARSE_MAX_EVENTS =
      key("parse.max-events")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "Maximum number of events per record, including rejected pieces. The rest of the"
                  + " record becomes one rejection, which counts as one received event.");

  public static final ConfigOption<Integer> PARSE_MAX_ITEMS =
      key("parse.max-items")
          .intType()
          .defaultValue(1000)
          .withDescription(
              "Maximum number of order lines per event. Excess lines are dropped, and the event"
                  + " carries the flag items_dropped; no revenue is computed from the remaining"
                  + " lines.");

  public static final ConfigOption<Integer> PARSE_MAX_TEXT_LENGTH =
      key("parse.max-text-length")
          .intType()
          .defaultValue(8192)
          .withDescription(
              "Maximum number of characters of a text column. Longer texts are truncated, and the"
                  + " event carries the flag COLUMN_truncated: most of the information in a URL or"
                  + " title is at its beginning.");

  public static final ConfigOption<Integer> PARSE_MAX_ID_LENGTH =
      key("parse.max-id-length")
          .intType()
          .defaultValue(256)
          .withDescription(
              "Maximum number of characters of an id column and of event_type. A longer id is"
                  + " replaced by sha256: and its SHA-256 digest, so that equal ids stay equal and"
                  + " different ids stay different; the event carries the flag COLUMN_hashed, and"
                  + " properties holds the text. A longer event_type is truncated.");

  public static final ConfigOption<Integer> PARSE_MAX_NUMBER_LENGTH =
      key("parse.max-number-length")
          .intType()
          .defaultValue(100)
          .withDescription(
              "Maximum number of characters of a number in a column; a longer number is an"
                  + " invalid value.");

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
              "Texts that are not ids, separated by semicolons, in upper or lower case; 0 stands"
                  + " for any number of zeros and thus also for the nil UUID. In the id columns of"
                  + " the contract (event_id, user_id, anonymous_id, session_id, order_id) they count"
                  + " as absent, as do blank texts and zero-width spaces.");

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
              "Maximum number of characters of an entry in properties. Longer entries are"
                  + " truncated and counted in the entry _truncated, and the event carries the flag"
                  + " properties_truncated.");

  // ---------------------------------------------------------------- time

  public static final ConfigOption<Duration> TIME_MAX_FUTURE =
      key("time.max-future")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "How far event_time may be after the arrival time; later events are rejected.");

  public static final ConfigOption<Duration> TIME_MAX_AGE =
      key("time.max-age")
          .durationType()
          .defaultValue(Duration.ofDays(366))
          .withDescription(
              "How far event_time may be before the arrival time; older events are rejected. The"
                  + " default allows one year of backfill. It is limited because each event day needs"
                  + " its own file, and a wrong clock must not open one for every day since 1970.");

  public static final ConfigOption<String> TIME_MIN =
      key("time.min")
          .stringType()
          .defaultValue("2000-01-01T00:00:00Z")
          .withDescription(
              "Earliest accepted event_time, regardless of time.max-age; earlier events are"
                  + " rejected.");

  public static final ConfigOption<Duration> LATE_AFTER =
      key("late.after")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "An event that arrives more than this after its event_time is marked is_late.");

  // ---------------------------------------------------------------- enrich

  public static final ConfigOption<List<String>> ENRICH_CHAIN =
      key("enrich.chain")
          .stringType()
          .asList()
          .defaultValues("page", "campaign", "referrer", "user_agent", "geo", "money")
          .withDescription(
              "Enrichments in the order in which they run, separated by semicolons; an empty"
                  + " value disables all of them.");

  public static final ConfigOption<Boolean> ENRICH_CAMPAIGN_FRAGMENTS =
      key("enrich.campaign.fragments")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether campaign parameters are also read from the fragment of page_url, as in"
                  + " #utm_source=x and #/route?utm_source=x. Those of the query come first.");

  public static final ConfigOption<Boolean> ENRICH_CAMPAIGN_MATOMO =
      key("enrich.campaign.matomo")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the campaign parameters of Matomo (mtm_, pk_ and piwik_, such as"
                  + " mtm_campaign) fill the utm columns that utm parameters do not fill.");

  public static final ConfigOption<MemorySize> ENRICH_USER_AGENT_CACHE =
      key("enrich.user-agent.cache")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(8))
          .withDescription(
              "Heap per task manager for the cache of analyzed user agents; 8 mb hold about"
                  + " 10,000.");

  public static final ConfigOption<String> ENRICH_USER_AGENT_TABLE =
      key("enrich.user-agent.table")
          .stringType()
          .defaultValue("known")
          .withDescription(
              "Table of known agents: known (in the jar), or the location of a CSV file"
                  + " (text,class,name) that replaces it. The first line whose text is in the user"
                  + " agent is used; a line include known inserts the table in the jar. Classes:"
                  + " browser, app, search_crawler, ai_crawler, ai_search_crawler, ai_assistant,"
                  + " http_library, link_preview, automated_browser, monitor, other_bot.");

  public static final ConfigOption<String> ENRICH_GEO_DATABASE =
      key("enrich.geo.database")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Location of a MaxMind-format database (a path, file:// or s3://). Unset: the geo"
                  + " columns stay null.");

  public static final ConfigOption<Duration> ENRICH_GEO_REFRESH =
      key("enrich.geo.refresh")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription("How often the job checks for a new version of the geo database.");

  public static final ConfigOption<String> ENRICH_REFERRER_TABLE =
      key("enrich.referrer.table")
          .stringType()
          .defaultValue("known")
          .withDescription(
              "Table of known referrers: known (in the jar), or the location of a CSV file"
                  + " (host,medium,source) that replaces it. The first line of a host is used; a line"
                  + " include known inserts the table in the jar. Mediums: search, social, email,"
                  + " paid, ai, internal.");

  public static final ConfigOption<List<String>> ENRICH_REFERRER_INTERNAL =
      key("enrich.referrer.internal-hosts")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Hosts of your sites, separated by semicolons; referrers from them, their"
                  + " subdomains and the page's own host are internal.");

  // ---------------------------------------------------------------- privacy

  public static final ConfigOption<Map<String, String>> PRIVACY_FIELDS =
      key("privacy.fields")
          .mapType()
          .defaultValue(Map.of("ip_address", "drop", "user_agent", "drop"))
          .withDescription(
              "Action per field, as field:action,field:action. Actions: drop, hash"
                  + " (HMAC-SHA-256), truncate (IPv4 to /24, IPv6 to /48), keep (without redaction)."
                  + " Fields: ip_address, user_agent (stored in properties if kept) and any optional"
                  + " text column. ip_address and user_agent are dropped unless listed here.");

  public static final ConfigOption<String> PRIVACY_HASH_KEY =
      key("privacy.hash-key")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Secret key of the action hash, at least 16 characters. With a key, an id that"
                  + " holds personal data, such as an e-mail address as user_id, is replaced by its"
                  + " hash, so that one person keeps one id; without a key, such an id becomes null.");

  public static final ConfigOption<String> PRIVACY_HASH_KEY_SECRET =
      key("privacy.hash-key-secret")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "ARN or name of the AWS Secrets Manager secret that holds the key of the action"
                  + " hash as plain text, instead of privacy.hash-key. It is read when the job"
                  + " starts; a name is looked up in source.region.");

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
              "first_name",
              "last_name",
              "full_name",
              "surname",
              "date_of_birth",
              "birthday",
              "address1",
              "address2",
              "street",
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
              "Names of parameters, properties and JSON fields whose values are replaced by"
                  + " [redacted], separated by semicolons. They match word by word in any part of a"
                  + " path and in any spelling: user_agent also matches userAgent, $raw_user_agent"
                  + " and User-Agent. Boolean values stay, and so do values whose name has a further"
                  + " word that makes it harmless, as in phone_model or email_opened.");

  public static final ConfigOption<List<String>> PRIVACY_REDACT_PATTERNS =
      key("privacy.redact-patterns")
          .stringType()
          .asList()
          .defaultValues("email", "ip", "phone", "user_agent")
          .withDescription(
              "What is replaced by [redacted] in every text, regardless of its name, separated by"
                  + " semicolons: email; ip (IPv4 and IPv6 addresses, except hosts of URLs and"
                  + " version numbers); phone (a plus and 8 to 15 digits, or a number after tel:);"
                  + " user_agent (from Mozilla/ onwards); or RE2 regular expressions.");

  public static final ConfigOption<String> PRIVACY_CONSENT_FIELD =
      key("privacy.consent.field")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Field that holds the visitor's consent: a column of the table, or properties.NAME."
                  + " An event without the field, or with two values for it, has no consent. While"
                  + " this is set, rejected rows hold the bytes only of events with consent. Unset:"
                  + " no consent is required.");

  public static final ConfigOption<List<String>> PRIVACY_CONSENT_GRANTED =
      key("privacy.consent.granted")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Values of privacy.consent.field that give consent, separated by semicolons, in"
                  + " upper or lower case. Of a list (a JSON array, or texts separated by commas),"
                  + " one such element suffices. Required with privacy.consent.field.");

  public static final ConfigOption<WithoutConsent> PRIVACY_CONSENT_OTHERWISE =
      key("privacy.consent.otherwise")
          .enumType(WithoutConsent.class)
          .defaultValue(WithoutConsent.REJECT)
          .withDescription(
              "What happens to an event without consent: REJECT (reason no_consent, without its"
                  + " bytes), or STRIP: only columns that cannot identify a person are kept, and the"
                  + " event carries the flag consent_not_given. docs/privacy.md lists the columns.");

  public static final ConfigOption<Boolean> PRIVACY_COOKIELESS_VISITORS =
      key("privacy.cookieless-visitors")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether an event without user_id and anonymous_id gets an anonymous_id for one"
                  + " day: a hash of the day (UTC, of event_time), page_host, IP address and user"
                  + " agent with privacy.hash-key, which it requires.");

  // ---------------------------------------------------------------- quality

  public static final ConfigOption<String> QUALITY_RULES =
      key("quality.rules")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Rules that events must satisfy, on columns or by a JSON Schema: the location of a"
                  + " JSON or YAML file (a path, file:// or s3://), or the JSON itself. Unset: no"
                  + " rules.");

  // ---------------------------------------------------------------- dedup

  public static final ConfigOption<Boolean> DEDUP_ENABLED =
      key("dedup.enabled")
          .booleanType()
          .defaultValue(true)
          .withDescription("Whether events that were seen before are dropped.");

  /** The entry of {@link #DEDUP_FIELDS} that is no column: everything else that was sent. */
  public static final String DEDUP_CONTENT = "content";

  public static final ConfigOption<List<String>> DEDUP_FIELDS =
      key("dedup.fields")
          .stringType()
          .asList()
          .defaultValues("event_id", "event_type", "event_time", DEDUP_CONTENT)
          .withDescription(
              "What must match for two events to be duplicates, separated by semicolons: event_id,"
                  + " other columns that hold text or times, and content, which is everything else"
                  + " that the producer sent. An event that differs from an earlier one only in its"
                  + " content is written and carries the flag id_reused. A time computed from the"
                  + " arrival is not compared. After a change, events that were seen before count"
                  + " as new.");

  public static final ConfigOption<List<String>> DEDUP_IGNORED_PROPERTIES =
      key("dedup.ignored-properties")
          .stringType()
          .asList()
          .defaultValues(
              "sentAt",
              "sent_at",
              "$sent_at",
              "timestamp",
              "receivedAt",
              "received_at",
              "request_ip",
              "requestId",
              "request_id",
              "retryCount",
              "retry_count",
              "attempt",
              "$sdk_debug_retry_queue_size",
              "offset",
              "stm",
              "dvce_sent_tstamp",
              "collector_tstamp",
              "etl_tstamp",
              "load_tstamp",
              "mp_processing_time_ms",
              "$mp_api_timestamp_ms",
              "client_upload_time",
              "server_received_time",
              "server_upload_time",
              "processed_time",
              "event_server_timestamp_offset",
              "ingest_timestamp")
          .withDescription(
              "Properties that are not part of an event's content, because they differ each time"
                  + " the same event is sent: names, or last parts of names, separated by"
                  + " semicolons. After a change, events that were seen before may count as new.");

  public static final ConfigOption<Duration> DEDUP_WINDOW =
      key("dedup.window")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "Difference in arrival time within which matching events are duplicates, up to 365"
                  + " days. It may be changed at any restart. Ids of up to three windows are kept,"
                  + " with 4 to 7 bytes of heap and 24 bytes in RocksDB per id; each of the 16,384"
                  + " groups buffers up to 32 ids on the heap before it stores them.");

  public static final ConfigOption<Duration> DEDUP_MAX_LAG =
      key("dedup.max-lag")
          .durationType()
          .defaultValue(Duration.ofHours(24))
          .withDescription(
              "Maximum lag of a shard behind the newest arrival. Ids are kept until no shard can"
                  + " deliver an event of their window, so a stalled or lagging shard adds to the"
                  + " state. A shard that lags by more than this is no longer waited for, and"
                  + " duplicates in it can pass.");

  // ---------------------------------------------------------------- sink

  public static final ConfigOption<String> SINK_PATH =
      key("sink.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Root URL of the processed zone, such as s3://my-processed-bucket. The tables are"
                  + " in click_events/, rejected_events/ and ledger/; _sink/ records how far each"
                  + " table was committed. Required.");

  public static final ConfigOption<Integer> SINK_GENERATION =
      key("sink.generation")
          .intType()
          .defaultValue(1)
          .withDescription(
              "Generation of the tables that the job writes. The first one is in sink.path; every"
                  + " other one is a lake of its own in a folder such as sink.path/g2, with its own"
                  + " tables and its own _sink/. A job can go on in another generation from a"
                  + " snapshot, where the stream continues and the tables begin anew. The catalog"
                  + " shows the first generation only.");

  public static final ConfigOption<SinkType> SINK_TYPE =
      key("sink.type")
          .enumType(SinkType.class)
          .defaultValue(SinkType.ROLLING)
          .withDescription(
              "ROLLING (one file per writer, day and roll interval, open across checkpoints) or"
                  + " CHECKPOINT (Flink's stock FileSink: a new file at every checkpoint).");

  public static final ConfigOption<OlderSnapshot> SINK_ON_OLDER_SNAPSHOT =
      key("sink.on-older-snapshot")
          .enumType(OlderSnapshot.class)
          .defaultValue(OlderSnapshot.REFUSE)
          .withDescription(
              "What a start from a snapshot does if the tables already hold rows from after the"
                  + " snapshot: REFUSE, or REWIND: move the files published since then to"
                  + " _sink/TABLE/rewound/ under sink.path, and read the stream again from the"
                  + " snapshot onwards.");

  public static final ConfigOption<Duration> ROLL_INTERVAL =
      key("roll.interval")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "Interval after which a file is finished, aligned to the clock; it determines how fresh"
                  + " the tables are. From one checkpoint interval to one day.");

  public static final ConfigOption<MemorySize> ROLL_SIZE =
      key("roll.size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(512))
          .withDescription("File size at which a file is finished early.");

  public static final ConfigOption<Integer> ROW_GROUP_ROWS =
      key("row-group.rows")
          .intType()
          .defaultValue(50_000)
          .withDescription(
              "Rows per row group. More rows compress and sort better but need more memory and"
                  + " larger checkpoints: a checkpoint stores the last, unfinished row group.");

  public static final ConfigOption<MemorySize> ROW_GROUP_MEMORY =
      key("row-group.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(96))
          .withDescription("Memory of buffered rows at which a row group ends early.");

  public static final ConfigOption<List<String>> ROW_GROUP_SORT =
      key("row-group.sort-by")
          .stringType()
          .asList()
          .defaultValues("event_type", "event_time")
          .withDescription(
              "Columns by which the rows of a row group are sorted, separated by semicolons, so"
                  + " that Athena can skip pages.");

  public static final ConfigOption<List<String>> BLOOM_FILTERS =
      key("row-group.bloom-filters")
          .stringType()
          .asList()
          .defaultValues("event_id", "user_id")
          .withDescription(
              "Columns with a Bloom filter, separated by semicolons. Readers that search for one"
                  + " value use it to skip row groups.");

  public static final ConfigOption<String> CATALOG_COLUMNS =
      key("catalog.columns")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Columns that the table click_events has in the catalog, separated by semicolons, or"
                  + " a text file with them (a path with a slash, or s3://). The job does not start if"
                  + " it would write a column that the table lacks, since no query would find its values."
                  + " Unset: not checked. Terraform and ./lake set it.");

  public static final ConfigOption<Integer> ZSTD_LEVEL =
      key("sink.zstd-level")
          .intType()
          .defaultValue(3)
          .withDescription("Compression level, 1 (fast) to 22 (small).");

  public static final ConfigOption<MemorySize> SINK_MEMORY =
      key("sink.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(256))
          .withDescription(
              "Heap of all open files of one click_events writer, including what a checkpoint"
                  + " copies of them. Above it, large row groups end early; then the files that use"
                  + " the most memory are finished early, but never the file with the most rows. A"
                  + " flood of event days thus costs at most one file per (sink.memory / days) bytes"
                  + " of rows.");

  // ---------------------------------------------------------------- memory

  public static final ConfigOption<MemoryCheck> MEMORY_CHECK =
      key("memory.check")
          .enumType(MemoryCheck.class)
          .defaultValue(MemoryCheck.REFUSE)
          .withDescription(
              "What the job does at start if the settings can need more heap than a task manager"
                  + " has for the job: REFUSE, or WARN and start. The message lists each part and its"
                  + " size.");

  public static final ConfigOption<MemorySize> MEMORY_TASK_HEAP =
      key("memory.task-heap")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "Heap that one task manager has for the job, for memory.check. Unset: the value"
                  + " from Flink's configuration.");

  public static final ConfigOption<Integer> MEMORY_EVENTS_PER_SECOND =
      key("memory.events-per-second")
          .intType()
          .defaultValue(1_000)
          .withDescription(
              "Events per second and parallel task that memory.check assumes: the ids of"
                  + " dedup.window need heap in proportion.");

  private JobOptions() {}

  /** All options, in the order of this file. */
  public static List<ConfigOption<?>> all() {
    List<ConfigOption<?>> options = new ArrayList<>();
    for (Field field : fields()) {
      options.add(valueOf(field));
    }
    return options;
  }

  /** The description of an option, as plain text. */
  public static String meaning(ConfigOption<?> option) {
    return new HtmlFormatter()
        .format(option.description())
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .trim();
  }

  /** The fields that hold options. The generic type of a field is the type of its option. */
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
