package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fields of one column: names differ between the types of events. */
  private static final int MAX_PATHS = 4;

  private static final int MAX_DEPTH = 6;

  /** Types that say only that something happened; another field says what. */
  private static final Set<String> GENERIC_TYPES =
      Set.of("track", "standard", "custom", "event", "ue", "message", "data", "insert");

  private static final List<String> ITEMS =
      List.of("items", "products", "lineitems", "lines", "cartitems", "basket", "contents");

  /** Names of the members of order lines, by the attributes of the section {@code items}. */
  private static final Map<String, List<String>> ITEM_NAMES = new LinkedHashMap<>();

  static {
    ITEM_NAMES.put("product_id", List.of("productid", "itemid", "sku", "id", "variantid"));
    ITEM_NAMES.put("price", List.of("price", "unitprice", "amount", "finallineprice"));
    ITEM_NAMES.put("quantity", List.of("quantity", "qty", "count"));
  }

  private final List<JsonNode> records = new ArrayList<>();
  private final Map<String, Field> fields = new TreeMap<>();
  private final Map<FieldPath, String> itemLists = new LinkedHashMap<>();
  private final Map<String, JsonNode> itemSamples = new TreeMap<>();
  private final Map<String, String> nameValueLists = new TreeMap<>();
  private int unreadable;

  /** Adds a sample: a record of the stream. */
  public void add(byte[] record) {
    try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(record)) {
      while (values.hasNextValue()) {
        records.add(values.nextValue());
      }
    } catch (JsonProcessingException e) {
      unreadable++;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Number of samples that are JSON. */
  public int size() {
    return records.size();
  }

  /** The mapping as YAML, for {@code --mapping}. */
  public String yaml() {
    Envelopes envelopes = new Envelopes(records);
    int number = 0;
    for (Envelopes.Sample sample : envelopes.samples()) {
      int event = number++;
      sample.kept().forEach((name, value) -> field(Envelopes.keptPath(name)).add(value, event));
      collect(sample.event(), FieldPath.EVENT, event);
    }
    Map<Columns, List<Field>> chosen = choose(number);
    StringBuilder yaml = new StringBuilder();
    line(yaml, "# A draft from " + records.size() + " records with " + number + " events.");
    line(yaml, "# Check it with ./lake try FILE --mapping THIS_FILE.");
    if (unreadable > 0) {
      line(yaml, "# " + unreadable + " records are not JSON and were ignored.");
    }
    if (!envelopes.steps().isEmpty()) {
      line(yaml, "unwrap:");
      envelopes.steps().forEach(step -> line(yaml, "  - " + step));
    }
    columns(yaml, chosen, number);
    lists(yaml);
    items(yaml);
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

  private void collect(JsonNode object, FieldPath path, int event) {
    for (Iterator<Map.Entry<String, JsonNode>> all = object.fields(); all.hasNext(); ) {
      Map.Entry<String, JsonNode> each = all.next();
      FieldPath child = path.child(each.getKey());
      JsonNode value = each.getValue();
      if (value.isObject() && child.names().size() < MAX_DEPTH) {
        collect(value, child, event);
      } else if (value.isArray() && value.path(0).isObject()) {
        collectArray(value, child, event);
      } else if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
        field(child).add(value, event);
      }
    }
  }

  private void collectArray(JsonNode array, FieldPath path, int event) {
    JsonNode first = array.path(0);
    String name = first.has("key") ? "key" : first.has("name") ? "name" : "";
    if (!name.isEmpty() && first.has("value") && first.path(name).isTextual()) {
      boolean nested = first.path("value").isObject();
      nameValueLists.put(
          path.yaml(), "{name: " + name + ", values: [" + (nested ? "value.*" : "value") + "]}");
      for (JsonNode element : array) {
        JsonNode value = element.path("value");
        if (nested) {
          for (JsonNode one : value) {
            if (one.isValueNode() && !one.isNull()) {
              field(path.child(element.path(name).asText())).add(one, event);
            }
          }
        } else if (value.isValueNode() && !value.isNull()) {
          field(path.child(element.path(name).asText())).add(value, event);
        }
      }
    } else if (ITEMS.contains(path.normalName())) {
      itemLists.put(path, path.yaml());
      first
          .fields()
          .forEachRemaining(member -> itemSamples.put(member.getKey(), member.getValue()));
    }
  }

  // ---------------------------------------------------------------- columns

  /** Each field goes to one column: the mapping permits no more. */
  private Map<Columns, List<Field>> choose(int events) {
    Map<Columns, List<Field>> chosen = new EnumMap<>(Columns.class);
    Set<Field> taken = new HashSet<>();
    for (Columns column : Columns.values()) {
      List<Field> candidates =
          fields.values().stream()
              .filter(field -> !taken.contains(field))
              .filter(field -> column.rank(field.path()) >= 0 && column.accepts(field))
              .sorted(order(column))
              .toList();
      List<Field> paths = covering(candidates, events);
      if (paths.isEmpty()) {
        paths = fallback(column, taken).map(List::of).orElse(List.of());
      }
      chosen.put(column, paths);
      taken.addAll(paths);
    }
    return chosen;
  }

  private static Comparator<Field> order(Columns column) {
    Comparator<Field> order =
        Comparator.comparingInt(
            field ->
                // A field of the envelope stands in where the event has none.
                field.path().root().equals("$") ? 0 : 1);
    if (column == Columns.EVENT_TYPE) {
      order = order.thenComparingInt(MappingDraft::vagueness);
    }
    return order
        .thenComparingInt(field -> column.rank(field.path()) + 2 * field.path().names().size())
        .thenComparing(field -> -field.values());
  }

  /** 1 if the values of a type say only that something happened. */
  private static int vagueness(Field field) {
    boolean generic =
        field.distinct().stream()
            .allMatch(value -> GENERIC_TYPES.contains(value.toLowerCase(Locale.ROOT)));
    boolean nested = field.path().names().size() > 1;
    return generic || nested ? 1 : 0;
  }

  /** The first fields that add events without a value so far. */
  private static List<Field> covering(List<Field> candidates, int events) {
    List<Field> paths = new ArrayList<>();
    Set<Integer> covered = new HashSet<>();
    for (Field field : candidates) {
      if (covered.size() < events
          && paths.size() < MAX_PATHS
          && !covered.containsAll(field.events())) {
        paths.add(field);
        covered.addAll(field.events());
      }
    }
    return paths;
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
              .max(best);
      case EVENT_TYPE ->
          fields.values().stream()
              .filter(field -> field.is(Shape.TEXT) && !taken.contains(field))
              .filter(field -> field.path().normalName().matches(".*(type|event|action|name)"))
              .filter(field -> field.distinct().size() <= Math.max(1, field.values() / 2))
              .max(best);
      default -> Optional.empty();
    };
  }

  private void columns(StringBuilder yaml, Map<Columns, List<Field>> chosen, int events) {
    line(yaml, "columns:");
    chosen.forEach(
        (column, paths) -> {
          Set<Integer> covered = new HashSet<>();
          paths.forEach(field -> covered.addAll(field.events()));
          boolean required = column == Columns.EVENT_TIME || column == Columns.EVENT_TYPE;
          if (paths.isEmpty()) {
            if (required) {
              line(yaml, "  " + column.column() + ": []   # required: no field looks like it");
            }
            return;
          }
          line(
              yaml,
              "  "
                  + column.column()
                  + ": ["
                  + String.join(", ", paths.stream().map(field -> field.path().yaml()).toList())
                  + "]"
                  + (required && covered.size() < events
                      ? "   # " + (events - covered.size()) + " events have none of these"
                      : ""));
        });
  }

  // ---------------------------------------------------------------- the rest

  private void lists(StringBuilder yaml) {
    if (!nameValueLists.isEmpty()) {
      line(yaml, "lists:");
      nameValueLists.forEach((path, list) -> line(yaml, "  " + path + ": " + list));
    }
  }

  private void items(StringBuilder yaml) {
    if (itemLists.isEmpty()) {
      return;
    }
    line(yaml, "items:");
    line(yaml, "  paths: [" + String.join(", ", new LinkedHashSet<>(itemLists.values())) + "]");
    ITEM_NAMES.forEach(
        (attribute, names) -> {
          List<String> members =
              itemSamples.keySet().stream()
                  .filter(member -> names.contains(FieldPath.normal(member)))
                  .filter(member -> itemSamples.get(member).isValueNode())
                  .sorted(Comparator.comparingInt(m -> names.indexOf(FieldPath.normal(m))))
                  .toList();
          line(
              yaml,
              "  "
                  + attribute
                  + ": "
                  + (members.isEmpty() ? "[]   # no member looks like it" : members));
        });
  }

  /** Fields that look like values of columns and were not taken. */
  private void undecided(StringBuilder yaml, Map<Columns, List<Field>> chosen) {
    Set<Field> taken = new HashSet<>();
    chosen.values().forEach(taken::addAll);
    List<String> lines = new ArrayList<>();
    for (Field field : fields.values()) {
      if (!taken.contains(field)) {
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
