package io.clickstreamlake.dedup;

import io.clickstreamlake.event.ClickEvent;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The definition of equal events: events with equal values in all columns of {@code dedup.fields}.
 * Some trackers give one id to two events, such as a checkout and its purchase, so the id alone is
 * not enough.
 */
public final class EventIdentity implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Number of groups: a power of two, far more than subtasks, so that load is balanced. */
  public static final int GROUPS = 1 << 14;

  private static final byte ABSENT = 0;
  private static final byte TEXT = 1;
  private static final byte TIME = 2;

  private final int[] positions;

  private EventIdentity(int[] positions) {
    this.positions = positions;
  }

  /**
   * The identity by columns that hold text or times.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public static EventIdentity by(List<String> fields) {
    Schema schema = ClickEvent.getClassSchema();
    return new EventIdentity(
        fields.stream()
            .mapToInt(
                field -> {
                  Schema.Field column = schema.getField(field);
                  if (column == null) {
                    throw new IllegalArgumentException("there is no column '" + field + "'");
                  }
                  return column.pos();
                })
            .toArray());
  }

  /**
   * The group of an event, by which the stream must be keyed. It is computed from all fields, so
   * that a producer that gives every event the same id does not fill a single group.
   */
  public int group(ClickEvent event) {
    int hash = 0;
    for (int position : positions) {
      Object value = event.get(position);
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

  /** Creates a digester, for use by one thread. */
  Digester digester() {
    return new Digester();
  }

  /**
   * The first 128 bits of SHA-256 over the fields, which represent the event in the state.
   * Collisions are not expected, not even deliberate ones, and a long id takes no more space than a
   * short one.
   *
   * <pre>
   *   field   byte 0                                        absent
   *           byte 1 │ int32 length │ UTF-8                 text
   *           byte 2 │ int64 milliseconds since the epoch   time
   * </pre>
   */
  final class Digester {

    private final MessageDigest sha256;
    private final byte[] digest;
    private byte[] bytes = new byte[256];
    private int size;

    private Digester() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
      digest = new byte[sha256.getDigestLength()];
    }

    /** Digests an event. {@link #high} and {@link #low} return the result. */
    void digest(ClickEvent event) {
      size = 0;
      for (int position : positions) {
        Object value = event.get(position);
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
      sha256.update(bytes, 0, size);
      try {
        sha256.digest(digest, 0, digest.length);
      } catch (DigestException e) {
        throw new IllegalStateException("the array is shorter than a SHA-256 digest", e);
      }
    }

    long high() {
      return longAt(0);
    }

    long low() {
      return longAt(Long.BYTES);
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
