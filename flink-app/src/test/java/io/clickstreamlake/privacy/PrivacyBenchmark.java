package io.clickstreamlake.privacy;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A benchmark of the CPU time of the privacy step on ordinary events without personal data: URLs
 * with campaign parameters, a referrer, ids, and a dozen properties. Run {@link #main}; it prints
 * nanoseconds per event for each round.
 */
final class PrivacyBenchmark {

  /** Few enough to stay in the CPU cache, like an event between two steps. */
  private static final int EVENTS = 1_000;

  private static final int TIMES = 100;
  private static final int ROUNDS = 12;
  private static final String[] NAMES = {
    "context.locale",
    "context.screen.width",
    "context.screen.height",
    "payment.method",
    "payment.instalments",
    "gift",
    "experiment",
    "scroll.depth",
    "app.version",
    "sent.at",
    "button.label",
    "list"
  };

  private PrivacyBenchmark() {}

  public static void main(String[] args) {
    ValidationErrors problems = new ValidationErrors();
    Privacy privacy =
        Privacy.of(
            JobSettings.of(
                Map.of("source.stream", "s", "source.region", "r", "sink.path", "s3://processed")),
            EventColumns.CONTRACT,
            problems);
    problems.throwIfAny();
    List<ParsedEvent> events = events(new Random(7));
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] nanos = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = threads.getCurrentThreadCpuTime();
      for (int time = 0; time < TIMES; time++) {
        for (ParsedEvent event : events) {
          privacy.protect(event);
        }
      }
      nanos[round] = (threads.getCurrentThreadCpuTime() - start) / (EVENTS * TIMES);
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%5d ns/event (median of rounds %s)%n", sorted[ROUNDS / 2], Arrays.toString(nanos));
  }

  private static List<ParsedEvent> events(Random random) {
    List<ParsedEvent> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      ClickEvent event = new ClickEvent();
      event.setEventId("e%016x-%08x".formatted(random.nextLong(), i));
      event.setEventType("page_view");
      event.setUserId("u" + random.nextInt(20_000));
      event.setAnonymousId("a%012x".formatted(random.nextInt(50_000) * 7919L));
      event.setSessionId("s%012x".formatted(random.nextInt(80_000) * 104729L));
      String path = "/c/" + random.nextInt(40) + "/p/" + random.nextInt(3_000);
      String query = "utm_source=newsletter&utm_medium=email&utm_campaign=weekly_deals&ref=" + i;
      event.setPageUrl("https://shop.example.com" + path + "?" + query);
      event.setPageHost("shop.example.com");
      event.setPagePath(path);
      event.setPageQuery(query);
      event.setPageTitle("Product " + random.nextInt(3_000) + ", größer & schöner");
      event.setReferrerUrl("https://www.search.example/?q=hiking+boots+" + random.nextInt(500));
      event.setReferrerHost("www.search.example");
      event.setReferrerMedium("search");
      event.setUtmSource("newsletter");
      event.setUtmMedium("email");
      event.setUtmCampaign("weekly_deals");
      event.setProductId("sku-" + random.nextInt(3_000));
      event.setProductName("Hiking Boot Granite Mid " + random.nextInt(3_000));
      event.setCategory("category " + random.nextInt(40));
      event.setBrand("Bergwerk");
      event.setCurrency("EUR");
      event.setDeviceClass("Phone");
      event.setOsName("Android");
      event.setOsVersion("14");
      event.setBrowserName("Chrome");
      event.setBrowserVersion("131.0.0.0");
      event.setGeoCountry("DE");
      event.setProperties(properties(random));
      ParsedEvent parsed = new ParsedEvent();
      parsed.event = event;
      events.add(parsed);
    }
    return events;
  }

  private static Map<String, String> properties(Random random) {
    String[] values = {
      "de-DE",
      "1920",
      "1080",
      "card",
      "" + random.nextInt(12),
      "false",
      "b" + random.nextInt(4),
      "" + random.nextInt(100),
      "4.12.0",
      "2026-11-20T10:15:30.123Z",
      "Add to cart",
      "[\"a\",\"b\",\"c\"]"
    };
    Map<String, String> properties = new HashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      properties.put(NAMES[i], values[i]);
    }
    return properties;
  }
}
