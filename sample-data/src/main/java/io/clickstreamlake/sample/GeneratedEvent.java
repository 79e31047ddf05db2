package io.clickstreamlake.sample;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;

/**
 * A generated event and its expected properties. If the event is broken, the properties are those
 * of the event without its defect.
 *
 * @param json one line of text, without the line break
 * @param kind expected outcome in the lake
 * @param defect of a {@link Kind#BROKEN} event; null for every other kind
 * @param eventId identity of the event
 * @param eventType type of the event, such as {@code page_view}
 * @param sessionId visit of the event; null for a refund
 * @param eventTime time of the event, in whole milliseconds
 */
public record GeneratedEvent(
    String json,
    Kind kind,
    Defect defect,
    String eventId,
    String eventType,
    String sessionId,
    Instant eventTime) {

  public GeneratedEvent {
    Objects.requireNonNull(json, "json");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(eventId, "eventId");
    Objects.requireNonNull(eventType, "eventType");
    Objects.requireNonNull(eventTime, "eventTime");
    if ((kind == Kind.BROKEN) != (defect != null)) {
      throw new IllegalArgumentException(
          "only a broken event must have a defect, but the kind is " + kind);
    }
  }

  /** The event as it is sent to the stream: UTF-8, without a line break. */
  public byte[] bytes() {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  GeneratedEvent sentAgain() {
    return new GeneratedEvent(json, Kind.DUPLICATE, null, eventId, eventType, sessionId, eventTime);
  }
}
