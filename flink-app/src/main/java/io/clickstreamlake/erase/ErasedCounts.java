package io.clickstreamlake.erase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.clickstreamlake.event.LedgerEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.annotation.Nullable;

/**
 * Numbers of erased rows by arrival hour, stream and, for rejected events, reason of the rejection.
 * They become entries of the ledger with the outcome {@value #OUTCOME}: as many rows are missing in
 * the tables, compared with the entries {@code written} and {@code rejected}.
 */
final class ErasedCounts {

  /** The outcome in the ledger. It is no part of received = written + rejected + duplicate. */
  static final String OUTCOME = "erased";

  private static final class Key implements Comparable<Key> {

    private final Instant hour;
    private final String stream;
    private final String reason;

    private Key(Instant hour, String stream, @Nullable String reason) {
      this.hour = hour;
      this.stream = stream;
      this.reason = reason == null ? "" : reason;
    }

    @Override
    public int compareTo(Key other) {
      int order = hour.compareTo(other.hour);
      order = order == 0 ? stream.compareTo(other.stream) : order;
      return order == 0 ? reason.compareTo(other.reason) : order;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key && compareTo((Key) other) == 0;
    }

    @Override
    public int hashCode() {
      return Objects.hash(hour, stream, reason);
    }
  }

  private final TreeMap<Key, Long> counts = new TreeMap<>();

  /**
   * @param reason of the rejection; null for a row of click_events
   */
  void add(Instant arrival, String stream, @Nullable String reason, long rows) {
    counts.merge(new Key(arrival.truncatedTo(ChronoUnit.HOURS), stream, reason), rows, Long::sum);
  }

  void addAll(ErasedCounts other) {
    other.counts.forEach((key, rows) -> counts.merge(key, rows, Long::sum));
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The entries of the ledger, in a fixed order. */
  List<LedgerEntry> entries() {
    List<LedgerEntry> entries = new ArrayList<>();
    for (Map.Entry<Key, Long> count : counts.entrySet()) {
      Key key = count.getKey();
      entries.add(
          LedgerEntry.newBuilder()
              .setArrivalHour(key.hour)
              .setStream(key.stream)
              .setOutcome(OUTCOME)
              .setReason(key.reason.isEmpty() ? null : key.reason)
              .setEvents(count.getValue())
              .build());
    }
    return entries;
  }

  ArrayNode toJson() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    counts.forEach(
        (key, rows) ->
            array
                .addObject()
                .put("hour", key.hour.toString())
                .put("stream", key.stream)
                .put("reason", key.reason)
                .put("events", rows));
    return array;
  }

  static ErasedCounts fromJson(JsonNode array) {
    ErasedCounts counts = new ErasedCounts();
    for (JsonNode node : array) {
      counts.add(
          Instant.parse(node.path("hour").asText()),
          node.path("stream").asText(),
          node.path("reason").asText(),
          node.path("events").asLong());
    }
    return counts;
  }
}
