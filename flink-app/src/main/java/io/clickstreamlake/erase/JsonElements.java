package io.clickstreamlake.erase;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The elements of the arrays in a JSON value, by the path of their array. Which array holds the
 * events is not known here: each path that has as many elements as there are events is tried.
 *
 * <pre>
 *   {"sent":…,"batch":[{…},{…},{…}],"tags":["a"]}      $.batch[] has 3 elements, $.tags[] has 1
 * </pre>
 */
final class JsonElements {

  private static final JsonFactory FORMAT =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  /** Paths that are tried: usually there is one with that many elements. */
  private static final int MAX_CANDIDATES = 4;

  private static final int CONFLUENT_HEADER_BYTES = 5;
  private static final int GLUE_HEADER_BYTES = 18;

  /** An element from start to end, of an array that is identified by a number. */
  private static final class Element {
    private final int array;
    private final int start;
    private final int end;

    private Element(int array, int start, int end) {
      this.array = array;
      this.start = start;
      this.end = end;
    }
  }

  private final Map<String, List<Element>> byPath = new LinkedHashMap<>();
  private final int base;
  private int arrays;

  private JsonElements(byte[] record) throws IOException {
    base = start(record);
    try (JsonParser json = FORMAT.createParser(record, base, record.length - base)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        walk(json, token, "$");
      }
    }
  }

  /** After the header of a schema registry, if there is one. */
  private static int start(byte[] record) {
    int header =
        record.length == 0
            ? 0
            : record[0] == 0 ? CONFLUENT_HEADER_BYTES : record[0] == 3 ? GLUE_HEADER_BYTES : 0;
    return header < record.length ? header : 0;
  }

  private void walk(JsonParser json, JsonToken token, String path) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        walk(json, json.nextToken(), path + "." + name);
      }
    } else if (token == JsonToken.START_ARRAY) {
      int array = arrays++;
      String elements = path + "[]";
      for (JsonToken next = json.nextToken();
          next != JsonToken.END_ARRAY;
          next = json.nextToken()) {
        int start = base + (int) json.currentTokenLocation().getByteOffset();
        walk(json, next, elements);
        json.finishToken();
        int end = base + (int) json.currentLocation().getByteOffset();
        byPath
            .computeIfAbsent(elements, key -> new ArrayList<>())
            .add(new Element(array, start, end));
      }
    }
  }

  /**
   * Cuts elements out of a record.
   *
   * @param cut for each event of the record, in order, whether it is cut
   * @return what may be left: the one, if any, that has the right events is the result
   */
  static List<byte[]> cut(byte[] record, List<Boolean> cut) throws IOException {
    List<byte[]> candidates = new ArrayList<>();
    try {
      for (List<Element> elements : new JsonElements(record).byPath.values()) {
        if (elements.size() == cut.size() && candidates.size() < MAX_CANDIDATES) {
          candidates.add(without(record, elements, cut));
        }
      }
    } catch (JsonProcessingException e) {
      return List.of();
    }
    return candidates;
  }

  private static byte[] without(byte[] record, List<Element> elements, List<Boolean> cut) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream(record.length);
    int at = 0;
    int array = -1;
    boolean isFirst = true;
    for (int i = 0; i < elements.size(); i++) {
      Element element = elements.get(i);
      if (element.array != array) {
        rest.write(record, at, element.start - at);
        at = element.start;
        array = element.array;
        isFirst = true;
      }
      // A comma belongs to the element after it.
      int from = isFirst ? element.start : at;
      if (!cut.get(i)) {
        rest.write(record, from, element.end - from);
        isFirst = false;
      }
      at = element.end;
    }
    rest.write(record, at, record.length - at);
    return rest.toByteArray();
  }
}
