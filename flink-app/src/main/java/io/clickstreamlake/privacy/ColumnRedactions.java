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
 * What becomes of the texts of each column, from the contract: every column that holds text says in
 * its attribute {@code redact} what the text means ({@link RedactionKind}). One without is refused,
 * so no text reaches the lake because somebody forgot it.
 */
final class ColumnRedactions {

  /** Takes personal data out of a value that is not null; null if nothing of it may stay. */
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
   * @param actions what the settings say of single columns, instead of the contract
   * @param ids what becomes of an id with personal data in it
   * @param problems takes what the contract does not say
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

  /**
   * The step for values of this type, or null if they hold no text, or none that may be personal.
   */
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
    Verdict verdict = redaction.verdict(name);
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
            ? new FoundText(name, verdict, redaction)
            : (value, event) -> redaction.text((String) value, name, verdict, false);
      case URL:
        return (value, event) -> redaction.url((String) value, name, verdict);
      default:
        return new FoundText(name, verdict, redaction);
    }
  }

  /**
   * Texts that enrichments find: names of browsers, countries and sites, which are a few objects
   * that come again and again, and parts of the event's URLs, which were looked through before.
   */
  private static final class FoundText implements Step {

    private static final int KEPT = 16;

    /** Names of browsers and places are shorter. */
    private static final int SHORT = 40;

    private final String name;
    private final Verdict verdict;
    private final Redaction redaction;

    /** Objects without personal data, by the last bits of their hash. */
    private final String[] clean = new String[KEPT];

    FoundText(String name, Verdict verdict, Redaction redaction) {
      this.name = name;
      this.verdict = verdict;
      this.redaction = redaction;
    }

    @Override
    public Object redact(Object value, ParsedEvent event) {
      String text = (String) value;
      if (text.length() > SHORT) {
        return whole(text);
      }
      int place = text.hashCode() & (KEPT - 1);
      if (clean[place] == text) {
        return text;
      }
      Object redacted = whole(text);
      if (redacted == text) {
        clean[place] = text;
      }
      return redacted;
    }

    private Object whole(String text) {
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
      problems.add(place + ": a map of other values than texts is not looked through");
    }
    return kind == RedactionKind.NONE
        ? null
        : (value, event) -> redaction.properties((Map<String, String>) value);
  }

  /** The list itself if nothing in it changed. */
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
                  ? " holds text and does not say what it means"
                  : ": '" + declared + "' is no meaning of a text")
              + "; set \"redact\" to one of "
              + RedactionKind.all());
      return RedactionKind.TEXT;
    }
    if (kind == RedactionKind.NONE && ColumnTypes.isFilledByProducers(column)) {
      problems.add(
          "click_event.avsc, column "
              + place
              + ": \"redact\" is none, but \"filledBy\" says that a producer's text can get there");
    }
    return kind;
  }
}
