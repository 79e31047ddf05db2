package io.clickstreamlake.sample;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;

/**
 * One event and what is known about it.
 *
 * @param json one line of text, without a line break at its end
 * @param kind what must become of it
 * @param defect what is wrong with a {@link Kind#BROKEN} event; null for every other kind
 * @param eventId identity of the event; that of the spoiled event where the event is broken
 * @param eventType type of the event, such as {@code page_view}; that of the spoiled event where
 *     the event is broken
 * @param sessionId visit that the event belongs to
 * @param eventTime when it happened, in whole milliseconds; that of the spoiled event where the
 *     event is broken
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
    Objects.requireNonNull(sessionId, "sessionId");
    Objects.requireNonNull(eventTime, "eventTime");
    if ((kind == Kind.BROKEN) != (defect != null)) {
      throw new IllegalArgumentException("a broken event, and no other, has a defect: " + kind);
    }
  }

  /** The event as it is put into the stream: UTF-8, without a line break. */
  public byte[] bytes() {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  GeneratedEvent sentAgain() {
    return new GeneratedEvent(json, Kind.DUPLICATE, null, eventId, eventType, sessionId, eventTime);
  }
}
