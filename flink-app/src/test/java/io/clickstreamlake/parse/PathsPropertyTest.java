package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Paths select what RFC 9535 says: compared with a judge that evaluates each path alone on a tree
 * of the whole event. The values that no path selects are all in properties.
 */
class PathsPropertyTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES = List.of("a", "b", "k", "$x", "a.b");

  /** One step of a random path, as text and as the judge evaluates it. */
  private record Step(String text, String name, Integer index, boolean any, String key) {

    List<JsonNode> from(JsonNode node) {
      List<JsonNode> found = new ArrayList<>();
      if (name != null && node.isObject() && node.has(name)) {
        found.add(node.get(name));
      } else if (index != null && node.isArray()) {
        int at = index < 0 ? node.size() + index : index;
        if (at >= 0 && at < node.size()) {
          found.add(node.get(at));
        }
      } else if (any) {
        node.forEach(found::add);
      } else if (key != null && node.isArray()) {
        node.forEach(
            element -> {
              if (element.path("k").isTextual() && element.path("k").asText().equals(key)) {
                found.add(element);
              }
            });
      }
      return found;
    }
  }

  @Property(tries = 500)
  void givenAnyEventAndPathsWhenReadThenEachColumnHasTheFirstValueOfItsPath(@ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    List<List<Step>> paths = new ArrayList<>();
    StringBuilder mapping =
        new StringBuilder("columns: {event_type: [{value: v}]}\ntime: {absent: arrival}\n");
    mapping.append("custom_columns:\n");
    for (int i = 0; i < 4; i++) {
      List<Step> path = path(random);
      paths.add(path);
      mapping.append("  - {name: c").append(i).append(", type: string, paths: [\"");
      mapping.append(text(path)).append("\"]}\n");
    }
    for (int n = 0; n < 3; n++) {
      ObjectNode event = JSON.createObjectNode();
      NAMES.forEach(
          name -> {
            if (random.nextInt(4) > 0) {
              event.set(name, value(random, 3));
            }
          });

      ParsedRecord result =
          ParsedRecord.of(JSON.writeValueAsBytes(event), MappedRecord.reader(mapping.toString()));

      assertThat(result.rejected).as("%s of %s", mapping, event).isEmpty();
      check(event, paths, result.events.get(0));
    }
  }

  private static void check(JsonNode event, List<List<Step>> paths, ParsedEvent read) {
    for (int i = 0; i < paths.size(); i++) {
      assertThat(custom(read, i))
          .as("%s of %s", text(paths.get(i)), event)
          .isEqualTo(first(event, paths.get(i)));
    }
    Map<String, Integer> sent = new TreeMap<>();
    scalars(event, sent);
    Map<String, Integer> kept = new TreeMap<>();
    for (int i = 0; i < paths.size(); i++) {
      if (custom(read, i) != null) {
        kept.merge(custom(read, i), 1, Integer::sum);
      }
    }
    if (read.event.getProperties() != null) {
      for (String property : read.event.getProperties().values()) {
        if (property.startsWith("[")) {
          scalars(parsed(property), kept);
        } else {
          kept.merge(property, 1, Integer::sum);
        }
      }
    }
    assertThat(kept.keySet()).as("values of %s", event).isEqualTo(sent.keySet());
  }

  private static String custom(ParsedEvent read, int i) {
    return (String) read.event.get(EventColumns.CONTRACT.size() + i);
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static void scalars(JsonNode node, Map<String, Integer> into) {
    if (node.isContainerNode()) {
      node.forEach(child -> scalars(child, into));
    } else if (!node.isNull()) {
      into.merge(node.asText(), 1, Integer::sum);
    }
  }

  private static String first(JsonNode event, List<Step> path) {
    List<JsonNode> nodes = List.of(event);
    for (Step step : path) {
      List<JsonNode> next = new ArrayList<>();
      nodes.forEach(node -> next.addAll(step.from(node)));
      nodes = next;
    }
    return nodes.stream()
        .filter(node -> node.isValueNode() && !node.isNull())
        .map(JsonNode::asText)
        .findFirst()
        .orElse(null);
  }

  private static String text(List<Step> path) {
    StringBuilder text = new StringBuilder("$");
    path.forEach(step -> text.append(step.text));
    return text.toString();
  }

  private static List<Step> path(Random random) {
    List<Step> path = new ArrayList<>();
    String first = NAMES.get(random.nextInt(NAMES.size()));
    path.add(new Step("['" + first + "']", first, null, false, null));
    for (int n = random.nextInt(4); n > 0; n--) {
      int index = random.nextInt(5) - 2;
      String name = NAMES.get(random.nextInt(NAMES.size()));
      String key = "k" + random.nextInt(3);
      path.add(
          switch (random.nextInt(5)) {
            case 0 -> new Step("[" + index + "]", null, index, false, null);
            case 1 -> new Step("[*]", null, null, true, null);
            case 2 -> new Step("[?@.k=='" + key + "']", null, null, false, key);
            default -> new Step("['" + name + "']", name, null, false, null);
          });
    }
    return path;
  }

  private static JsonNode value(Random random, int depth) {
    int kind = random.nextInt(depth == 0 ? 3 : 8);
    if (kind < 3) {
      return random.nextInt(8) == 0
          ? JSON.nullNode()
          : JSON.getNodeFactory().textNode("v" + random.nextInt(1_000_000));
    }
    if (kind < 6) {
      ArrayNode array = JSON.createArrayNode();
      for (int n = random.nextInt(4); n > 0; n--) {
        array.add(value(random, depth - 1));
      }
      return array;
    }
    ObjectNode object = JSON.createObjectNode();
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        object.set(name, value(random, depth - 1));
      }
    }
    if (random.nextBoolean()) {
      object.put("k", "k" + random.nextInt(3));
    }
    return object;
  }
}
