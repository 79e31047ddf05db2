package io.clickstreamlake.erase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.source.CompressedText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Erases the events of the persons from one record of the raw archive.
 *
 * <p>A record all of whose events are theirs is removed. From one that holds events of others too,
 * the elements of its array are cut that are theirs, or the records of its gzip member. What is
 * left is read again: it counts only if it has exactly the events of the others, byte for byte.
 * Otherwise, for example if the events are in base64, the record is {@link Kind#SHARED}.
 *
 * <p>Not thread-safe.
 */
final class RecordErasure {

  enum Kind {
    /** None of its events is theirs. */
    KEPT,
    REMOVED,
    CUT,
    /** Some of its events are theirs, and they cannot be cut. */
    SHARED
  }

  /** What becomes of a record. */
  static final class Outcome {
    final Kind kind;

    /** Events of the persons, and pieces with their ids that are not events. */
    final int events;

    /** What is left of a record that was cut. */
    @Nullable final byte[] rest;

    private Outcome(Kind kind, int events, @Nullable byte[] rest) {
      this.kind = kind;
      this.events = events;
      this.rest = rest;
    }
  }

  private static final JsonMapper JSON = new JsonMapper();

  /** The field of a failed delivery that holds the record. */
  private static final String RAW_DATA = "rawData";

  private static final Origin ORIGIN = new Origin("", "", "");

  private final PersonPayloads payloads;
  private final int maxRecordBytes;

  /**
   * @param maxRecordBytes maximum size of a record within a compressed record
   */
  RecordErasure(PersonPayloads payloads, int maxRecordBytes) {
    this.payloads = payloads;
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * @param arrival milliseconds since the epoch, for events without a time
   */
  Outcome apply(byte[] record, long arrival) throws IOException {
    List<Boolean> pieces = new ArrayList<>();
    payloads.read(
        new SourceRecord(record, ORIGIN, arrival),
        (isOfPerson, bytes, start, end) -> pieces.add(isOfPerson));
    int theirs = (int) pieces.stream().filter(isOfPerson -> isOfPerson).count();
    if (theirs == 0) {
      return new Outcome(Kind.KEPT, 0, null);
    }
    if (theirs == pieces.size()) {
      return new Outcome(Kind.REMOVED, theirs, null);
    }
    List<String> others = others(record, arrival, false);
    for (byte[] rest : candidates(record, arrival, pieces)) {
      if (others.equals(others(rest, arrival, true))) {
        return new Outcome(Kind.CUT, theirs, rest);
      }
    }
    return new Outcome(Kind.SHARED, theirs, null);
  }

  private List<byte[]> candidates(byte[] record, long arrival, List<Boolean> pieces)
      throws IOException {
    if (!CompressedText.isGzip(record, 0, record.length)) {
      return JsonElements.cut(record, pieces);
    }
    TextErasure text = new TextErasure(this, maxRecordBytes, arrival);
    TextErasure.Found found = text.find(new ByteArrayInputStream(record));
    if (found.isDamaged) {
      return List.of();
    }
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try (OutputStream out = CompressedText.compressingLike(record, rest)) {
      found.write(CompressedText.of(new ByteArrayInputStream(record)), out);
    }
    return List.of(rest.toByteArray());
  }

  /** The events that are not of the persons; null among them if there is one of the persons. */
  private List<String> others(byte[] record, long arrival, boolean isRest) {
    List<String> others = new ArrayList<>();
    payloads.read(
        new SourceRecord(record, ORIGIN, arrival),
        (isOfPerson, bytes, start, end) -> {
          if (!isOfPerson) {
            others.add(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
          } else if (isRest) {
            others.add(null);
          }
        });
    return others;
  }

  /** As {@link #apply}, for a line that holds a record which Firehose could not deliver. */
  Outcome applyToFailedDelivery(byte[] line, long arrival) throws IOException {
    String encoded;
    byte[] record;
    try {
      JsonNode json = JSON.readTree(line);
      encoded = json == null ? "" : json.path(RAW_DATA).asText();
      record = Base64.getDecoder().decode(encoded);
    } catch (IOException | IllegalArgumentException e) {
      return apply(line, arrival);
    }
    if (record.length == 0) {
      return apply(line, arrival);
    }
    Outcome outcome = apply(record, arrival);
    if (outcome.kind != Kind.CUT) {
      return outcome;
    }
    // The text of the line, byte by byte.
    String text = new String(line, StandardCharsets.ISO_8859_1);
    int at = text.indexOf('"' + encoded + '"');
    if (at < 0) {
      return new Outcome(Kind.SHARED, outcome.events, null); // It is written with escapes.
    }
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.writeBytes(Arrays.copyOf(line, at + 1));
    rest.writeBytes(Base64.getEncoder().encode(outcome.rest));
    rest.writeBytes(Arrays.copyOfRange(line, at + 1 + encoded.length(), line.length));
    return new Outcome(Kind.CUT, outcome.events, rest.toByteArray());
  }
}
