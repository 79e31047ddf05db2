package io.clickstreamlake.sink;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Item;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;

/**
 * A generator of click events that resemble production: skewed types, many nulls, nested order
 * lines. The same seed generates the same events.
 */
public final class Events {

  static final Instant START = Instant.parse("2025-11-20T12:00:00Z");
  private static final String[] TYPES = {
    "page_view",
    "page_view",
    "page_view",
    "product_view",
    "product_view",
    "search",
    "add_to_cart",
    "checkout",
    "purchase"
  };

  private final Random random;
  private long next;

  public Events(long seed) {
    this.random = new Random(seed);
  }

  List<ClickEvent> take(int count) {
    List<ClickEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(next());
    }
    return events;
  }

  public ClickEvent next() {
    long number = next++;
    String type = TYPES[random.nextInt(TYPES.length)];
    Instant time = START.plusMillis(number * 40 + random.nextInt(30_000));
    ClickEvent event = new ClickEvent();
    event.setEventId("e%016x-%08x".formatted(random.nextLong(), number));
    event.setEventType(type);
    event.setEventTime(time);
    event.setArrivalTime(time.plusMillis(random.nextInt(5_000)));
    event.setProcessedTime(START.plusMillis(number * 40 + 40_000));
    if (random.nextInt(3) > 0) {
      event.setUserId("u" + random.nextInt(20_000));
    }
    event.setAnonymousId("a%012x".formatted(random.nextInt(50_000) * 7919L));
    event.setSessionId("s%012x".formatted(random.nextInt(80_000) * 104729L));
    String path = "/c/" + random.nextInt(40) + "/p/" + random.nextInt(3_000);
    event.setPageHost("shop.example.com");
    event.setPagePath(path);
    event.setPageUrl("https://shop.example.com" + path + "?ref=" + random.nextInt(1_000));
    event.setPageTitle("Product " + random.nextInt(3_000) + ", größer & schöner");
    if (random.nextBoolean()) {
      event.setReferrerUrl("https://www.search.example/?q=" + random.nextInt(500));
      event.setReferrerHost("www.search.example");
      event.setUtmSource("newsletter");
      event.setUtmMedium("email");
    }
    if (type.equals("search")) {
      event.setSearchTerm("term " + random.nextInt(2_000));
    }
    if (type.equals("product_view") || type.equals("add_to_cart")) {
      event.setProductId("sku-" + random.nextInt(3_000));
      event.setProductName("Product " + random.nextInt(3_000));
      event.setCategory("category " + random.nextInt(40));
      event.setPrice(BigDecimal.valueOf(random.nextInt(1_000_000), 2));
      event.setQuantity(1 + random.nextInt(3));
      event.setCurrency("EUR");
    }
    if (type.equals("purchase") || type.equals("checkout")) {
      List<Item> items = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        Item item = new Item();
        item.setProductId("sku-" + random.nextInt(3_000));
        if (i != 2) {
          item.setPrice(BigDecimal.valueOf(random.nextInt(100_000), 2));
        }
        item.setQuantity(1 + i);
        items.add(item);
      }
      event.setOrderId("o" + number);
      event.setItems(items);
      event.setRevenue(BigDecimal.valueOf(random.nextInt(10_000_000), 2));
    }
    if (random.nextInt(4) == 0) {
      event.setProperties(Map.of("experiment", "b" + random.nextInt(4), "scroll", "80"));
    }
    event.setStream("clickstream");
    event.setShardId("shardId-00000000000" + random.nextInt(4));
    event.setSequenceNumber("4959033" + (100_000_000_000L + number));
    event.setDeviceClass(random.nextBoolean() ? "Phone" : "Desktop");
    event.setOsName("Android");
    event.setBrowserName("Chrome");
    event.setIsBot(false);
    event.setGeoCountry("DE");
    event.setIsLate(number % 50 == 0);
    event.setQualityFlags(number % 100 == 0 ? List.of("negative_price", "no_host") : List.of());
    return event;
  }

  static String day(ClickEvent event) {
    return "day=" + event.getEventTime().toString().substring(0, 10);
  }

  static final List<String> SORT_COLUMNS = List.of("event_type", "event_time");

  /** A builder of the sink of click events, with small row groups. */
  static RollingParquetSinkBuilder<ClickEvent> sink() {
    return sink(ClickEvent.getClassSchema());
  }

  static RollingParquetSinkBuilder<ClickEvent> sink(Schema schema) {
    return RollingParquetSink.<ClickEvent>forAvro(schema)
        .identity("test/click_events")
        .bucketBy(Events::day)
        .sortBy(SORT_COLUMNS)
        .rowGroupRows(5_000)
        .pageRows(500)
        .withoutDictionary("event_id", "sequence_number")
        .bloomFilter("event_id", 5_000)
        .bloomFilter("user_id", 5_000);
  }
}
