package io.clickstreamlake.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobOptions.WithoutConsent;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.avro.Schema;

/**
 * The visitor's consent: whether an event has it, and what happens to an event without it.
 *
 * <p>Stripping keeps only the columns that the contract marks with {@code "withoutConsent":
 * "keep"}; everything else, custom columns included, becomes null. In the texts that are kept, an
 * id of the event is replaced too. Not thread-safe.
 */
public final class Consent {

  /** Flag of an event from which the identifiers were removed. */
  static final String FLAG = "consent_not_given";

  private static final String PROPERTIES = "properties.";
  private static final String REDACTED = "[redacted]";

  /** An id of this length can be part of a longer word only on purpose. */
  private static final int LONG_ID = 6;

  /** Longer texts, such as a user agent, are compared as a whole: the work stays linear. */
  private static final int MAX_SEARCHED = 256;

  /** Segments of a path with so many digits, or so long with a digit, are ids of something. */
  private static final int DIGITS_OF_ID = 5;

  private static final int LENGTH_OF_ID = 16;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Null if no consent is required. */
  @Nullable private final String field;

  private final Set<String> granted = new HashSet<>();
  private final boolean rejects;

  /** Position of the column that holds the consent, or -1 for a property. */
  private final int column;

  private final int eventId;
  private final int pagePath;
  private final List<Schema.Field> dropped = new ArrayList<>();

  /** Kept columns that hold text. */
  private final int[] texts;

  private final boolean[] isId;
  private final PersonalIds ids;

  private Consent(JobSettings settings, EventColumns columns, ValidationErrors problems) {
    field = settings.find(JobOptions.PRIVACY_CONSENT_FIELD).map(String::trim).orElse(null);
    rejects = settings.get(JobOptions.PRIVACY_CONSENT_OTHERWISE) == WithoutConsent.REJECT;
    for (String value : settings.get(JobOptions.PRIVACY_CONSENT_GRANTED)) {
      if (!value.isBlank()) {
        granted.add(normalized(value));
      }
    }
    column = column(columns, problems);
    String key = settings.find(JobOptions.PRIVACY_HASH_KEY).orElse("");
    ids =
        new PersonalIds(
            key.length() < JobOptions.MIN_HASH_KEY_LENGTH ? null : FieldAction.hash(key));
    eventId = columns.field("event_id").pos();
    pagePath = columns.field("page_path").pos();
    isId = new boolean[columns.size()];
    List<Integer> kept = new ArrayList<>();
    for (Schema.Field each : columns.fields()) {
      boolean isText = ColumnTypes.withoutNull(each.schema()).getType() == Schema.Type.STRING;
      isId[each.pos()] = isText && "id".equals(each.getObjectProp("redact"));
      if (!"keep".equals(each.getObjectProp("withoutConsent")) && each.pos() != eventId) {
        dropped.add(each);
      } else if (isText && !"none".equals(each.getObjectProp("redact")) && each.pos() != eventId) {
        kept.add(each.pos());
      }
    }
    texts = kept.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Creates the check from the settings.
   *
   * @param columns of the events
   * @param problems receives what is wrong with the settings
   */
  public static Consent of(JobSettings settings, EventColumns columns, ValidationErrors problems) {
    return new Consent(settings, columns, problems);
  }

  private int column(EventColumns columns, ValidationErrors problems) {
    if (field == null) {
      if (!granted.isEmpty()) {
        problems.add(
            JobOptions.PRIVACY_CONSENT_FIELD.key()
                + ": is not set, so privacy.consent.granted has no effect; name the field that holds"
                + " the consent, or remove both");
      }
      return -1;
    }
    if (granted.isEmpty()) {
      problems.add(
          JobOptions.PRIVACY_CONSENT_GRANTED.key()
              + ": is empty, and privacy.consent.field needs it: no event would have consent");
    }
    if (field.startsWith(PROPERTIES) && field.length() > PROPERTIES.length()) {
      return -1;
    }
    Schema.Field found = columns.field(field);
    if (found == null || !isScalar(ColumnTypes.withoutNull(found.schema()).getType())) {
      problems.add(
          JobOptions.PRIVACY_CONSENT_FIELD.key()
              + ": '"
              + field
              + "' is neither a scalar column of the table nor properties.NAME, with the name that"
              + " the field has in properties");
      return -1;
    }
    return found.pos();
  }

  private static boolean isScalar(Schema.Type type) {
    return type != Schema.Type.MAP && type != Schema.Type.ARRAY && type != Schema.Type.RECORD;
  }

  /** Whether the event has consent, or needs none. */
  public boolean isGiven(ParsedEvent parsed) {
    if (field == null) {
      return true;
    }
    if (column >= 0) {
      Object value = parsed.event.get(column);
      return value != null && isGranted(value.toString());
    }
    Map<String, String> properties = parsed.event.getProperties();
    String name = field.substring(PROPERTIES.length());
    String value = properties == null ? null : properties.get(name);
    // A second answer may be among the properties that are beyond the maximum.
    return value != null
        && !properties.containsKey(name + "#2")
        && !parsed.isFlagged("properties_dropped")
        && isGranted(value);
  }

  private boolean isGranted(String value) {
    String text = normalized(value);
    if (granted.contains(text)) {
      return true;
    }
    if (text.startsWith("[")) {
      return isGrantedInArray(value);
    }
    for (int start = 0; text.indexOf(',') >= 0 && start <= text.length(); ) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      if (granted.contains(text.substring(start, end).trim())) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private boolean isGrantedInArray(String value) {
    try {
      for (JsonNode element : JSON.readTree(value)) {
        if (element.isValueNode() && granted.contains(normalized(element.asText()))) {
          return true;
        }
      }
    } catch (JsonProcessingException e) {
      return false; // A truncated list gives no consent.
    }
    return false;
  }

  private static String normalized(String value) {
    return value.trim().toLowerCase(Locale.ROOT);
  }

  /**
   * Admits an event without consent, which must then be stripped.
   *
   * @throws RejectedException if events without consent are not written
   */
  public void admitWithoutConsent() throws RejectedException {
    if (rejects) {
      throw RejectedException.of(
          RejectionReason.NO_CONSENT, field, field + " gives no consent; the bytes are not kept");
    }
  }

  /** Removes from the event everything that can identify its visitor, in place. */
  public void strip(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    Set<String> known = identifiers(parsed);
    for (int text : texts) {
      String value = (String) event.get(text);
      if (value != null) {
        event.put(text, text == pagePath ? path(value, known) : clean(value, known));
      }
    }
    if (event.getItems() != null) {
      for (Item item : event.getItems()) {
        for (Schema.Field each : Item.getClassSchema().getFields()) {
          if (item.get(each.pos()) instanceof String) {
            item.put(each.pos(), clean((String) item.get(each.pos()), known));
          }
        }
      }
    }
    event.setEventId(ids.replace("event_id", event.getEventId(), true, parsed));
    for (Schema.Field each : dropped) {
      event.put(each.pos(), null);
    }
    parsed.ipAddress = null;
    parsed.userAgent = null;
    parsed.clientHints = null;
    parsed.flag(FLAG);
  }

  /** All texts of the event that are known to identify its visitor, in lower case. */
  private Set<String> identifiers(ParsedEvent parsed) {
    Set<String> known = new HashSet<>();
    for (int i = 0; i < isId.length; i++) {
      if (isId[i] && parsed.event.get(i) != null) {
        known.add(((String) parsed.event.get(i)).toLowerCase(Locale.ROOT));
      }
    }
    if (parsed.ipAddress != null) {
      known.add(parsed.ipAddress.toLowerCase(Locale.ROOT));
    }
    if (parsed.userAgent != null) {
      known.add(parsed.userAgent.toLowerCase(Locale.ROOT));
    }
    return known;
  }

  private static String clean(String text, Set<String> known) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (String id : known) {
      if (isIn(lower, id)) {
        return REDACTED;
      }
    }
    return text;
  }

  /** Whether the id is in the text; a short one only as a word of its own. */
  private static boolean isIn(String text, String id) {
    if (id.length() > MAX_SEARCHED || id.length() >= text.length()) {
      return text.equals(id);
    }
    for (int at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
      int end = at + id.length();
      if (id.length() >= LONG_ID
          || (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
              && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  /** The path without segments that are ids. */
  private static String path(String path, Set<String> known) {
    String[] segments = path.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      if (looksLikeId(segments[i]) || clean(segments[i], known).equals(REDACTED)) {
        segments[i] = REDACTED;
      }
    }
    String cleaned = String.join("/", segments);
    return clean(cleaned, known);
  }

  private static boolean looksLikeId(String segment) {
    int digits = 0;
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      digits += Character.isDigit(c) ? 1 : 0;
      if (c == '@' || c == '%' || c == ';' || c == '=') {
        return true;
      }
    }
    return digits >= DIGITS_OF_ID || digits > 0 && segment.length() >= LENGTH_OF_ID;
  }
}
