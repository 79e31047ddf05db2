package io.clickstreamlake.sample;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SegmentedStringWriter;
import com.fasterxml.jackson.core.util.BufferRecycler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** The JSON writer of events, in the format of {@code sample-data/README.md}. */
final class EventText {

  private static final JsonFactory JSON = new JsonFactory();

  /** Always with three decimals: {@code 2026-11-20T10:15:30.120Z}. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final BufferRecycler buffers = new BufferRecycler();

  /**
   * Writes one line of JSON; without a defect if {@code defect} is null.
   *
   * @param cut length of a text with {@link Defect#CUT_OFF}, as a share of the full length
   */
  String write(
      Visit visit, Visit.Step step, String eventId, Instant time, Defect defect, double cut) {
    if (defect == Defect.NOT_JSON) {
      return visit.visitor().ipAddress()
          + " - - \"GET "
          + step.page().url()
          + " HTTP/1.1\" 200 5124 "
          + eventId;
    }
    if (defect == Defect.NOT_AN_OBJECT) {
      return '"' + step.type().text() + ' ' + eventId + '"';
    }
    String text = object(visit, step, eventId, time, defect);
    // At least the opening brace is kept, and never the closing one.
    return defect == Defect.CUT_OFF
        ? text.substring(0, 1 + (int) (cut * (text.length() - 2)))
        : text;
  }

  private String object(Visit visit, Visit.Step step, String eventId, Instant time, Defect defect) {
    try (SegmentedStringWriter text = new SegmentedStringWriter(buffers)) {
      try (JsonGenerator json = JSON.createGenerator(text)) {
        json.writeStartObject();
        json.writeStringField("event_id", eventId);
        if (defect != Defect.MISSING_EVENT_TYPE) {
          json.writeStringField("event_type", step.type().text());
        }
        if (defect != Defect.MISSING_EVENT_TIME) {
          json.writeStringField("event_time", time(time, defect));
        }
        writeVisitor(json, visit);
        writePage(json, step);
        writeCommerce(json, visit.visitor().market(), step);
        json.writeStringField("user_agent", visit.visitor().userAgent());
        json.writeStringField("ip_address", visit.visitor().ipAddress());
        writeRest(json, visit, step.type());
        json.writeEndObject();
      }
      return text.getAndClear();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private static String time(Instant time, Defect defect) {
    if (defect == Defect.EVENT_TIME_NOT_A_TIME) {
      return "yesterday at noon";
    }
    return defect == Defect.EVENT_TIME_OUT_OF_RANGE
        ? "1999-12-31T23:59:59.000Z"
        : TIME.format(time);
  }

  private static void writeVisitor(JsonGenerator json, Visit visit) throws IOException {
    Visitor visitor = visit.visitor();
    if (visitor.userId() != null) {
      json.writeStringField("user_id", visitor.userId());
    }
    json.writeStringField("anonymous_id", visitor.anonymousId());
    json.writeStringField("session_id", visit.sessionId());
  }

  private static void writePage(JsonGenerator json, Visit.Step step) throws IOException {
    json.writeObjectFieldStart("page");
    json.writeStringField("url", step.page().url());
    json.writeStringField("title", step.page().title());
    json.writeEndObject();
    if (step.referrer() != null) {
      json.writeStringField("referrer", step.referrer());
    }
  }

  private static void writeCommerce(JsonGenerator json, Shop.Market market, Visit.Step step)
      throws IOException {
    Visit.Line line = step.product();
    if (line != null) {
      json.writeObjectFieldStart("product");
      json.writeStringField("id", line.product().id());
      json.writeStringField("name", line.product().name());
      json.writeStringField("category", line.product().category());
      json.writeStringField("brand", line.product().brand());
      json.writeNumberField("price", line.price());
      json.writeEndObject();
      if (step.type() == EventType.ADD_TO_CART) {
        json.writeNumberField("quantity", line.quantity());
      }
    }
    if (line != null || !step.items().isEmpty()) {
      json.writeStringField("currency", market.currency());
    }
    if (step.orderId() != null) {
      json.writeObjectFieldStart("order");
      json.writeStringField("id", step.orderId());
      if (step.total() != null) {
        json.writeNumberField("total", step.total());
      }
      json.writeEndObject();
    }
    if (!step.items().isEmpty()) {
      json.writeArrayFieldStart("items");
      for (Visit.Line item : step.items()) {
        json.writeStartObject();
        json.writeStringField("product_id", item.product().id());
        json.writeNumberField("price", item.price());
        json.writeNumberField("quantity", item.quantity());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (step.searchTerm() != null) {
      json.writeObjectFieldStart("search");
      json.writeStringField("term", step.searchTerm());
      json.writeNumberField("results", step.results());
      json.writeEndObject();
    }
  }

  /** Fields without a column. */
  private static void writeRest(JsonGenerator json, Visit visit, EventType type)
      throws IOException {
    switch (type) {
      case PAGE_VIEW -> {
        json.writeObjectFieldStart("context");
        json.writeStringField("locale", visit.visitor().market().locale());
        json.writeObjectFieldStart("screen");
        json.writeNumberField("width", visit.visitor().screenWidth());
        json.writeEndObject();
        json.writeEndObject();
      }
      case PRODUCT_VIEW, ADD_TO_CART, CHECKOUT -> {
        json.writeObjectFieldStart("properties");
        json.writeObjectFieldStart("experiment");
        json.writeStringField("button", visit.variant());
        json.writeEndObject();
        json.writeEndObject();
      }
      case SEARCH, PURCHASE -> {}
    }
  }
}
