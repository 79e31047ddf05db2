package io.clickstreamlake.dedup;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.DailyVisitorId;
import io.clickstreamlake.event.EventColumns;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * What a producer says in an event, as a fingerprint: two events with one id whose fingerprints
 * differ are not the same event. Not part of the content:
 *
 * <ul>
 *   <li>{@code event_time}, which may be computed from the arrival;
 *   <li>columns whose value depends on more than the event, such as device, country and the id of a
 *       visitor without cookies: tables and addresses may change between two deliveries;
 *   <li>properties that differ each time the same event is sent, such as the time of sending
 *       ({@code dedup.ignored-properties}).
 * </ul>
 */
final class EventContent implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Steps of {@code filledBy} in the contract whose result depends on the event alone. */
  private static final Set<String> OF_THE_EVENT = Set.of("producer", "page", "campaign", "money");

  /** An odd number with evenly distributed bits: the fraction of the golden ratio. */
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /** In place of a column, in a digest. */
  private static final int PROPERTY = -1;

  private final int[] columns;
  private final int visitor;
  private final Set<String> ignored;

  /**
   * @param columns of the events
   * @param ignoredProperties names of properties, or last parts of such names
   */
  EventContent(EventColumns columns, Collection<String> ignoredProperties) {
    this.columns =
        columns.fields().stream()
            .filter(EventContent::isContent)
            .mapToInt(Schema.Field::pos)
            .toArray();
    this.visitor = columns.field("anonymous_id").pos();
    this.ignored = new HashSet<>(ignoredProperties);
  }

  /** The contract says who fills a column; custom columns are filled by the producer. */
  private static boolean isContent(Schema.Field column) {
    Object fillers = column.getObjectProp("filledBy");
    return !column.name().equals("event_time")
        && (fillers == null || OF_THE_EVENT.containsAll((List<?>) fillers));
  }

  /** The fingerprint of an event. It does not depend on the order of its properties. */
  int fingerprint(ClickEvent event) {
    long fingerprint = 0;
    for (int column : columns) {
      Object value = event.get(column);
      if (value != null) {
        fingerprint += mixed(hash(value.toString()) + column * FACTOR);
      }
    }
    String anonymousId = event.getAnonymousId();
    if (anonymousId != null && !DailyVisitorId.is(anonymousId)) {
      fingerprint += mixed(hash(anonymousId) + visitor * FACTOR);
    }
    if (event.getProperties() != null) {
      for (Map.Entry<String, String> property : event.getProperties().entrySet()) {
        if (!isIgnored(property.getKey())) {
          fingerprint += mixed(hash(property.getKey()) * FACTOR + hash(property.getValue()));
        }
      }
    }
    return Long.hashCode(fingerprint);
  }

  /**
   * Adds the whole content to a digest, for events that have nothing else to be recognized by.
   *
   * <pre>
   *   int32 column   │ int32 length │ UTF-8                            each column with a value
   *   int32 -1       │ int32 length │ UTF-8 │ int32 length │ UTF-8     each property, by name
   * </pre>
   */
  void addTo(MessageDigest digest, ClickEvent event) {
    for (int column : columns) {
      Object value = event.get(column);
      if (value != null) {
        add(digest, column);
        add(digest, value.toString());
      }
    }
    String anonymousId = event.getAnonymousId();
    if (anonymousId != null && !DailyVisitorId.is(anonymousId)) {
      add(digest, visitor);
      add(digest, anonymousId);
    }
    if (event.getProperties() != null) {
      new TreeMap<>(event.getProperties())
          .forEach(
              (name, value) -> {
                if (!isIgnored(name)) {
                  add(digest, PROPERTY);
                  add(digest, name);
                  add(digest, value);
                }
              });
    }
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(digest, bytes.length);
    digest.update(bytes);
  }

  private static void add(MessageDigest digest, int number) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
  }

  private boolean isIgnored(String name) {
    if (ignored.contains(name)) {
      return true;
    }
    int dot = name.lastIndexOf('.');
    return dot >= 0 && ignored.contains(name.substring(dot + 1));
  }

  /** A polynomial of the characters, with 64 bits. */
  private static long hash(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FACTOR;
    }
    return hash;
  }

  /** Distributes all bits, so that a sum of hashes depends on each of them. */
  private static long mixed(long hash) {
    long bits = (hash ^ hash >>> 32) * FACTOR;
    return bits ^ bits >>> 29;
  }
}
