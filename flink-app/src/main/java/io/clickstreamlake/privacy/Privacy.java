package io.clickstreamlake.privacy;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.Problems;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.avro.Schema;

/**
 * The last step before the lake: removes personal data from an event. It cannot be switched off,
 * only told what to keep. IP address and user agent have no column; what is kept of them becomes a
 * property.
 */
public final class Privacy {

  private static final String IP_ADDRESS = "ip_address";
  private static final String USER_AGENT = "user_agent";

  private final FieldAction ipAddress;
  private final FieldAction userAgent;
  private final Map<Integer, FieldAction> columns = new LinkedHashMap<>();
  private final Redaction redaction;

  private Privacy(JobSettings settings, Problems problems) {
    Map<String, String> fields = settings.get(JobOptions.PRIVACY_FIELDS);
    this.ipAddress =
        action(IP_ADDRESS, fields.getOrDefault(IP_ADDRESS, "drop"), settings, problems);
    this.userAgent =
        action(USER_AGENT, fields.getOrDefault(USER_AGENT, "drop"), settings, problems);
    fields.forEach((field, action) -> addColumn(field, action, settings, problems));
    this.redaction = redaction(settings, problems);
  }

  /** What the settings ask for; what is wrong with them goes to problems. */
  public static Privacy of(JobSettings settings, Problems problems) {
    return new Privacy(settings, problems);
  }

  /** Removes personal data from the event, in place. */
  public void protect(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    event.setPageUrl(redaction.address(event.getPageUrl()));
    event.setReferrerUrl(redaction.address(event.getReferrerUrl()));
    event.setPageQuery(redaction.query(event.getPageQuery()));
    event.setPagePath(redaction.text(event.getPagePath()));
    event.setPageTitle(redaction.text(event.getPageTitle()));
    event.setSearchTerm(redaction.text(event.getSearchTerm()));
    event.setUtmSource(redaction.text(event.getUtmSource()));
    event.setUtmMedium(redaction.text(event.getUtmMedium()));
    event.setUtmCampaign(redaction.text(event.getUtmCampaign()));
    event.setUtmTerm(redaction.text(event.getUtmTerm()));
    event.setUtmContent(redaction.text(event.getUtmContent()));
    if (event.getProperties() != null) {
      event.getProperties().replaceAll(redaction::property);
    }
    columns.forEach((column, action) -> apply(event, column, action));
    keep(parsed, IP_ADDRESS, ipAddress, parsed.ipAddress);
    keep(parsed, USER_AGENT, userAgent, parsed.userAgent);
  }

  private static void apply(ClickEvent event, int column, FieldAction action) {
    Object value = event.get(column);
    if (value != null) {
      event.put(column, action.apply((String) value));
    }
  }

  private static void keep(ParsedEvent parsed, String field, FieldAction action, String value) {
    String kept = value == null ? null : action.apply(value);
    if (kept != null) {
      parsed.putProperty(field, kept);
    }
  }

  private void addColumn(String field, String action, JobSettings settings, Problems problems) {
    if (field.equals(IP_ADDRESS) || field.equals(USER_AGENT)) {
      return;
    }
    Schema.Field column = ClickEvent.getClassSchema().getField(field);
    if (column == null || !isNullableText(column.schema())) {
      problems.add(
          JobOptions.PRIVACY_FIELDS.key()
              + ": '"
              + field
              + "' is neither ip_address, user_agent nor an optional text column of"
              + " click_event.avsc");
    } else {
      columns.put(column.pos(), action(field, action, settings, problems));
    }
  }

  private static boolean isNullableText(Schema type) {
    return type.getType() == Schema.Type.UNION
        && type.getTypes().stream().anyMatch(branch -> branch.getType() == Schema.Type.STRING);
  }

  private static FieldAction action(
      String field, String name, JobSettings settings, Problems problems) {
    String setting = JobOptions.PRIVACY_FIELDS.key();
    switch (name) {
      case "drop":
        return FieldAction.drop();
      case "keep":
        return FieldAction.keep();
      case "truncate":
        if (!field.equals(IP_ADDRESS)) {
          problems.add(setting + ": " + field + " is no address, so truncate does not fit it");
        }
        return FieldAction.truncate();
      case "hash":
        String key = settings.find(JobOptions.PRIVACY_HASH_KEY).orElse("");
        if (key.length() < 16) {
          problems.add(
              JobOptions.PRIVACY_HASH_KEY.key()
                  + ": is needed to hash "
                  + field
                  + ", 16 characters or more");
          return FieldAction.drop();
        }
        return FieldAction.hash(key);
      default:
        problems.add(
            setting + ": '" + name + "' of " + field + " is none of drop, hash, truncate, keep");
        return FieldAction.drop();
    }
  }

  private static Redaction redaction(JobSettings settings, Problems problems) {
    boolean emails = false;
    List<Pattern> patterns = new ArrayList<>();
    for (String pattern : settings.get(JobOptions.PRIVACY_REDACT_PATTERNS)) {
      if (pattern.equals("email")) {
        emails = true;
        continue;
      }
      try {
        patterns.add(Pattern.compile(pattern));
      } catch (PatternSyntaxException e) {
        problems.add(
            JobOptions.PRIVACY_REDACT_PATTERNS.key()
                + ": '"
                + pattern
                + "' is no regular expression ("
                + e.getDescription()
                + ")");
      }
    }
    return new Redaction(settings.get(JobOptions.PRIVACY_REDACT_KEYS), emails, patterns);
  }
}
