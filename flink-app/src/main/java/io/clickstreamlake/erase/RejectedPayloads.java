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
 * Decides whether the bytes of a rejected event belong to one of the persons. They are parsed as
 * the job does. What does not become an event is searched for the ids as text ({@link IdTokens}).
 *
 * <p>Not thread-safe.
 */
final class RejectedPayloads {

  private final PersonIds ids;
  private final IdTokens tokens;
  private final RecordReader reader;
  private final EventChain chain;

  RejectedPayloads(PersonIds ids, RecordReader reader, EventChain chain) {
    this.ids = ids;
    this.tokens = new IdTokens(ids);
    this.reader = reader;
    this.chain = chain;
  }

  boolean belongToPerson(byte[] payload, Origin origin, Instant arrival) {
    Search search = new Search();
    reader.read(new SourceRecord(payload, origin, arrival.toEpochMilli()), arrival, search);
    return search.found;
  }

  private final class Search implements RecordOutput {

    private boolean found;

    @Override
    public void event(ParsedEvent parsed) {
      found = found || isOfPerson(parsed);
    }

    @Override
    public void rejected(RejectedException cause, int position, byte[] bytes, int start, int end) {
      found = found || tokens.areIn(bytes, start, end);
    }
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
