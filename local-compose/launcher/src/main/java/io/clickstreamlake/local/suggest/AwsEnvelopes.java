package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The envelopes that the mapping {@code aws} of the job takes off, and their events. */
final class AwsEnvelopes {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> SNS_CONTROL =
      Set.of("SubscriptionConfirmation", "UnsubscribeConfirmation");

  private AwsEnvelopes() {}

  /**
   * The events of an envelope, none for a message of the transport; empty if it is something else.
   */
  static Optional<List<JsonNode>> events(JsonNode record) {
    if (record.has("TopicArn") && record.has("Message")) {
      boolean isControl = SNS_CONTROL.contains(record.path("Type").asText());
      JsonNode message = record.path("Message");
      List<JsonNode> decoded = message.isContainerNode() ? List.of(message) : json(message);
      return Optional.of(isControl ? List.of() : decoded);
    }
    if (record.has("detail-type") && record.has("source") && record.path("detail").isObject()) {
      return Optional.of(List.of(record.path("detail")));
    }
    if (record.has("requestContext") && record.path("body").isTextual()) {
      return Optional.of(
          record.path("isBase64Encoded").asBoolean()
              ? base64(record.path("body"))
              : json(record.path("body")));
    }
    if (record.path("messageType").asText().endsWith("_MESSAGE") && record.has("logEvents")) {
      return Optional.of(logEvents(record));
    }
    return change(record).or(() -> cloudEvent(record));
  }

  static boolean isCloudEvent(JsonNode record) {
    return record.has("specversion") && events(record).isPresent();
  }

  /** The fields that the mapping cloudevents keeps of an envelope, by name. */
  static Map<String, JsonNode> keptOfCloudEvent(JsonNode record) {
    Map<String, JsonNode> kept = new TreeMap<>();
    for (String name : List.of("id", "source", "type", "time", "subject")) {
      kept.put(name, record.path(name));
    }
    kept.values().removeIf(JsonNode::isMissingNode);
    return kept;
  }

  /** The fields that the mapping keeps of a request, by name. */
  static Map<String, JsonNode> kept(JsonNode record) {
    JsonNode request = record.path("requestContext");
    Map<String, JsonNode> kept = new TreeMap<>();
    kept.put("ip", request.path("identity").path("sourceIp"));
    kept.put("source_ip", request.path("http").path("sourceIp"));
    kept.put("user_agent", request.path("identity").path("userAgent"));
    kept.put("agent", request.path("http").path("userAgent"));
    kept.values().removeIf(JsonNode::isMissingNode);
    return kept;
  }

  private static List<JsonNode> logEvents(JsonNode record) {
    List<JsonNode> events = new ArrayList<>();
    if (record.path("messageType").asText().equals("DATA_MESSAGE")) {
      record.path("logEvents").forEach(line -> events.addAll(json(line.path("message"))));
    }
    return events;
  }

  /** A change of a table: of DynamoDB, DMS or Debezium. */
  private static Optional<List<JsonNode>> change(JsonNode record) {
    if (record.path("dynamodb").isObject()) {
      return Optional.of(
          objects(untyped(record.path("dynamodb").path("NewImage")), record.path("eventName")));
    }
    if (record.path("metadata").has("record-type")) {
      return Optional.of(objects(record.path("data"), record.path("metadata").path("operation")));
    }
    JsonNode payload = record.path("payload").has("op") ? record.path("payload") : record;
    return payload.has("op") && payload.has("ts_ms") && payload.has("after")
        ? Optional.of(objects(payload.path("after"), payload.path("op")))
        : Optional.empty();
  }

  private static List<JsonNode> objects(JsonNode value, JsonNode operation) {
    boolean isRemoval = Set.of("REMOVE", "delete", "d", "t").contains(operation.asText());
    return value.isObject() && !isRemoval ? List.of(value) : List.of();
  }

  private static Optional<List<JsonNode>> cloudEvent(JsonNode record) {
    if (!record.has("specversion")) {
      return Optional.empty();
    }
    JsonNode data = record.path("data");
    if (record.has("data_base64")) {
      return Optional.of(base64(record.path("data_base64")));
    }
    return data.isTextual() || data.isContainerNode()
        ? Optional.of(data.isTextual() ? json(data) : List.of(data))
        : Optional.empty();
  }

  private static List<JsonNode> base64(JsonNode text) {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(text.asText());
      return json(TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static List<JsonNode> json(JsonNode text) {
    try {
      JsonNode value = JSON.readTree(text.asText());
      return value != null && value.isContainerNode() ? List.of(value) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The values without the types that DynamoDB gives them. */
  private static JsonNode untyped(JsonNode image) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    image.fields().forEachRemaining(field -> values.set(field.getKey(), value(field.getValue())));
    return values;
  }

  private static JsonNode value(JsonNode typed) {
    if (typed.has("M")) {
      return untyped(typed.path("M"));
    }
    if (typed.has("L")) {
      ArrayNode elements = JsonNodeFactory.instance.arrayNode();
      typed.path("L").forEach(element -> elements.add(value(element)));
      return elements;
    }
    return typed.has("NULL") || typed.isEmpty()
        ? JsonNodeFactory.instance.nullNode()
        : typed.elements().next();
  }
}
