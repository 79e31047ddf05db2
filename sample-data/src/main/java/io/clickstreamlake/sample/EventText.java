package io.clickstreamlake.sample;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SegmentedStringWriter;
import com.fasterxml.jackson.core.util.BufferRecycler;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The JSON writer of events, in the format of {@code sample-data/README.md}. */
final class EventText {

  private static final JsonFactory JSON = new JsonFactory();

  private final EventTime times = new EventTime();
  private final BufferRecycler buffers = new BufferRecycler();

  /**
   * Writes one line of JSON; without a defect if {@code defect} is null.
   *
   * @param cut length of a text with {@link Defect#CUT_OFF}, as a share of the full length
   */
  String write(Action action, String eventId, Defect defect, double cut) {
    if (defect == Defect.NOT_JSON) {
      Step.Page page = action.step().page();
      return action.visitor().ipAddress()
          + " - - \"GET "
          + (page == null ? Shop.HOME : page.url())
          + " HTTP/1.1\" 200 5124 "
          + eventId;
    }
    if (defect == Defect.NOT_AN_OBJECT) {
      return '"' + action.step().type().text() + ' ' + eventId + '"';
    }
    String text = object(action, eventId, defect);
    // At least the opening brace is kept, and never the closing one.
    return defect == Defect.CUT_OFF
        ? text.substring(0, 1 + (int) (cut * (text.length() - 2)))
        : text;
  }

  private String object(Action action, String eventId, Defect defect) {
    Step step = action.step();
    try (SegmentedStringWriter text = new SegmentedStringWriter(buffers)) {
      try (JsonGenerator json = JSON.createGenerator(text)) {
        json.writeStartObject();
        json.writeStringField("event_id", eventId);
        if (defect != Defect.MISSING_EVENT_TYPE) {
          json.writeStringField("event_type", step.type().text());
        }
        if (defect != Defect.MISSING_EVENT_TIME) {
          json.writeStringField("event_time", time(action.millis(), defect));
        }
        writeVisitor(json, action);
        if (step.page() != null) {
          writePage(json, step);
        }
        writeCommerce(json, action.visitor().market(), step);
        // A refund comes from the back office, not from a browser.
        if (step.type() != EventType.REFUND) {
          json.writeStringField("user_agent", action.visitor().userAgent());
          json.writeStringField("ip_address", action.visitor().ipAddress());
        }
        writeRest(json, action);
        json.writeEndObject();
      }
      return text.getAndClear();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private String time(long millis, Defect defect) {
    if (defect == Defect.EVENT_TIME_NOT_A_TIME) {
      return "yesterday at noon";
    }
    return defect == Defect.EVENT_TIME_OUT_OF_RANGE ? "1999-12-31T23:59:59.000Z" : times.of(millis);
  }

  private static void writeVisitor(JsonGenerator json, Action action) throws IOException {
    if (action.userId() != null) {
      json.writeStringField("user_id", action.userId());
    }
    json.writeStringField("anonymous_id", action.visitor().anonymousId());
    if (action.sessionId() != null) {
      json.writeStringField("session_id", action.sessionId());
    }
  }

  private static void writePage(JsonGenerator json, Step step) throws IOException {
    json.writeObjectFieldStart("page");
    json.writeStringField("url", step.page().url());
    json.writeStringField("title", step.page().title());
    json.writeEndObject();
    if (step.referrer() != null) {
      json.writeStringField("referrer", step.referrer());
    }
  }

  private static void writeCommerce(JsonGenerator json, Shop.Market market, Step step)
      throws IOException {
    Step.Line line = step.product();
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
      for (Step.Line item : step.items()) {
        json.writeStartObject();
        json.writeStringField("product_id", item.product().id());
        json.writeNumberField("price", item.price());
        json.writeNumberField("quantity", item.quantity());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (step.search() != null) {
      json.writeObjectFieldStart("search");
      json.writeStringField("term", step.search().term());
      json.writeNumberField("results", step.search().results());
      json.writeEndObject();
    }
  }

  /** Fields without a column. */
  private static void writeRest(JsonGenerator json, Action action) throws IOException {
    switch (action.step().type()) {
      case PAGE_VIEW, SEARCH -> {
        json.writeObjectFieldStart("context");
        json.writeStringField("locale", action.visitor().market().locale());
        json.writeStringField("timezone", action.visitor().market().timezone());
        json.writeObjectFieldStart("screen");
        json.writeNumberField("width", action.visitor().screenWidth());
        json.writeEndObject();
        json.writeEndObject();
      }
      case PRODUCT_VIEW, ADD_TO_CART, CHECKOUT -> {
        json.writeObjectFieldStart("properties");
        json.writeObjectFieldStart("experiment");
        json.writeStringField("button", action.variant());
        json.writeEndObject();
        json.writeEndObject();
      }
      case PURCHASE, REFUND -> {}
    }
  }
}
