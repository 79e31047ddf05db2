package io.clickstreamlake.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.enrich.EventChain;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.EventFlags;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.parse.RecordOutput;
import io.clickstreamlake.parse.RecordReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * The steps from a record to the outcome of each of its events, and the outcomes as JSON:
 *
 * <pre>
 *   {"outcome": "written", "columns": {"event_type": "page_view", …}, "properties": {"tier": "gold"},
 *    "flags": ["late"], "protected": ["ip_address", "properties.email"],
 *    "looksLike": {"cart.total": "an amount"}}
 *   {"outcome": "duplicate", …}                                  as before
 *   {"outcome": "rejected", "reason": "invalid_value", "column": "event_time", "message": "…",
 *    "text": "{\"at\": \"soon\"}", "start": 7, "end": 13}        characters; absent without a place
 * </pre>
 *
 * <p>{@code columns} has the row as it is written; a column without a value is absent. {@code
 * protected} names the values that the privacy rules changed or dropped.
 */
public final class Trial {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PROPERTIES = "properties";
  private static final String FLAGS = "quality_flags";

  private final RecordReader reader;
  private final EventChain chain;
  private final EventColumns columns;
  private final EventIdentity.Digester identity;
  private final boolean drops;
  private final Map<List<Number>, Set<Integer>> seen = new HashMap<>();
  private final RejectionPlace place;
  private long records;

  /**
   * @param readers creates readers with the mapping of the settings
   * @param chain is open
   * @param columns of the events
   */
  public Trial(
      JobSettings settings,
      Supplier<RecordReader> readers,
      EventChain chain,
      EventColumns columns) {
    this.reader = readers.get();
    this.chain = chain;
    this.columns = columns;
    this.drops = settings.get(JobOptions.DEDUP_ENABLED);
    this.identity = EventIdentity.of(settings, columns).digester();
    RecordReader again = readers.get();
    this.place =
        new RejectionPlace(
            settings.get(JobOptions.PARSE_MAX_DEPTH), event -> rejection(again, event));
  }

  /**
   * Tries a record.
   *
   * @param arrival when the source would have received it
   * @param results receives the outcome of each of its events, in their order
   */
  public void of(byte[] record, Instant arrival, Consumer<ObjectNode> results) {
    reader.read(
        source(record, arrival),
        arrival,
        new RecordOutput() {
          @Override
          public void event(ParsedEvent event) {
            results.accept(outcome(event));
          }

          @Override
          public void rejected(
              RejectedException cause, int position, byte[] bytes, int start, int end) {
            results.accept(rejection(cause, Arrays.copyOfRange(bytes, start, end)));
          }
        });
    records++;
  }

  private SourceRecord source(byte[] record, Instant arrival) {
    Origin origin = new Origin("trial", "shardId-000000000000", Long.toString(records));
    return new SourceRecord(record, origin, arrival.toEpochMilli());
  }

  // ---------------------------------------------------------------- an event that was parsed

  private ObjectNode outcome(ParsedEvent parsed) {
    ObjectNode before;
    ObjectNode looksLike;
    try {
      chain.derive(parsed);
      before = row(parsed.event);
      before.put("ip_address", parsed.ipAddress).put("user_agent", parsed.userAgent);
      looksLike = looksLike(parsed.event.getProperties());
      chain.protect(parsed);
    } catch (RejectedException e) {
      return rejection(
          e, Arrays.copyOfRange(parsed.bytes, parsed.start, parsed.start + parsed.length));
    }
    boolean duplicate = drops && isDuplicate(parsed.event);
    ObjectNode after = row(parsed.event);
    ObjectNode result = JSON.objectNode();
    result.put("outcome", duplicate ? "duplicate" : "written");
    result.set("protected", changed(before, after));
    JsonNode properties = after.remove(PROPERTIES);
    JsonNode flags = after.remove(FLAGS);
    result.set("columns", after);
    result.set(PROPERTIES, properties == null ? JSON.objectNode() : properties);
    result.set("flags", flags == null ? JSON.arrayNode() : flags);
    result.set("looksLike", looksLike);
    return result;
  }

  /** Whether the event was seen before. If only its id was, the event is flagged. */
  private boolean isDuplicate(ClickEvent event) {
    identity.digest(event);
    Set<Integer> contents =
        seen.computeIfAbsent(
            List.of(identity.high(), (int) (identity.low() >>> Integer.SIZE)),
            none -> new HashSet<>());
    boolean reused = !contents.isEmpty();
    if (!contents.add((int) identity.low())) {
      return true;
    }
    if (reused) {
      EventFlags.add(event, EventFlags.ID_REUSED);
    }
    return false;
  }

  /** The columns with a value. */
  private ObjectNode row(ClickEvent event) {
    ObjectNode row = JSON.objectNode();
    for (Schema.Field column : columns.fields()) {
      Object value = event.get(column.pos());
      if (value != null) {
        row.set(column.name(), json(value));
      }
    }
    return row;
  }

  private static JsonNode json(Object value) {
    if (value instanceof BigDecimal) {
      return JSON.numberNode(((BigDecimal) value).stripTrailingZeros());
    }
    if (value instanceof Collection) {
      ArrayNode array = JSON.arrayNode();
      ((Collection<?>) value).forEach(element -> array.add(json(element)));
      return array;
    }
    if (value instanceof Map) {
      ObjectNode object = JSON.objectNode();
      new TreeMap<>((Map<?, ?>) value)
          .forEach((name, element) -> object.set(name.toString(), json(element)));
      return object;
    }
    if (value instanceof IndexedRecord) {
      IndexedRecord record = (IndexedRecord) value;
      ObjectNode object = JSON.objectNode();
      for (Schema.Field field : record.getSchema().getFields()) {
        if (record.get(field.pos()) != null) {
          object.set(field.name(), json(record.get(field.pos())));
        }
      }
      return object;
    }
    return value instanceof Number || value instanceof Boolean
        ? MAPPER.valueToTree(value)
        : JSON.textNode(value.toString());
  }

  /** Names of the values that are absent, or others, after the privacy rules. */
  private static ArrayNode changed(ObjectNode before, ObjectNode after) {
    ArrayNode names = JSON.arrayNode();
    for (Iterator<Map.Entry<String, JsonNode>> all = before.fields(); all.hasNext(); ) {
      Map.Entry<String, JsonNode> value = all.next();
      JsonNode now = after.path(value.getKey());
      if (value.getKey().equals(PROPERTIES)) {
        for (Iterator<Map.Entry<String, JsonNode>> each = value.getValue().fields();
            each.hasNext(); ) {
          Map.Entry<String, JsonNode> property = each.next();
          if (!property.getValue().equals(now.path(property.getKey()))) {
            names.add(PROPERTIES + "." + property.getKey());
          }
        }
      } else if (!value.getKey().equals(FLAGS)
          && !value.getValue().isNull()
          && !value.getValue().equals(now)) {
        names.add(value.getKey());
      }
    }
    return names;
  }

  private static ObjectNode looksLike(Map<String, String> properties) {
    ObjectNode shapes = JSON.objectNode();
    if (properties != null) {
      new TreeMap<>(properties)
          .forEach(
              (name, value) ->
                  ValueShape.of(name, value).ifPresent(shape -> shapes.put(name, shape.title())));
    }
    return shapes;
  }

  // ---------------------------------------------------------------- a rejected event

  private ObjectNode rejection(RejectedException cause, byte[] event) {
    ObjectNode result = JSON.objectNode();
    result.put("outcome", "rejected").put("reason", cause.reason().text());
    if (cause.column() != null) {
      result.put("column", cause.column());
    }
    result.put("message", cause.getMessage());
    result.put("text", new String(event, StandardCharsets.UTF_8));
    place
        .of(event, cause)
        .ifPresent(
            span ->
                result
                    .put("start", characters(event, span.start))
                    .put("end", characters(event, span.end)));
    return result;
  }

  /** Number of characters in the first bytes. */
  private static int characters(byte[] text, int bytes) {
    return new String(text, 0, bytes, StandardCharsets.UTF_8).length();
  }

  /** The rejection of an event that is read as a record; empty if it is accepted. */
  private Optional<RejectedException> rejection(RecordReader again, byte[] event) {
    AtomicReference<RejectedException> rejection = new AtomicReference<>();
    Instant now = Instant.now();
    again.read(
        source(event, now),
        now,
        new RecordOutput() {
          @Override
          public void event(ParsedEvent parsed) {
            try {
              chain.derive(parsed);
            } catch (RejectedException e) {
              rejection.compareAndSet(null, e);
            }
          }

          @Override
          public void rejected(
              RejectedException cause, int position, byte[] bytes, int start, int end) {
            rejection.compareAndSet(null, cause);
          }
        });
    return Optional.ofNullable(rejection.get());
  }
}
