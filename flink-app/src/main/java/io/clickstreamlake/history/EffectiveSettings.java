package io.clickstreamlake.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.SettingEffect;
import io.clickstreamlake.config.TextFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ConfigOption;

/**
 * Everything that determines what a run of the job writes: its version and parallelism, the value
 * of each setting with defaults, the text of the mapping, rules and table of referrers, and the
 * columns of the contract. Secrets are {@linkplain SecretFingerprint fingerprints}.
 *
 * <p>The geo database is recorded by its location only: it is large, and the job replaces it while
 * it runs.
 */
public final class EffectiveSettings {

  private static final String SECRET = ".*(key|password|token)";
  private static final String CONTRACT = "contract.";
  private static final String NO_REDACTION = "none";

  private static final JsonMapper JSON = new JsonMapper();

  private final String version;
  private final int parallelism;
  private final SortedMap<String, String> settings;
  private final SortedMap<String, SettingFile> files;

  /** The type and redaction of each column, by TABLE.COLUMN. */
  private final SortedMap<String, String> contract;

  private EffectiveSettings(
      String version,
      int parallelism,
      SortedMap<String, String> settings,
      SortedMap<String, SettingFile> files,
      SortedMap<String, String> contract) {
    this.version = version;
    this.parallelism = parallelism;
    this.settings = settings;
    this.files = files;
    this.contract = contract;
  }

  /**
   * The settings of a run.
   *
   * @param version of the job
   * @param contracts schema of each table, by name
   * @param previous settings of an earlier start, to find out whether it had the same secrets
   */
  public static EffectiveSettings of(
      JobSettings settings,
      String version,
      int parallelism,
      Map<String, Schema> contracts,
      Optional<EffectiveSettings> previous) {
    SortedMap<String, String> values = settings.effective();
    values.replaceAll(
        (name, value) ->
            isSecret(name)
                ? SecretFingerprint.of(
                    value, previous.map(start -> start.settings.get(name)).orElse(null))
                : value);
    SortedMap<String, SettingFile> files = new TreeMap<>();
    addFile(settings, JobOptions.PARSE_MAPPING, TextFile.MAPPINGS, files);
    addFile(settings, JobOptions.QUALITY_RULES, TextFile.RULES, files);
    addFile(settings, JobOptions.ENRICH_REFERRER_TABLE, TextFile.REFERRERS, files);
    addFile(settings, JobOptions.ENRICH_USER_AGENT_TABLE, TextFile.AGENTS, files);
    SortedMap<String, String> contract = new TreeMap<>();
    contracts.forEach((table, schema) -> addColumns(table, schema, contract));
    return new EffectiveSettings(version, parallelism, values, files, contract);
  }

  /** Whether the value of a setting is a secret. */
  static boolean isSecret(String name) {
    return name.matches(SECRET);
  }

  private static void addFile(
      JobSettings settings,
      ConfigOption<String> option,
      String shipped,
      Map<String, SettingFile> files) {
    String location = settings.get(option);
    // Rules may also be the value itself.
    if (location != null && !location.startsWith("[")) {
      files.put(
          option.key(), new SettingFile(location, TextFile.read(option.key(), location, shipped)));
    }
  }

  private static void addColumns(String path, Schema record, Map<String, String> contract) {
    for (Schema.Field column : record.getFields()) {
      String name = path + "." + column.name();
      Object redact = column.getObjectProp("redact");
      contract.put(name, type(column.schema()) + (redact == null ? "" : ", redact " + redact));
      nestedRecord(column.schema()).ifPresent(nested -> addColumns(name, nested, contract));
    }
  }

  private static String type(Schema type) {
    switch (type.getType()) {
      case UNION:
        return type.getTypes().stream()
            .map(EffectiveSettings::type)
            .collect(Collectors.joining(" or "));
      case ARRAY:
        return "array of " + type(type.getElementType());
      case MAP:
        return "map of " + type(type.getValueType());
      default:
        return type.getLogicalType() == null
            ? type.getName()
            : type.getLogicalType().getName() + logicalDetail(type);
    }
  }

  private static String logicalDetail(Schema type) {
    Object precision = type.getObjectProp("precision");
    return precision == null ? "" : "(" + precision + "," + type.getObjectProp("scale") + ")";
  }

  private static Optional<Schema> nestedRecord(Schema type) {
    switch (type.getType()) {
      case UNION:
        return type.getTypes().stream().flatMap(each -> nestedRecord(each).stream()).findFirst();
      case ARRAY:
        return nestedRecord(type.getElementType());
      case MAP:
        return nestedRecord(type.getValueType());
      case RECORD:
        return Optional.of(type);
      default:
        return Optional.empty();
    }
  }

  /** The differences from the settings of an earlier start. */
  List<SettingChange> changesSince(EffectiveSettings earlier) {
    List<SettingChange> changes = new ArrayList<>();
    compare("version", earlier.version, version, SettingEffect.OPERATION, changes);
    compare(
        "parallelism",
        Integer.toString(earlier.parallelism),
        Integer.toString(parallelism),
        SettingEffect.OPERATION,
        changes);
    PrivacyComparison privacy = new PrivacyComparison(earlier.settings, settings);
    for (String name : union(earlier.settings, settings)) {
      SettingFile oldFile = earlier.files.get(name);
      SettingFile file = files.get(name);
      if (oldFile != null && file != null) {
        compareFiles(name, oldFile, file, changes);
      } else {
        String before = oldFile == null ? earlier.settings.get(name) : oldFile.toString();
        String after = file == null ? settings.get(name) : file.toString();
        if (!Objects.equals(before, after)) {
          // A setting that one of the versions does not know has no effect, or its default.
          boolean isNew = before == null && JobSettings.isDefault(name, after);
          SettingEffect effect =
              isNew
                  ? SettingEffect.OPERATION
                  : SettingEffect.of(name).orElse(SettingEffect.OPERATION);
          changes.add(new SettingChange(name, effect, before, after, privacy.weakenedBy(name)));
        }
      }
    }
    for (String column : union(earlier.contract, contract)) {
      compareColumns(column, earlier.contract.get(column), contract.get(column), changes);
    }
    return changes;
  }

  private static void compare(
      String name,
      @Nullable String before,
      @Nullable String after,
      SettingEffect effect,
      List<SettingChange> changes) {
    if (!Objects.equals(before, after)) {
      changes.add(new SettingChange(name, effect, before, after, List.of()));
    }
  }

  private static void compareFiles(
      String name, SettingFile before, SettingFile after, List<SettingChange> changes) {
    compare(
        name,
        before.toString(),
        after.toString(),
        before.hasTextOf(after) ? SettingEffect.OPERATION : SettingEffect.ROWS,
        changes);
  }

  private static void compareColumns(
      String column, @Nullable String before, @Nullable String after, List<SettingChange> changes) {
    if (Objects.equals(before, after)) {
      return;
    }
    boolean isKept = before != null && after != null;
    String was = redaction(before);
    String is = redaction(after);
    boolean isPrivacy = isKept && !was.equals(is);
    changes.add(
        new SettingChange(
            CONTRACT + column,
            isPrivacy ? SettingEffect.PRIVACY : SettingEffect.ROWS,
            before,
            after,
            isPrivacy && is.equals(NO_REDACTION)
                ? List.of(new Weakening(column, "redact " + was, "redact " + is))
                : List.of()));
  }

  private static String redaction(@Nullable String column) {
    int at = column == null ? -1 : column.indexOf(", redact ");
    return at < 0 ? NO_REDACTION : column.substring(at + ", redact ".length());
  }

  private static SortedSet<String> union(Map<String, ?> one, Map<String, ?> other) {
    SortedSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    return names;
  }

  ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", version);
    json.put("parallelism", parallelism);
    settings.forEach(json.putObject("settings")::put);
    ObjectNode texts = json.putObject("files");
    files.forEach(
        (name, file) ->
            texts
                .putObject(name)
                .put("location", file.location)
                .put("sha256", file.sha256())
                .put("text", file.text));
    contract.forEach(json.putObject("contract")::put);
    return json;
  }

  /**
   * @throws IOException if it is not such a record
   */
  static EffectiveSettings fromJson(JsonNode json) throws IOException {
    if (!json.path("version").isTextual()
        || !json.path("parallelism").isInt()
        || !json.path("settings").isObject()) {
      throw new IOException("it has no version, parallelism or settings");
    }
    SortedMap<String, SettingFile> files = new TreeMap<>();
    json.path("files")
        .fields()
        .forEachRemaining(
            file ->
                files.put(
                    file.getKey(),
                    new SettingFile(
                        file.getValue().path("location").asText(),
                        file.getValue().path("text").asText())));
    return new EffectiveSettings(
        json.path("version").asText(),
        json.path("parallelism").asInt(),
        texts(json.path("settings")),
        files,
        texts(json.path("contract")));
  }

  private static SortedMap<String, String> texts(JsonNode object) {
    SortedMap<String, String> texts = new TreeMap<>();
    object.fields().forEachRemaining(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }
}
