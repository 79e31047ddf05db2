package io.clickstreamlake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.event.ClickEvent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;

/**
 * Events with one marked piece of personal data each, in every position of an event. Values with a
 * recognizable format are under any name; the others are under sensitive names.
 */
final class PersonalDataCorpus {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Values that are found by their format, by kind. */
  static final Map<String, String> BY_FORMAT =
      Map.of(
          "email", "marked.person@example.com",
          "phone", "+49 171 5550199",
          "ipv4", "198.51.100.77",
          "ipv6", "2001:db8:77::4711",
          "user_agent", "Mozilla/5.0 (X11; Marked; rv:128.0) Gecko/20100101 Firefox/128.0",
          "jwt", "eyJhbGciOiJIUzI1NiJ9.eyJtYXJrZWQiOiIxIn0.bWFya2Vkc2lnbmF0dXJl");

  /** Values that are found only by their name, by that name. */
  static final Map<String, String> BY_NAME =
      Map.of(
          "login.password.value", "marked-hunter-2",
          "accessToken", "marked-token-4711",
          "to_phone_number", "0171 marked 5550199",
          "$raw_user_agent", "MarkedApp/1 (Pixel)",
          "requestIp", "marked-address");

  /** Columns in which four numbers with dots are, by design, a version or a server. */
  private static final Set<String> WITHOUT_IPV4 =
      Set.of("page_host", "referrer_host", "os_version", "browser_version");

  /** The distinctive parts of the values, which no output may hold. */
  static final List<String> MARKS =
      List.of(
          "marked",
          "Marked",
          "5550199",
          "198.51.100.77",
          "2001:db8:77",
          "eyJtYXJrZWQi",
          "bWFya2Vk",
          "bWFya2");

  private final List<String> events = new ArrayList<>();
  private final Set<String> added = new HashSet<>();

  private PersonalDataCorpus() {}

  static List<String> events() {
    PersonalDataCorpus corpus = new PersonalDataCorpus();
    BY_FORMAT.values().forEach(corpus::addInEveryPosition);
    BY_NAME.forEach(corpus::addUnderItsName);
    return corpus.events;
  }

  /** Encodings in which a text can hold a value. */
  private static Map<String, UnaryOperator<String>> encodings() {
    Map<String, UnaryOperator<String>> encodings = new LinkedHashMap<>();
    encodings.put("plain", value -> value);
    encodings.put("once", PersonalDataCorpus::encoded);
    encodings.put("twice", value -> encoded(encoded(value)));
    encodings.put("three times", value -> encoded(encoded(encoded(value))));
    encodings.put("path", value -> encoded(value).replace("+", "%20"));
    return encodings;
  }

  private void addInEveryPosition(String value) {
    for (Schema.Field column : ClickEvent.getClassSchema().getFields()) {
      if (!Set.of("none", "").contains(String.valueOf(column.getProp("redact")))
          && column.schema().toString().contains("\"string\"")
          && !column.name().equals("properties")
          && !(value.equals(BY_FORMAT.get("ipv4")) && WITHOUT_IPV4.contains(column.name()))) {
        add(column.name(), value);
        add(column.name(), "before " + value);
        encodings().values().forEach(encoding -> add(column.name(), encoding.apply(value)));
      }
    }
    encodings()
        .values()
        .forEach(
            encoding -> {
              String written = encoding.apply(value);
              addInUrls(written);
              add("any", written);
              add("deep", Map.of("er", Map.of("and", Map.of("deeper", written))));
              add("list", List.of("a", written));
              add("list", List.of(Map.of("any", written), 1));
              add("lists", List.of(List.of(List.of(written))));
              add("form", "a=1&any=" + written + "&b=2");
            });
    add("text", "some words " + value);
    add("names", Map.of(value, 1));
    add("names", Map.of("inner", Map.of("seen " + value, Map.of("x", "y"))));
    add("list", List.of(Map.of("seen " + value, 1)));
    add("items", List.of(Map.of("product_id", value, "name", value, "quantity", 1)));
    addAsJson("any", value);
  }

  private void addUnderItsName(String name, String value) {
    add(name, value);
    Object nested = value;
    String[] parts = name.split("\\.");
    for (int i = parts.length - 1; i >= 0; i--) {
      nested = Map.of(parts[i], nested);
    }
    add("deep", Map.of("er", nested));
    add("list", List.of(nested, 1));
    add("list", List.of(Map.of("name", name, "value", value)));
    add("field", Map.of("name", name, "value", value));
    add("form", "a=1&" + name + "=" + encoded(value) + "&b=2");
    for (UnaryOperator<String> encoding : encodings().values()) {
      String written = encoding.apply(name + "=" + encoded(value) + "&b=2");
      for (String column : List.of("page_url", "referrer_url")) {
        add(column, "https://shop.example/p?a=1&" + name + "=" + encoded(value));
        add(column, "https://shop.example/p#" + name + "=" + encoded(value));
        add(column, "https://shop.example/#/route/" + name + "=" + encoded(value));
        add(
            column,
            "https://shop.example/p?next=" + encoding.apply("https://x.example/?") + written);
      }
      add("any", "https://shop.example/p?next=" + encoding.apply("https://x.example/?") + written);
    }
    addAsJson(name, value);
  }

  private void addInUrls(String written) {
    for (String column : List.of("page_url", "referrer_url", "any")) {
      add(column, "https://shop.example/p?q=" + written + "&b=1");
      if (!written.startsWith("+")) {
        // An unencoded plus is a space there.
        add(column, "https://shop.example/p?utm_term=" + written + "&gclid=" + written);
      }
      add(column, "https://shop.example/p#" + written);
      add(column, "https://shop.example/p?a=1#/r?q=" + written);
      add(column, "https://shop.example/u/" + written);
      if (!written.contains("/")) {
        add(column, "https://" + written + ":x@shop.example/");
        add(column, "https://bob:" + written + "@shop.example/");
      }
      add(column, "https://shop.example/?next=" + encoded("https://x.example/?q=" + written));
      add(column, "https://shop.example/?next=https://x.example/?q=" + written);
    }
  }

  /** Adds texts that hold JSON: plain, nested, encoded, in base64, and truncated. */
  private void addAsJson(String name, String value) {
    String json = json(Map.of("a", 1, "inner", Map.of(name, value)));
    add("payload", json);
    add("payload", json(Map.of("text", json)));
    add("payload", json(Map.of("text", json(List.of(json)))));
    add("payload", "before " + json + " behind");
    add("payload", json.substring(0, json.length() - 1).replaceAll("}+$", ""));
    add("payload", encoded(json));
    add("payload", encoded(encoded(json)));
    add("payload", "data=" + encoded(json) + "&b=2");
    add("payload", Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    add("payload", Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    add("page_url", "https://shop.example/?d=" + encoded(json));
    add("list", List.of(json, Map.of("text", json)));
  }

  private void add(String name, Object value) {
    if (!added.add(name + " " + value)) {
      return;
    }
    ObjectNode event = JSON.createObjectNode();
    event.put("event_id", "c" + events.size());
    event.put("event_type", "page_view");
    event.put("event_time", "2026-11-20T10:15:30Z");
    event.set(name, JSON.valueToTree(value));
    events.add(event.toString());
  }

  private static String json(Object value) {
    return JSON.valueToTree(value).toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
