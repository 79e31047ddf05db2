package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * The way from the sample records to their events, as steps of a mapping: fields that hold encoded
 * JSON are decoded, and events are taken out of the objects around them.
 */
final class Envelopes {

  /** Envelopes of envelopes. */
  private static final int MAX_STEPS = 4;

  /** Objects in which an event is looked for. */
  private static final int MAX_DEPTH = 3;

  /** Maximum number of fields that all events of an envelope get. */
  private static final int MAX_KEPT = 12;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String ENVELOPE = "$envelope";

  /**
   * An event with the kept values of the objects around it.
   *
   * @param kept by name
   */
  record Sample(JsonNode event, Map<String, JsonNode> kept) {}

  private final List<String> steps = new ArrayList<>();
  private List<Sample> samples;

  /**
   * @param records of the samples
   */
  Envelopes(List<JsonNode> records) {
    samples = new ArrayList<>();
    records.forEach(record -> addAll(record, Map.of(), samples));
    int added = -1;
    while (added != steps.size() && steps.size() < MAX_STEPS) {
      added = steps.size();
      decode();
      takeOut();
    }
  }

  /** The steps, each as an entry of the section {@code unwrap}. */
  List<String> steps() {
    return steps;
  }

  List<Sample> samples() {
    return samples;
  }

  static FieldPath keptPath(String name) {
    return new FieldPath(ENVELOPE, List.of(name));
  }

  /** An array is a list of events, as for the job. */
  private static void addAll(JsonNode value, Map<String, JsonNode> kept, List<Sample> samples) {
    if (value.isArray()) {
      value.forEach(element -> addAll(element, kept, samples));
    } else if (value.isObject()) {
      samples.add(new Sample(value, kept));
    }
  }

  // ---------------------------------------------------------------- encoded fields

  private void decode() {
    Map<String, FieldPath> paths = new TreeMap<>();
    Map<String, Integer> present = new TreeMap<>();
    Map<String, String> codecs = new TreeMap<>();
    Map<String, Integer> decoded = new TreeMap<>();
    for (Sample sample : samples) {
      texts(
          sample.event(),
          FieldPath.EVENT,
          (path, text) -> {
            present.merge(path.text(), 1, Integer::sum);
            codec(text)
                .ifPresent(
                    codec -> {
                      paths.put(path.text(), path);
                      codecs.put(path.text(), codec);
                      decoded.merge(path.text(), 1, Integer::sum);
                    });
          });
    }
    decoded.forEach(
        (text, count) -> {
          if (count * 10 >= present.get(text) * 9) {
            FieldPath path = paths.get(text);
            samples.forEach(sample -> replace(sample.event(), path));
            steps.add("{at: " + path.yaml() + ", decode: " + codecs.get(text) + "}");
          }
        });
  }

  private interface TextVisitor {
    void text(FieldPath path, String text);
  }

  private static void texts(JsonNode object, FieldPath path, TextVisitor visitor) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      FieldPath child = path.child(field.getKey());
      if (field.getValue().isTextual()) {
        visitor.text(child, field.getValue().asText());
      } else if (field.getValue().isObject() && child.names().size() < MAX_DEPTH) {
        texts(field.getValue(), child, visitor);
      }
    }
  }

  /** How a text encodes a JSON object or an array of objects, in the words of a mapping. */
  private static Optional<String> codec(String text) {
    if (json(text).isPresent()) {
      return Optional.of("json");
    }
    Optional<byte[]> bytes = base64(text);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    boolean gzip = isGzip(bytes.get());
    return unzipped(bytes.get())
        .flatMap(Envelopes::json)
        .map(any -> gzip ? "[base64, gzip, json]" : "[base64, json]");
  }

  private static Optional<JsonNode> decoded(String text) {
    return json(text).or(() -> base64(text).flatMap(Envelopes::unzipped).flatMap(Envelopes::json));
  }

  private static Optional<JsonNode> json(String text) {
    String trimmed = text.trim();
    if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) {
      return Optional.empty();
    }
    try {
      JsonNode value = JSON.readTree(trimmed);
      boolean objects = value.isObject() || value.isArray() && value.path(0).isObject();
      return Optional.of(value).filter(any -> objects);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> base64(String text) {
    if (text.length() < 8 || !text.matches("[A-Za-z0-9+/_-]+={0,2}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getMimeDecoder().decode(text.replace('-', '+').replace('_', '/')));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
  }

  private static Optional<String> unzipped(byte[] bytes) {
    try {
      byte[] text =
          isGzip(bytes)
              ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes()
              : bytes;
      return Optional.of(new String(text, java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void replace(JsonNode object, FieldPath path) {
    JsonNode parent = object;
    for (String name : path.names().subList(0, path.names().size() - 1)) {
      parent = parent.path(name);
    }
    if (parent instanceof ObjectNode holder && holder.path(path.name()).isTextual()) {
      decoded(holder.path(path.name()).asText()).ifPresent(value -> holder.set(path.name(), value));
    }
  }

  // ---------------------------------------------------------------- events in objects

  /** How much an object looks like an event. */
  private enum Likeness {
    NONE,
    /** It has a field that may be a type, in an array of such objects. */
    TYPE,
    /** It has a type and a time. */
    EVENT
  }

  private void takeOut() {
    long events = samples.stream().filter(s -> likeness(s.event()) == Likeness.EVENT).count();
    if (events * 2 > samples.size()) {
      return;
    }
    Map<String, FieldPath> places = new LinkedHashMap<>();
    Map<String, Integer> scores = new TreeMap<>();
    for (Sample sample : samples) {
      places(sample.event(), FieldPath.EVENT, places, scores);
    }
    Optional<String> best =
        scores.entrySet().stream()
            .max(
                Map.Entry.<String, Integer>comparingByValue()
                    .thenComparing(entry -> -entry.getKey().length()))
            .map(Map.Entry::getKey);
    best.map(places::get).ifPresent(this::takeOut);
  }

  private static void places(
      JsonNode object, FieldPath path, Map<String, FieldPath> places, Map<String, Integer> scores) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode value = field.getValue();
      FieldPath child = path.child(field.getKey());
      JsonNode first = value.isArray() ? value.path(0) : value;
      if (!first.isObject()) {
        continue;
      }
      Likeness likeness = likeness(first);
      int score =
          likeness == Likeness.EVENT ? 10 : likeness == Likeness.TYPE && value.isArray() ? 1 : 0;
      if (score > 0) {
        places.put(child.text(), child);
        scores.merge(child.text(), score, Integer::sum);
      }
      if (value.isObject() && child.names().size() < MAX_DEPTH) {
        places(value, child, places, scores);
      }
    }
  }

  private static Likeness likeness(JsonNode object) {
    boolean type = false;
    boolean time = false;
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode value = field.getValue();
      if (!value.isValueNode() || value.isNull()) {
        continue;
      }
      FieldPath path = FieldPath.EVENT.child(field.getKey());
      type |= value.isTextual() && Columns.EVENT_TYPE.rank(path) >= 0;
      time |= Shape.of(value) == Shape.TIME && Columns.EVENT_TIME.rank(path) >= 0;
    }
    return type && time ? Likeness.EVENT : type ? Likeness.TYPE : Likeness.NONE;
  }

  private void takeOut(FieldPath place) {
    Map<String, FieldPath> kept = new LinkedHashMap<>();
    List<Sample> events = new ArrayList<>();
    for (Sample sample : samples) {
      JsonNode value = sample.event();
      for (String name : place.names()) {
        value = value.path(name);
      }
      if (value.isMissingNode()) {
        events.add(sample);
        continue;
      }
      Map<String, JsonNode> all = new LinkedHashMap<>(sample.kept());
      keep(sample.event(), FieldPath.EVENT, place, kept, all);
      addAll(value, all, events);
    }
    StringBuilder step = new StringBuilder("{events: " + place.yaml());
    if (!kept.isEmpty()) {
      step.append(", keep: {");
      kept.forEach(
          (name, path) ->
              step.append(step.toString().endsWith("{") ? "" : ", ")
                  .append(name)
                  .append(": ")
                  .append(path.yaml()));
      step.append('}');
    }
    steps.add(step.append('}').toString());
    samples = events;
  }

  /** Fields of the envelope that may be values of columns: an identity, a time, an address. */
  private static void keep(
      JsonNode object,
      FieldPath path,
      FieldPath place,
      Map<String, FieldPath> kept,
      Map<String, JsonNode> values) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      FieldPath child = path.child(field.getKey());
      if (child.equals(place)) {
        continue;
      }
      JsonNode value = field.getValue();
      if (value.isObject() && child.names().size() < MAX_DEPTH) {
        keep(value, child, place, kept, values);
      } else if (value.isValueNode() && !value.isNull() && isOfAColumn(child)) {
        String name = FieldPath.normal(String.join("_", child.names()));
        if (kept.size() < MAX_KEPT || kept.containsKey(name)) {
          kept.put(name, child);
          values.putIfAbsent(name, value);
        }
      }
    }
  }

  private static boolean isOfAColumn(FieldPath path) {
    for (Columns column :
        List.of(
            Columns.EVENT_TIME,
            Columns.USER_ID,
            Columns.ANONYMOUS_ID,
            Columns.SESSION_ID,
            Columns.IP_ADDRESS,
            Columns.USER_AGENT)) {
      if (column.rank(path) >= 0) {
        return true;
      }
    }
    return false;
  }
}
