package io.clickstreamlake.dedup;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.DerivedId;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.EventFlags;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.avro.Schema;

/**
 * The definition of equal events: events with equal values in all columns of {@code dedup.fields},
 * and with equal {@link EventContent content} if the fields say so. Some trackers give one id to
 * two events, such as a checkout and its purchase, so the id alone is not enough.
 *
 * <p>A time that was computed from the arrival differs each time an event is sent, so it counts as
 * absent.
 */
public final class EventIdentity implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Number of groups: a power of two, far more than subtasks, so that load is balanced. */
  public static final int GROUPS = 1 << 14;

  private static final int EVENT_ID = ClickEvent.getClassSchema().getField("event_id").pos();
  private static final int EVENT_TIME = ClickEvent.getClassSchema().getField("event_time").pos();

  private static final byte ABSENT = 0;
  private static final byte TEXT = 1;
  private static final byte TIME = 2;

  private final int[] positions;
  @Nullable private final EventContent content;

  /** The content, also if it is not part of the identity. */
  private final EventContent whole;

  private EventIdentity(int[] positions, boolean withContent, EventContent whole) {
    this.positions = positions;
    this.content = withContent ? whole : null;
    this.whole = whole;
  }

  /** The identity that the settings define. */
  public static EventIdentity of(JobSettings settings, EventColumns columns) {
    return by(
        settings.get(JobOptions.DEDUP_FIELDS),
        columns,
        settings.get(JobOptions.DEDUP_IGNORED_PROPERTIES));
  }

  /**
   * The identity by fields.
   *
   * @param fields columns that hold text or times, and perhaps {@link JobOptions#DEDUP_CONTENT}
   * @param columns of the events
   * @param ignoredProperties properties that are not part of the content
   * @throws IllegalArgumentException if there is no such column
   */
  public static EventIdentity by(
      List<String> fields, EventColumns columns, Collection<String> ignoredProperties) {
    int[] positions =
        fields.stream()
            .filter(field -> !field.equals(JobOptions.DEDUP_CONTENT))
            .mapToInt(
                field -> {
                  Schema.Field column = columns.field(field);
                  if (column == null) {
                    throw new IllegalArgumentException("there is no column '" + field + "'");
                  }
                  return column.pos();
                })
            .toArray();
    return new EventIdentity(
        positions,
        fields.contains(JobOptions.DEDUP_CONTENT),
        new EventContent(columns, ignoredProperties));
  }

  /**
   * The group of an event, by which the stream must be keyed. It is computed from all fields but
   * the content, so that a producer that gives every event the same id does not fill a single
   * group.
   */
  public int group(ClickEvent event) {
    int hash = 0;
    for (int position : positions) {
      Object value = value(event, position);
      hash =
          31 * hash
              + (value == null
                  ? 0
                  : value instanceof Instant
                      ? Long.hashCode(((Instant) value).toEpochMilli())
                      : value.hashCode());
    }
    return (hash ^ hash >>> 16) & (GROUPS - 1);
  }

  @Nullable
  private static Object value(ClickEvent event, int position) {
    return position == EVENT_TIME
            && (EventFlags.has(event, EventFlags.TIME_FROM_ARRIVAL)
                || EventFlags.has(event, EventFlags.TIME_CORRECTED))
        ? null
        : event.get(position);
  }

  /** Creates a digester, for use by one thread. */
  public Digester digester() {
    return new Digester();
  }

  /**
   * The digest that represents an event in the state: 96 bits of SHA-256 over the fields, and 32
   * bits of the content's fingerprint. A long id takes no more space than a short one.
   *
   * <pre>
   *   field   byte 0                                        absent
   *           byte 1 │ int32 length │ UTF-8                 text
   *           byte 2 │ int64 milliseconds since the epoch   time
   * </pre>
   */
  public final class Digester {

    private final MessageDigest sha256;
    private final byte[] digest;
    private byte[] bytes = new byte[256];
    private int size;
    private int fingerprint;

    private Digester() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
      digest = new byte[sha256.getDigestLength()];
    }

    /** Digests an event. {@link #high} and {@link #low} return the result. */
    public void digest(ClickEvent event) {
      fingerprint = content == null ? 0 : content.fingerprint(event);
      size = 0;
      for (int position : positions) {
        add(value(event, position));
      }
      finish();
    }

    /**
     * Digests an event in such a way that the same event has the same digest wherever it was read,
     * from the stream or from the raw archive. There the arrival differs, and an id that was
     * derived from the place in the stream too. So the time, which the arrival may have corrected,
     * is not one of the fields, but a part of the fingerprint; and an event without an id of its
     * own is identified by everything that was sent.
     */
    public void digestAnywhere(ClickEvent event) {
      size = 0;
      Instant time = (Instant) value(event, EVENT_TIME);
      if (DerivedId.is(event.getEventId())) {
        fingerprint = 0;
        for (int position : positions) {
          add(position == EVENT_ID ? null : value(event, position));
        }
        add(time);
        whole.addTo(sha256, event);
      } else {
        fingerprint = content == null ? 0 : content.fingerprint(event);
        for (int position : positions) {
          if (position == EVENT_TIME) {
            fingerprint = 31 * fingerprint + Objects.hashCode(time);
          } else {
            add(value(event, position));
          }
        }
      }
      finish();
    }

    private void add(@Nullable Object value) {
      if (value == null) {
        reserve(1);
        bytes[size++] = ABSENT;
      } else if (value instanceof Instant) {
        reserve(1 + Long.BYTES);
        bytes[size++] = TIME;
        long millis = ((Instant) value).toEpochMilli();
        putInt((int) (millis >>> Integer.SIZE));
        putInt((int) millis);
      } else {
        byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
        reserve(1 + Integer.BYTES + text.length);
        bytes[size++] = TEXT;
        putInt(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
      }
    }

    private void finish() {
      sha256.update(bytes, 0, size);
      try {
        sha256.digest(digest, 0, digest.length);
      } catch (DigestException e) {
        throw new IllegalStateException("the array is shorter than a SHA-256 digest", e);
      }
    }

    /** The first 64 bits of the digest. */
    public long high() {
      return longAt(0);
    }

    /**
     * The other 64 bits: the upper half is of the fields, the lower one of the content, and 0 if
     * the content is not part of the identity.
     */
    public long low() {
      return longAt(Long.BYTES) >>> Integer.SIZE << Integer.SIZE
          | Integer.toUnsignedLong(fingerprint);
    }

    private long longAt(int start) {
      long value = 0;
      for (int i = start; i < start + Long.BYTES; i++) {
        value = value << Byte.SIZE | digest[i] & 0xFF;
      }
      return value;
    }

    private void reserve(int more) {
      if (size + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
      }
    }

    private void putInt(int value) {
      bytes[size++] = (byte) (value >>> 24);
      bytes[size++] = (byte) (value >>> 16);
      bytes[size++] = (byte) (value >>> 8);
      bytes[size++] = (byte) value;
    }
  }
}
