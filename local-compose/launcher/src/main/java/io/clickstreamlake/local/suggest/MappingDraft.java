package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A draft of a mapping. Each column takes the fields whose names trackers use for it and whose
 * values look like it; what could not be decided is in comments.
 */
public final class MappingDraft {

  /** Fields of one column: names differ between the types of events. */
  private static final int MAX_PATHS = 4;

  private static final int MAX_DEPTH = 6;

  /** Names of the event itself precede those in objects in it. */
  private static final int DEEP = 100;

  /** How Mixpanel marks an id that is of a device. */
  private static final String DEVICE = "$device:";

  /** Types that say only that something happened; another field says what. */
  private static final Set<String> GENERIC_TYPES =
      Set.of(
          "track",
          "standard",
          "custom",
          "dom",
          "advanced_dom",
          "event",
          "identify",
          "ue",
          "message",
          "data",
          "insert",
          "custom_event",
          "commerce_event");

  private final SampleRecords records = new SampleRecords();
  private final Map<String, Field> fields = new TreeMap<>();
  private final OrderLines orderLines = new OrderLines();
  private final NameValueLists nameValueLists = new NameValueLists();
  private int events;

  /** Adds a sample: a record of the stream. */
  public void add(byte[] record) {
    records.add(record);
  }

  /** Number of JSON values in the samples. */
  public int size() {
    return records.values().size();
  }

  /** The mapping as YAML, for {@code --mapping}. */
  public String yaml() {
    Envelopes envelopes = new Envelopes(records.values(), records.steps());
    collect(envelopes.samples());
    Map<Columns, List<Field>> chosen = choose();
    StringBuilder yaml = new StringBuilder();
    line(yaml, "# A draft from " + size() + " records with " + events + " events.");
    line(yaml, "# Check it with ./lake try FILE --mapping THIS_FILE.");
    if (records.unreadable() > 0) {
      line(yaml, "# " + records.unreadable() + " records are not JSON and were ignored.");
    }
    if (!envelopes.steps().isEmpty()) {
      line(yaml, "unwrap:");
      envelopes.steps().forEach(step -> line(yaml, "  - " + step));
    }
    columns(yaml, chosen);
    defaults(yaml, chosen);
    new Times(chosen.get(Columns.EVENT_TIME), sentTimes(), events)
        .yaml()
        .forEach(text -> line(yaml, text));
    nameValueLists.yaml().forEach(text -> line(yaml, text));
    orderLines.yaml().forEach(text -> line(yaml, text));
    undecided(yaml, chosen);
    return yaml.toString();
  }

  private static void line(StringBuilder yaml, String text) {
    yaml.append(text).append('\n');
  }

  // ---------------------------------------------------------------- fields

  private Field field(FieldPath path) {
    return fields.computeIfAbsent(path.text(), text -> new Field(path));
  }

  private void collect(List<Envelopes.Sample> samples) {
    for (Envelopes.Sample sample : samples) {
      int event = events++;
      sample.kept().forEach((name, value) -> collectValue(value, Envelopes.keptPath(name), event));
      collect(sample.event(), FieldPath.EVENT, event);
    }
  }

  private void collect(JsonNode object, FieldPath path, int event) {
    for (Iterator<Map.Entry<String, JsonNode>> all = object.fields(); all.hasNext(); ) {
      Map.Entry<String, JsonNode> each = all.next();
      collectValue(each.getValue(), path.child(each.getKey()), event);
    }
  }

  private void collectValue(JsonNode value, FieldPath path, int event) {
    if (value.isObject() && path.names().size() < MAX_DEPTH) {
      collect(value, path, event);
    } else if (NameValueLists.isOne(value)) {
      nameValueLists.add(path, value, (child, one) -> field(child).add(one, event));
    } else if (value.isArray() && value.path(0).isObject()) {
      if (OrderLines.areIn(path) || OrderLines.isLine(value.path(0))) {
        orderLines.add(path, value);
      }
    } else if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
      field(path).add(value, event);
    }
  }

  // ---------------------------------------------------------------- columns

  /** Each field goes to one column: the mapping permits no more. */
  private Map<Columns, List<Field>> choose() {
    Map<Columns, List<Field>> chosen = new EnumMap<>(Columns.class);
    Set<Field> taken = new HashSet<>();
    for (Columns column : Columns.values()) {
      List<Field> candidates =
          fields.values().stream()
              .filter(field -> !taken.contains(field))
              .filter(field -> column.rank(field.path()) >= 0 && column.accepts(field))
              .sorted(order(column))
              .toList();
      List<Field> paths = covering(column, candidates);
      if (paths.isEmpty()) {
        paths = fallback(column, taken).map(List::of).orElse(List.of());
      }
      chosen.put(column, paths);
      taken.addAll(paths);
    }
    return chosen;
  }

  private static Comparator<Field> order(Columns column) {
    // A field of the envelope stands in where the event has none.
    Comparator<Field> order =
        Comparator.<Field>comparingInt(field -> field.path().root().equals("$") ? 0 : 1)
            .thenComparingInt(field -> column.isNamedSo(field.path()) ? 0 : 1);
    if (column == Columns.EVENT_TYPE) {
      order = order.thenComparingInt(MappingDraft::vagueness);
    }
    if (column == Columns.EVENT_TIME) {
      order = order.thenComparingInt(field -> Columns.isOfTheTransport(field.path()) ? 1 : 0);
    }
    int perObject = column.isOfTheEvent() ? DEEP : 2;
    return order
        .thenComparingInt(field -> column.rank(field.path()) + perObject * field.path().depth())
        .thenComparing(field -> -field.values());
  }

  /** 0 if the values of a type say what happened, 1 if a nested field does, 2 if none does. */
  private static int vagueness(Field field) {
    boolean generic =
        field.distinct().stream()
            .allMatch(value -> GENERIC_TYPES.contains(value.toLowerCase(Locale.ROOT)));
    return generic ? 2 : field.path().depth() > 1 ? 1 : 0;
  }

  /** The first fields that add events without a value so far. */
  private List<Field> covering(Columns column, List<Field> candidates) {
    List<Field> paths = new ArrayList<>();
    Set<Integer> covered = new HashSet<>();
    for (Field field : candidates) {
      Set<Integer> filled = filledBy(field, column);
      if (covered.size() < events && paths.size() < MAX_PATHS && !covered.containsAll(filled)) {
        paths.add(field);
        covered.addAll(filled);
      }
    }
    return paths;
  }

  private static Set<Integer> filledBy(Field field, Columns column) {
    return column == Columns.EVENT_TIME ? field.timedEvents() : field.events();
  }

  /** A required column without a field of a known name takes one with fitting values. */
  private Optional<Field> fallback(Columns column, Set<Field> taken) {
    Comparator<Field> best =
        Comparator.<Field>comparingInt(Field::values)
            .thenComparing(field -> -field.path().names().size());
    return switch (column) {
      case EVENT_TIME ->
          fields.values().stream()
              .filter(field -> field.is(Shape.TIME) && !taken.contains(field))
              .filter(field -> !Columns.isOfSomethingElse(field.path()))
              .max(best);
      case EVENT_TYPE ->
          fields.values().stream()
              .filter(field -> field.is(Shape.TEXT) && !taken.contains(field))
              .filter(field -> !Columns.isOfSomethingElse(field.path()))
              .filter(field -> field.path().normalName().matches(".*(type|event|action|name)"))
              .filter(field -> field.distinct().size() <= Math.max(1, field.values() / 2))
              .max(best);
      default -> Optional.empty();
    };
  }

  private void columns(StringBuilder yaml, Map<Columns, List<Field>> chosen) {
    line(yaml, "columns:");
    chosen.forEach(
        (column, paths) -> {
          if (!paths.isEmpty()) {
            line(
                yaml, "  " + column.column() + ": " + entries(column, paths) + note(column, paths));
          } else if (column == Columns.EVENT_TYPE) {
            line(
                yaml,
                "  event_type: [{value: "
                    + (covers(chosen.get(Columns.PAGE_URL)) ? "page_view" : "event")
                    + "}]   # no field looks like it, so all are the same");
          }
        });
  }

  private static String entries(Columns column, List<Field> paths) {
    return "["
        + String.join(", ", paths.stream().map(field -> entry(column, field)).toList())
        + "]";
  }

  /** A path, with what makes a value none, or one. */
  private static String entry(Columns column, Field field) {
    String path = field.path().yaml();
    if (column == Columns.EVENT_TIME && field.hasPlaceholders()) {
      return "{path: " + path + ", translate: {\"0\": null, \"-1\": null}}";
    }
    if (column == Columns.SESSION_ID && field.isNumberedFromZero()) {
      return "{path: " + path + ", placeholders: keep}";
    }
    if (column == Columns.EVENT_TYPE && path.equals("$envelope.type")) {
      return "{path: " + path + ", split: {by: ., take: -1}}";
    }
    boolean hasDevices = field.distinct().stream().anyMatch(id -> id.startsWith(DEVICE));
    return column == Columns.USER_ID && hasDevices
        ? "{path: " + path + ", translate: {\"" + DEVICE + "*\": null}}"
        : path;
  }

  private String note(Columns column, List<Field> paths) {
    int without = events - covered(paths).size();
    return column == Columns.EVENT_TYPE && without > 0
        ? "   # " + without + " events have none of these"
        : "";
  }

  private static Set<Integer> covered(List<Field> paths) {
    Set<Integer> covered = new HashSet<>();
    paths.forEach(field -> covered.addAll(field.events()));
    return covered;
  }

  private boolean covers(List<Field> paths) {
    return covered(paths).size() == events;
  }

  /** Small trackers send a page without a type. */
  private void defaults(StringBuilder yaml, Map<Columns, List<Field>> chosen) {
    List<Field> types = chosen.get(Columns.EVENT_TYPE);
    Set<Integer> without = covered(types);
    for (Field page : chosen.get(Columns.PAGE_URL)) {
      if (!types.isEmpty() && !covers(types) && !without.containsAll(page.events())) {
        line(yaml, "defaults:");
        line(yaml, "  event_type: {value: page_view, when: " + page.path().yaml() + "}");
        return;
      }
    }
  }

  // ---------------------------------------------------------------- the rest

  private List<Field> sentTimes() {
    return fields.values().stream()
        .filter(field -> Columns.isSentTime(field.path()) && field.is(Shape.TIME))
        .toList();
  }

  /** Fields that look like values of columns and were not taken. */
  private void undecided(StringBuilder yaml, Map<Columns, List<Field>> chosen) {
    Set<Field> taken = new HashSet<>();
    chosen.values().forEach(taken::addAll);
    List<String> lines = new ArrayList<>();
    for (Field field : fields.values()) {
      if (!taken.contains(field) && !Columns.isSentTime(field.path())) {
        for (Shape shape : List.of(Shape.TIME, Shape.URL, Shape.IP_ADDRESS, Shape.USER_AGENT)) {
          if (field.is(shape)) {
            lines.add(
                "#   "
                    + field.path().text()
                    + "   "
                    + shape.name().toLowerCase(Locale.ROOT).replace('_', ' '));
          }
        }
      }
    }
    if (!lines.isEmpty()) {
      line(yaml, "# Not decided; these stay properties:");
      lines.forEach(text -> line(yaml, text));
    }
  }
}
