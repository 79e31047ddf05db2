package io.clickstreamlake.privacy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The last step before the lake: removes personal data from an event. It cannot be disabled;
 * settings only choose what to keep. The contract determines how each column is redacted, see
 * {@link ColumnRedactions}. IP address and user agent have no column; if kept, they become
 * properties. Not thread-safe.
 */
public final class Privacy {

  private static final String IP_ADDRESS = "ip_address";
  private static final String USER_AGENT = "user_agent";

  /** Names of the built-in patterns of privacy.redact-patterns. */
  private static final List<String> BUILT_IN = List.of("email", "ip", "phone", "user_agent");

  private final FieldAction ipAddress;
  private final FieldAction userAgent;
  private final ColumnRedactions columns;

  private Privacy(JobSettings settings, EventColumns contract, ValidationErrors problems) {
    Map<String, String> fields = settings.get(JobOptions.PRIVACY_FIELDS);
    this.ipAddress =
        action(IP_ADDRESS, fields.getOrDefault(IP_ADDRESS, "drop"), settings, problems);
    this.userAgent =
        action(USER_AGENT, fields.getOrDefault(USER_AGENT, "drop"), settings, problems);
    Map<String, FieldAction> actions = new HashMap<>();
    fields.forEach(
        (field, action) -> {
          if (isColumn(field, contract, problems)) {
            actions.put(field, action(field, action, settings, problems));
          }
        });
    String key = settings.find(JobOptions.PRIVACY_HASH_KEY).orElse("");
    if (!key.isEmpty() && key.length() < JobOptions.MIN_HASH_KEY_LENGTH) {
      problems.add(
          JobOptions.PRIVACY_HASH_KEY.key()
              + ": has fewer than "
              + JobOptions.MIN_HASH_KEY_LENGTH
              + " characters; set a longer key");
    }
    this.columns =
        ColumnRedactions.of(
            contract.schema(),
            redaction(settings, problems),
            actions,
            new PersonalIds(
                key.length() < JobOptions.MIN_HASH_KEY_LENGTH ? null : FieldAction.hash(key)),
            problems);
  }

  /**
   * Creates the step from the settings.
   *
   * @param columns of the events
   * @param problems receives what is wrong with the settings or the contract
   */
  public static Privacy of(JobSettings settings, EventColumns columns, ValidationErrors problems) {
    return new Privacy(settings, columns, problems);
  }

  /** Removes personal data from the event, in place. */
  public void protect(ParsedEvent parsed) {
    columns.apply(parsed);
    keep(parsed, IP_ADDRESS, ipAddress, parsed.ipAddress);
    keep(parsed, USER_AGENT, userAgent, parsed.userAgent);
  }

  private static void keep(ParsedEvent parsed, String field, FieldAction action, String value) {
    String kept = value == null ? null : action.apply(value);
    if (kept != null) {
      parsed.putProperty(field, kept);
    }
  }

  private static boolean isColumn(String field, EventColumns columns, ValidationErrors problems) {
    if (field.equals(IP_ADDRESS) || field.equals(USER_AGENT)) {
      return false;
    }
    Schema.Field column = columns.field(field);
    if (column == null || !isNullableText(column.schema())) {
      problems.add(
          JobOptions.PRIVACY_FIELDS.key()
              + ": '"
              + field
              + "' is neither ip_address, user_agent nor an optional text column of the table");
      return false;
    }
    return true;
  }

  private static boolean isNullableText(Schema type) {
    return type.getType() == Schema.Type.UNION
        && type.getTypes().stream().anyMatch(branch -> branch.getType() == Schema.Type.STRING);
  }

  private static FieldAction action(
      String field, String name, JobSettings settings, ValidationErrors problems) {
    String setting = JobOptions.PRIVACY_FIELDS.key();
    switch (name) {
      case "drop":
        return FieldAction.drop();
      case "keep":
        return FieldAction.keep();
      case "truncate":
        if (!field.equals(IP_ADDRESS)) {
          problems.add(setting + ": " + field + " is not an IP address, so it cannot be truncated");
        }
        return FieldAction.truncate();
      case "hash":
        String key = settings.find(JobOptions.PRIVACY_HASH_KEY).orElse("");
        if (key.isEmpty() && settings.find(JobOptions.PRIVACY_HASH_KEY_SECRET).isPresent()) {
          return FieldAction.drop(); // The secret could not be read, which is reported already.
        }
        if (key.length() < JobOptions.MIN_HASH_KEY_LENGTH) {
          problems.add(
              JobOptions.PRIVACY_HASH_KEY.key()
                  + ": is needed to hash "
                  + field
                  + ", with at least "
                  + JobOptions.MIN_HASH_KEY_LENGTH
                  + " characters");
          return FieldAction.drop();
        }
        return FieldAction.hash(key);
      default:
        problems.add(
            setting + ": '" + name + "' of " + field + " is not one of drop, hash, truncate, keep");
        return FieldAction.drop();
    }
  }

  private static Redaction redaction(JobSettings settings, ValidationErrors problems) {
    Set<String> builtIn = new HashSet<>();
    List<Pattern> patterns = new ArrayList<>();
    for (String pattern : settings.get(JobOptions.PRIVACY_REDACT_PATTERNS)) {
      if (BUILT_IN.contains(pattern)) {
        builtIn.add(pattern);
      } else if (!pattern.isEmpty()) {
        try {
          patterns.add(Pattern.compile(pattern));
        } catch (PatternSyntaxException e) {
          problems.add(
              JobOptions.PRIVACY_REDACT_PATTERNS.key()
                  + ": '"
                  + pattern
                  + "' is neither one of "
                  + String.join(", ", BUILT_IN)
                  + " nor an RE2 regular expression, which has no look-around and no"
                  + " back-references ("
                  + e.getDescription()
                  + ")");
        }
      }
    }
    PersonalData.Kinds kinds =
        new PersonalData.Kinds(
            builtIn.contains("email"),
            builtIn.contains("ip"),
            builtIn.contains("phone"),
            builtIn.contains("user_agent"),
            patterns);
    return new Redaction(settings.get(JobOptions.PRIVACY_REDACT_KEYS), kinds);
  }
}
