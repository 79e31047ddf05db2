package io.clickstreamlake.privacy;

import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.privacy.SensitiveNames.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * The redaction steps of all columns, derived from the contract. Every column that holds text must
 * declare the meaning of its text in the attribute {@code redact} ({@link RedactionKind}). A column
 * without it is refused, so no text reaches the lake unredacted by omission. Not thread-safe.
 */
final class ColumnRedactions {

  /** Removes personal data from a non-null value; returns null if nothing of it may stay. */
  interface Step {
    Object redact(Object value, ParsedEvent event);
  }

  private final Redaction redaction;
  private final int[] positions;
  private final Step[] steps;

  private ColumnRedactions(Redaction redaction, List<Integer> positions, List<Step> steps) {
    this.redaction = redaction;
    this.positions = positions.stream().mapToInt(Integer::intValue).toArray();
    this.steps = steps.toArray(new Step[0]);
  }

  /**
   * @param actions actions per column from the settings; they override the contract
   * @param ids replaces ids that hold personal data
   * @param problems receives what is missing or wrong in the contract
   */
  static ColumnRedactions of(
      Schema contract,
      Redaction redaction,
      Map<String, FieldAction> actions,
      PersonalIds ids,
      ValidationErrors problems) {
    List<Integer> positions = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (Schema.Field column : contract.getFields()) {
      Step declared = step(column.name(), column, column.schema(), redaction, ids, problems);
      FieldAction action = actions.get(column.name());
      Step step = action == null ? declared : (value, event) -> action.apply((String) value);
      if (step != null) {
        positions.add(column.pos());
        steps.add(step);
      }
    }
    return new ColumnRedactions(redaction, positions, steps);
  }

  /** Redacts the texts of an event in place. */
  void apply(ParsedEvent event) {
    redaction.nextEvent();
    apply(event.event, event);
  }

  private void apply(IndexedRecord record, ParsedEvent event) {
    for (int i = 0; i < steps.length; i++) {
      Object value = record.get(positions[i]);
      if (value != null) {
        Object redacted = steps[i].redact(value, event);
        if (redacted != value) {
          record.put(positions[i], redacted);
        }
      }
    }
  }

  /** The step for values of this type, or null if they hold no text or no text of a producer. */
  private static Step step(
      String place,
      Schema.Field column,
      Schema declared,
      Redaction redaction,
      PersonalIds ids,
      ValidationErrors problems) {
    Schema type = ColumnTypes.withoutNull(declared);
    switch (type.getType()) {
      case STRING:
        boolean required = declared.getType() != Schema.Type.UNION;
        return text(kind(place, column, problems), column, required, redaction, ids);
      case MAP:
        return map(place, column, type, redaction, problems);
      case ARRAY:
        Step element = step(place, column, type.getElementType(), redaction, ids, problems);
        return element == null ? null : (value, event) -> elements((List<?>) value, element, event);
      case RECORD:
        return record(place, type, redaction, ids, problems);
      default:
        // The values of boolean columns tell nothing about a person.
        if (type.getType() != Schema.Type.BOOLEAN
            && !ColumnTypes.sources(column).isEmpty()
            && redaction.verdict(column).sensitive) {
          problems.add(
              "the custom column "
                  + place
                  + ": its values are personal data by its name or the names of its paths"
                  + " (privacy.redact-keys), and only type string can be redacted; use that type");
        }
        return null;
    }
  }

  private static Step text(
      RedactionKind kind,
      Schema.Field column,
      boolean required,
      Redaction redaction,
      PersonalIds ids) {
    String name = column.name();
    Verdict verdict = redaction.verdict(column);
    switch (kind) {
      case NONE:
        return null;
      case ID:
        return (value, event) -> {
          String id = (String) value;
          String redacted = redaction.text(id, name, verdict, false);
          return redacted == id ? id : ids.replace(name, id, required, event);
        };
      case TEXT:
        return ColumnTypes.isFilledByEnrichments(column)
            ? new EnrichedText(name, verdict, redaction)
            : (value, event) -> redaction.text((String) value, name, verdict, false);
      case URL:
        return (value, event) -> redaction.url((String) value, name, verdict);
      default:
        return new EnrichedText(name, verdict, redaction);
    }
  }

  /**
   * The step for texts from enrichments. These are names of browsers, countries and sites, which
   * are few recurring objects, and parts of the event's URLs, which were already searched.
   */
  private static final class EnrichedText implements Step {

    private static final int CACHE_SIZE = 16;

    /** Names of browsers and places are shorter. */
    private static final int MAX_CACHED_LENGTH = 40;

    private final String name;
    private final Verdict verdict;
    private final Redaction redaction;

    /** Strings without personal data, by the low bits of their hash. */
    private final String[] clean = new String[CACHE_SIZE];

    EnrichedText(String name, Verdict verdict, Redaction redaction) {
      this.name = name;
      this.verdict = verdict;
      this.redaction = redaction;
    }

    @Override
    public Object redact(Object value, ParsedEvent event) {
      String text = (String) value;
      if (text.length() > MAX_CACHED_LENGTH) {
        return redactUncached(text);
      }
      int slot = text.hashCode() & (CACHE_SIZE - 1);
      if (clean[slot] == text) {
        return text;
      }
      Object redacted = redactUncached(text);
      if (redacted == text) {
        clean[slot] = text;
      }
      return redacted;
    }

    private Object redactUncached(String text) {
      return redaction.isInCleanUrl(text) ? text : redaction.text(text, name, verdict, true);
    }
  }

  @SuppressWarnings("unchecked")
  private static Step map(
      String place,
      Schema.Field column,
      Schema type,
      Redaction redaction,
      ValidationErrors problems) {
    RedactionKind kind = kind(place, column, problems);
    if (type.getValueType().getType() != Schema.Type.STRING) {
      problems.add(place + ": only maps with text values can be redacted");
    }
    return kind == RedactionKind.NONE
        ? null
        : (value, event) -> redaction.properties((Map<String, String>) value);
  }

  /** Redacts the elements of a list. Returns the same list if nothing changed. */
  private static List<?> elements(List<?> values, Step step, ParsedEvent event) {
    List<Object> redacted = null;
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      Object clean = value == null ? null : step.redact(value, event);
      if (clean != value && redacted == null) {
        redacted = new ArrayList<>(values);
      }
      if (redacted != null) {
        redacted.set(i, clean);
      }
    }
    return redacted == null ? values : redacted;
  }

  private static Step record(
      String place, Schema type, Redaction redaction, PersonalIds ids, ValidationErrors problems) {
    List<Integer> positions = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (Schema.Field field : type.getFields()) {
      String name = place + "." + field.name();
      Step step = step(name, field, field.schema(), redaction, ids, problems);
      if (step != null) {
        positions.add(field.pos());
        steps.add(step);
      }
    }
    if (steps.isEmpty()) {
      return null;
    }
    ColumnRedactions fields = new ColumnRedactions(redaction, positions, steps);
    return (value, event) -> {
      fields.apply((IndexedRecord) value, event);
      return value;
    };
  }

  private static RedactionKind kind(String place, Schema.Field column, ValidationErrors problems) {
    String declared = column.getProp("redact");
    RedactionKind kind = RedactionKind.of(declared);
    if (kind == null) {
      problems.add(
          "click_event.avsc, column "
              + place
              + (declared == null
                  ? " holds text but has no \"redact\""
                  : ": '" + declared + "' is not a value of \"redact\"")
              + "; set \"redact\" to one of "
              + RedactionKind.all());
      return RedactionKind.TEXT;
    }
    if (kind == RedactionKind.NONE && ColumnTypes.isFilledByProducers(column)) {
      problems.add(
          "click_event.avsc, column "
              + place
              + ": \"redact\" is none, but \"filledBy\" is missing or includes producer");
    }
    return kind;
  }
}
