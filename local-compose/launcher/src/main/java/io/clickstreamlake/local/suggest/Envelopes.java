package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * The way from the sample records to their events, as steps of a mapping: fields that hold encoded
 * JSON are decoded, and events are taken out of the objects around them.
 */
final class Envelopes {

  /** Envelopes of envelopes. */
  private static final int MAX_STEPS = 8;

  /** Objects in which an event is looked for. */
  private static final int MAX_DEPTH = 3;

  /** Maximum number of fields that all events of an envelope get. */
  private static final int MAX_KEPT = 12;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final String ENVELOPE = "$envelope";

  private static final int EVENT_SCORE = 10;

  /**
   * An event with the kept values of the objects around it.
   *
   * @param kept by name
   */
  record Sample(JsonNode event, Map<String, JsonNode> kept) {}

  /** Names of arrays that hold events. */
  private static final Set<String> EVENT_LISTS =
      Set.of(
          "events",
          "batch",
          "hits",
          "data",
          "records",
          "logrecords",
          "logevents",
          "messages",
          "requests",
          "beacons",
          "actions",
          "entries",
          "payload");

  private final List<String> steps = new ArrayList<>();
  private List<Sample> samples;

  /**
   * @param records of the samples
   * @param first steps that apply to whole records
   */
  Envelopes(List<JsonNode> records, List<String> first) {
    steps.addAll(first);
    samples = new ArrayList<>();
    records.forEach(record -> addAll(record, Map.of(), samples));
    takeOffAws();
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

  private void takeOffAws() {
    List<Sample> inside = new ArrayList<>();
    boolean isAny = false;
    boolean areCloudEvents =
        samples.stream().allMatch(sample -> AwsEnvelopes.isCloudEvent(sample.event()));
    for (Sample sample : samples) {
      Optional<List<JsonNode>> events = AwsEnvelopes.events(sample.event());
      isAny |= events.isPresent();
      Map<String, JsonNode> kept =
          areCloudEvents
              ? AwsEnvelopes.keptOfCloudEvent(sample.event())
              : AwsEnvelopes.kept(sample.event());
      events
          .orElse(List.of(sample.event()))
          .forEach(event -> addAll(event, events.isPresent() ? kept : Map.of(), inside));
    }
    if (isAny) {
      if (!areCloudEvents) {
        steps.remove("{header: confluent}"); // is one of the steps of aws
        steps.remove("{header: glue}");
      }
      steps.add(areCloudEvents ? "{include: cloudevents}" : "{include: aws}");
      samples = inside;
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

  private void takeOut() {
    long events = samples.stream().filter(sample -> isEvent(sample.event())).count();
    boolean areEvents = events * 2 > samples.size();
    Map<String, FieldPath> places = new LinkedHashMap<>();
    Map<String, Integer> scores = new TreeMap<>();
    for (Sample sample : samples) {
      if (!isEvent(sample.event())) {
        places(sample.event(), FieldPath.EVENT, areEvents, places, scores);
      }
    }
    Optional<String> best =
        scores.entrySet().stream()
            .max(
                Map.Entry.<String, Integer>comparingByValue()
                    .thenComparing(entry -> -entry.getKey().length()))
            .map(Map.Entry::getKey);
    best.map(places::get).ifPresent(this::takeOut);
  }

  /**
   * @param arraysOnly whether only arrays may hold events, since most samples are events
   */
  private static void places(
      JsonNode object,
      FieldPath path,
      boolean arraysOnly,
      Map<String, FieldPath> places,
      Map<String, Integer> scores) {
    boolean isOfAws = AwsEnvelopes.events(object).isPresent();
    boolean isNoEnvelope = !isOfAws && (arraysOnly || signs(object).contains(Sign.TYPE));
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode value = field.getValue();
      FieldPath child = path.child(field.getKey());
      int score = value.isArray() ? arrayScore(value, child) : objectScore(value, isNoEnvelope);
      if (score > 0) {
        places.put(child.text(), child);
        scores.merge(child.text(), score, Integer::sum);
      }
      if (value.isObject() && child.names().size() < MAX_DEPTH) {
        places(value, child, arraysOnly, places, scores);
      }
    }
  }

  /** How much an array looks like one of events. */
  private static int arrayScore(JsonNode array, FieldPath path) {
    JsonNode first = array.path(0);
    if (!first.isObject() || OrderLines.areIn(path) || OrderLines.isLine(first)) {
      return 0;
    }
    if (isEvent(first)) {
      return EVENT_SCORE;
    }
    boolean isNamedSo = EVENT_LISTS.contains(path.normalName());
    if (isNamedSo && (!signs(first).isEmpty() || holdsEncoded(first))) {
      return EVENT_SCORE / 2;
    }
    return nestedScore(first, path);
  }

  /** Events may be in arrays of arrays. */
  private static int nestedScore(JsonNode element, FieldPath path) {
    int best = 0;
    if (path.names().size() < MAX_DEPTH) {
      for (Iterator<Map.Entry<String, JsonNode>> all = element.fields(); all.hasNext(); ) {
        Map.Entry<String, JsonNode> field = all.next();
        if (field.getValue().isArray()) {
          best = Math.max(best, arrayScore(field.getValue(), path.child(field.getKey())));
        }
      }
    }
    return best;
  }

  /** Without its own type, an object may be the envelope of the event in it. */
  private static int objectScore(JsonNode object, boolean isInNoEnvelope) {
    return object.isObject() && !isInNoEnvelope && isEvent(object) ? EVENT_SCORE : 0;
  }

  private static boolean holdsEncoded(JsonNode object) {
    for (JsonNode value : object) {
      if (value.isTextual() && codec(value.asText()).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** What an object has that an event has, too. */
  private enum Sign {
    /** A name that only the type of an event has. */
    TELLING_TYPE,
    TYPE,
    TIME
  }

  private static boolean isEvent(JsonNode object) {
    Set<Sign> signs = signs(object);
    if (AwsEnvelopes.events(object).isPresent()) {
      return false;
    }
    return signs.contains(Sign.TELLING_TYPE)
        || signs.contains(Sign.TYPE) && signs.contains(Sign.TIME);
  }

  private static Set<Sign> signs(JsonNode object) {
    Set<Sign> signs = EnumSet.noneOf(Sign.class);
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      JsonNode value = field.getValue();
      FieldPath path = FieldPath.EVENT.child(field.getKey());
      if (value.isTextual() && Columns.EVENT_TYPE.rank(path) >= 0) {
        signs.add(Columns.isTellingType(path) ? Sign.TELLING_TYPE : Sign.TYPE);
      }
      if (value.isValueNode()
          && Shape.of(value) == Shape.TIME
          && Columns.EVENT_TIME.rank(path) >= 0) {
        signs.add(Sign.TIME);
      }
    }
    return signs;
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
      } else if (isOfAColumn(child) && value.isValueNode() && !value.isNull()
          || NameValueLists.isOne(value)) {
        String name = keptName(child, kept);
        if (kept.size() < MAX_KEPT || kept.containsKey(name)) {
          kept.put(name, child);
          values.putIfAbsent(name, value);
        }
      }
    }
  }

  /** A name by which a column knows the field. */
  private static String keptName(FieldPath path, Map<String, FieldPath> kept) {
    FieldPath alone = keptPath(path.name());
    String name = isOfAColumn(alone) ? path.normalName() : path.normalNameInObject();
    return kept.getOrDefault(name, path).equals(path)
        ? name
        : FieldPath.normal(String.join("_", path.names()));
  }

  private static boolean isOfAColumn(FieldPath path) {
    if (Columns.isSentTime(path)) {
      return true;
    }
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
