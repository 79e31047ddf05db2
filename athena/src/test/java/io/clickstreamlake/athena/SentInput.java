package io.clickstreamlake.athena;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The events that were sent, sorted by their documented outcome.
 *
 * @param written one per row of click_events, in the order of sending
 * @param rejected one per row of rejected_events
 * @param duplicates number of events that equal an earlier one
 */
record SentInput(List<SentEvent> written, List<Rejected> rejected, int duplicates) {

  /**
   * @param column null if the reason is about the whole event
   */
  record Rejected(String reason, String column, String text) {}

  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /** Reads events in the order of sending. */
  static SentInput read(List<String> events) {
    List<SentEvent> written = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    Set<JsonNode> identities = new HashSet<>();
    int duplicates = 0;
    for (String text : events) {
      JsonNode json;
      try {
        json = JSON.readTree(text);
      } catch (JsonProcessingException e) {
        rejected.add(new Rejected("malformed_json", null, text));
        continue;
      }
      if (!json.isObject()) {
        rejected.add(new Rejected("not_an_object", null, text));
      } else if (!json.has("event_type")) {
        rejected.add(new Rejected("missing_value", "event_type", text));
      } else if (!json.has("event_time")) {
        rejected.add(new Rejected("missing_value", "event_time", text));
      } else {
        Instant time;
        try {
          time = OffsetDateTime.parse(json.get("event_time").textValue()).toInstant();
        } catch (DateTimeException e) {
          rejected.add(new Rejected("invalid_value", "event_time", text));
          continue;
        }
        if (time.isBefore(EARLIEST)) {
          rejected.add(new Rejected("time_out_of_range", "event_time", text));
        } else if (identities.add(json)) {
          written.add(SentEvent.of(json, time));
        } else {
          duplicates++;
        }
      }
    }
    return new SentInput(written, rejected, duplicates);
  }

  int received() {
    return written.size() + rejected.size() + duplicates;
  }
}
