package io.clickstreamlake.athena;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An event that was sent, read by the documented form and without any code of the job. Absent
 * values are null.
 */
record SentEvent(
    String id,
    String type,
    Instant time,
    String user,
    String browser,
    String visit,
    URI page,
    Map<String, String> query,
    String referrerHost,
    String productId,
    String productName,
    BigDecimal price,
    Integer quantity,
    String currency,
    String orderId,
    BigDecimal revenue,
    List<Line> items,
    String searchTerm,
    Integer results,
    String userAgent,
    String ipAddress,
    String button) {

  /** Scale of the columns that hold amounts. */
  static final int MONEY_DECIMALS = 4;

  /** A line of an order. */
  record Line(String productId, BigDecimal price, int quantity) {}

  static SentEvent of(JsonNode json, Instant time) {
    URI page = json.at("/page/url").isTextual() ? URI.create(text(json, "/page/url")) : null;
    String referrer = text(json, "/referrer");
    List<Line> items = new ArrayList<>();
    json.at("/items")
        .forEach(
            item ->
                items.add(
                    new Line(
                        text(item, "/product_id"),
                        item.get("price").decimalValue().setScale(MONEY_DECIMALS),
                        item.get("quantity").intValue())));
    String type = text(json, "/event_type");
    BigDecimal total = amount(json, "/order/total");
    if (total == null && type.equals("purchase")) {
      total = BigDecimal.ZERO.setScale(MONEY_DECIMALS);
      for (Line item : items) {
        total = total.add(item.price().multiply(BigDecimal.valueOf(item.quantity())));
      }
    }
    return new SentEvent(
        text(json, "/event_id"),
        type,
        time,
        text(json, "/user_id"),
        text(json, "/anonymous_id"),
        text(json, "/session_id"),
        page,
        query(page),
        referrer == null ? null : URI.create(referrer).getHost(),
        text(json, "/product/id"),
        text(json, "/product/name"),
        amount(json, "/product/price"),
        json.has("quantity") ? json.get("quantity").intValue() : null,
        text(json, "/currency"),
        text(json, "/order/id"),
        total,
        items,
        text(json, "/search/term"),
        json.at("/search/results").isInt() ? json.at("/search/results").intValue() : null,
        text(json, "/user_agent"),
        text(json, "/ip_address"),
        text(json, "/properties/experiment/button"));
  }

  private static String text(JsonNode json, String pointer) {
    return json.at(pointer).textValue();
  }

  private static BigDecimal amount(JsonNode json, String pointer) {
    return json.at(pointer).isNumber()
        ? json.at(pointer).decimalValue().setScale(MONEY_DECIMALS)
        : null;
  }

  private static Map<String, String> query(URI page) {
    Map<String, String> query = new HashMap<>();
    if (page != null && page.getRawQuery() != null) {
      for (String pair : page.getRawQuery().split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  LocalDate day() {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  boolean is(String eventType) {
    return type.equals(eventType);
  }

  boolean robot() {
    return Robot.of(userAgent).isPresent();
  }
}
