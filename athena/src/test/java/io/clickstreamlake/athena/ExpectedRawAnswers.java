package io.clickstreamlake.athena;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Expected results of the queries on the raw archive, computed from the texts that were sent. All
 * texts have just arrived, so no query excludes any of them.
 */
final class ExpectedRawAnswers {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private static final Comparator<String> TEXT = Comparator.nullsLast(Comparator.naturalOrder());

  private final List<String> sent;

  ExpectedRawAnswers(List<String> sent) {
    this.sent = sent;
  }

  long records() {
    return sent.size();
  }

  /** Number of distinct ids in the texts that are complete JSON. */
  long ids() {
    return sent.stream()
        .flatMap(text -> read(text).stream())
        .map(json -> text(json, "/event_id"))
        .filter(Objects::nonNull)
        .distinct()
        .count();
  }

  List<List<Object>> eventsByType() {
    Map<String, Long> counts = new HashMap<>();
    for (String text : sent) {
      String type = read(text).map(json -> text(json, "/event_type")).orElse(null);
      counts.merge(Objects.toString(type, ""), 1L, Long::sum);
    }
    return counts.entrySet().stream()
        .map(
            e ->
                row(
                    e.getKey().isEmpty() ? null : e.getKey(),
                    e.getValue(),
                    BigDecimal.valueOf(100 * e.getValue())
                        .divide(BigDecimal.valueOf(sent.size()), 2, RoundingMode.HALF_UP)))
        .sorted(
            comparing((List<Object> r) -> -(Long) r.get(1))
                .thenComparing(r -> (String) r.get(0), TEXT))
        .toList();
  }

  List<List<Object>> latestEvents() {
    return sent.stream()
        .flatMap(text -> read(text).stream())
        .filter(json -> time(json).isPresent())
        .sorted(
            comparing((JsonNode json) -> time(json).orElseThrow())
                .reversed()
                .thenComparing(json -> text(json, "/event_id")))
        .limit(10)
        .map(
            json ->
                row(
                    text(json, "/event_time"),
                    text(json, "/event_type"),
                    text(json, "/user_id"),
                    text(json, "/session_id"),
                    text(json, "/event_id")))
        .toList();
  }

  List<List<Object>> orderLines() {
    List<List<Object>> rows = new ArrayList<>();
    for (String text : new LinkedHashSet<>(sent)) {
      JsonNode json = read(text).orElse(null);
      if (json == null || !"purchase".equals(text(json, "/event_type"))) {
        continue;
      }
      long line = 0;
      for (JsonNode item : json.path("items")) {
        rows.add(
            row(
                text(json, "/order/id"),
                URI.create(text(json, "/page/url")).getPath(),
                ++line,
                text(item, "/product_id"),
                item.get("price").decimalValue().setScale(SentEvent.MONEY_DECIMALS),
                item.get("quantity").longValue()));
      }
    }
    rows.sort(
        comparing((List<Object> r) -> (String) r.get(0), TEXT)
            .thenComparing(r -> (String) r.get(1))
            .thenComparing(r -> (Long) r.get(2))
            .thenComparing(r -> (String) r.get(3)));
    return rows;
  }

  private static Optional<JsonNode> read(String text) {
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> time(JsonNode json) {
    try {
      return Optional.ofNullable(text(json, "/event_time"))
          .map(value -> OffsetDateTime.parse(value).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode json, String pointer) {
    return json.at(pointer).textValue();
  }

  private static List<Object> row(Object... values) {
    return new ArrayList<>(Arrays.asList(values));
  }
}
