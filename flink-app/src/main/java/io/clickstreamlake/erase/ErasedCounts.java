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
 * the tables, compared with the entries {@code written} and {@code rejected}. Late rows among them
 * are also counted as {@value #LATE}, since checks of the last hours exclude late rows.
 */
final class ErasedCounts {

  /** The outcome in the ledger. It is no part of received = written + rejected + duplicate. */
  static final String OUTCOME = "erased";

  /** A subset of {@link #OUTCOME}, as {@code late} is one of {@code written}. */
  static final String LATE = "erased_late";

  private static final class Key implements Comparable<Key> {

    private final String outcome;
    private final Instant hour;
    private final String stream;
    private final String reason;

    private Key(String outcome, Instant hour, String stream, @Nullable String reason) {
      this.outcome = outcome;
      this.hour = hour;
      this.stream = stream;
      this.reason = reason == null ? "" : reason;
    }

    @Override
    public int compareTo(Key other) {
      int order = hour.compareTo(other.hour);
      order = order == 0 ? stream.compareTo(other.stream) : order;
      order = order == 0 ? reason.compareTo(other.reason) : order;
      return order == 0 ? outcome.compareTo(other.outcome) : order;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key && compareTo((Key) other) == 0;
    }

    @Override
    public int hashCode() {
      return Objects.hash(outcome, hour, stream, reason);
    }
  }

  private final TreeMap<Key, Long> counts = new TreeMap<>();

  /**
   * @param reason of the rejection; null for a row of click_events
   */
  void add(Instant arrival, String stream, @Nullable String reason, boolean isLate) {
    Instant hour = arrival.truncatedTo(ChronoUnit.HOURS);
    counts.merge(new Key(OUTCOME, hour, stream, reason), 1L, Long::sum);
    if (isLate) {
      counts.merge(new Key(LATE, hour, stream, reason), 1L, Long::sum);
    }
  }

  void addAll(ErasedCounts other) {
    other.counts.forEach((key, rows) -> counts.merge(key, rows, Long::sum));
  }

  long total() {
    return counts.entrySet().stream()
        .filter(count -> count.getKey().outcome.equals(OUTCOME))
        .mapToLong(Map.Entry::getValue)
        .sum();
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
              .setOutcome(key.outcome)
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
                .put("outcome", key.outcome)
                .put("hour", key.hour.toString())
                .put("stream", key.stream)
                .put("reason", key.reason)
                .put("events", rows));
    return array;
  }

  static ErasedCounts fromJson(JsonNode array) {
    ErasedCounts counts = new ErasedCounts();
    for (JsonNode node : array) {
      Key key =
          new Key(
              node.path("outcome").asText(),
              Instant.parse(node.path("hour").asText()),
              node.path("stream").asText(),
              node.path("reason").asText());
      counts.counts.merge(key, node.path("events").asLong(), Long::sum);
    }
    return counts;
  }
}
