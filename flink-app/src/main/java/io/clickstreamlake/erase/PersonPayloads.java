package io.clickstreamlake.erase;

import io.clickstreamlake.enrich.EventChain;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.parse.RecordOutput;
import io.clickstreamlake.parse.RecordReader;
import java.time.Instant;

/**
 * Decides whether the bytes of a rejected event, or the events of a record, belong to one of the
 * persons. They are parsed as the job does. What does not become an event is searched for the ids
 * as text ({@link IdTokens}).
 *
 * <p>Not thread-safe.
 */
final class PersonPayloads {

  private final PersonIds ids;
  private final IdTokens tokens;
  private final RecordReader reader;
  private final EventChain chain;

  PersonPayloads(PersonIds ids, RecordReader reader, EventChain chain) {
    this.ids = ids;
    this.tokens = new IdTokens(ids);
    this.reader = reader;
    this.chain = chain;
  }

  /** Receives the events of a record and its rejected pieces, in their order. */
  @FunctionalInterface
  interface Pieces {
    /**
     * @param bytes of the record, or of what it was decoded to; the piece is from start to end
     */
    void piece(boolean isOfPerson, byte[] bytes, int start, int end);
  }

  boolean belongToPerson(byte[] payload, Origin origin, Instant arrival) {
    boolean[] found = new boolean[1];
    read(
        new SourceRecord(payload, origin, arrival.toEpochMilli()),
        (isOfPerson, bytes, start, end) -> found[0] |= isOfPerson);
    return found[0];
  }

  void read(SourceRecord record, Pieces pieces) {
    RecordOutput output =
        new RecordOutput() {
          @Override
          public void event(ParsedEvent parsed) {
            // The steps of the job may replace the bytes.
            byte[] bytes = parsed.bytes;
            int start = parsed.start;
            int end = start + parsed.length;
            pieces.piece(isOfPerson(parsed), bytes, start, end);
          }

          @Override
          public void rejected(
              RejectedException cause, int position, byte[] bytes, int start, int end) {
            pieces.piece(tokens.areIn(bytes, start, end), bytes, start, end);
          }
        };
    reader.read(record, Instant.ofEpochMilli(record.arrivalTime), output);
  }

  private boolean isOfPerson(ParsedEvent parsed) {
    // Before the steps that hash or remove ids, and, for ids as they stand in the table, after
    // them.
    if (hasId(parsed)) {
      return true;
    }
    try {
      chain.derive(parsed);
      if (hasId(parsed)) {
        return true;
      }
    } catch (RejectedException e) {
      // This is probably why it was rejected; its ids are protected nevertheless.
    }
    try {
      chain.protect(parsed);
    } catch (RejectedException e) {
      return tokens.areIn(parsed.bytes, parsed.start, parsed.start + parsed.length);
    }
    return hasId(parsed);
  }

  private boolean hasId(ParsedEvent parsed) {
    return ids.contain(parsed.event.getUserId(), parsed.event.getAnonymousId());
  }
}
