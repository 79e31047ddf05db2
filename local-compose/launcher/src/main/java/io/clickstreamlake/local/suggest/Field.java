package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The values of one field in the samples. */
final class Field {

  /** More are not needed to tell an id from a type. */
  private static final int MAX_DISTINCT = 1_000;

  private final FieldPath path;
  private final Map<Shape, Integer> shapes = new EnumMap<>(Shape.class);
  private final Set<String> distinct = new HashSet<>();
  private final Set<Integer> events = new HashSet<>();
  private final Set<Integer> timedEvents = new HashSet<>();
  private final Set<String> timeFormats = new HashSet<>();
  private int values;

  Field(FieldPath path) {
    this.path = path;
  }

  FieldPath path() {
    return path;
  }

  void add(JsonNode value, int event) {
    values++;
    events.add(event);
    shapes.merge(Shape.of(value), 1, Integer::sum);
    TimeFormat.of(value)
        .ifPresent(
            format -> {
              timeFormats.add(format);
              timedEvents.add(event);
            });
    if (distinct.size() < MAX_DISTINCT) {
      distinct.add(value.asText());
    }
  }

  int values() {
    return values;
  }

  /** Numbers of the events that have a value. */
  Set<Integer> events() {
    return events;
  }

  /** Numbers of the events that have a time. */
  Set<Integer> timedEvents() {
    return timedEvents;
  }

  /** The formats of its times, in the words of a mapping. */
  Set<String> timeFormats() {
    return timeFormats;
  }

  Set<String> distinct() {
    return distinct;
  }

  /** Whether nine of ten values have this shape. */
  boolean is(Shape shape) {
    return shapes.getOrDefault(shape, 0) * 10 >= values * 9;
  }

  /** Whether half of the values are times; producers mix their forms. */
  boolean isOftenTime() {
    return timedEvents.size() * 2 >= events.size() && shapes.getOrDefault(Shape.TIME, 0) > 0;
  }

  /** Whether its values are URLs, or paths of one. */
  boolean isUrlOrPath() {
    return shapes.getOrDefault(Shape.URL, 0) * 10 >= values * 9
        || distinct.stream().allMatch(value -> value.startsWith("/") || value.contains("://"));
  }

  /** Whether it has numbers that say that there is no time. */
  boolean hasPlaceholders() {
    return distinct.contains("0") || distinct.contains("-1");
  }

  /** Whether its values are numbers that begin at 0, so that 0 is one of them. */
  boolean isNumberedFromZero() {
    return distinct.contains("0")
        && distinct.contains("1")
        && distinct.stream().allMatch(value -> value.matches("\\d+"));
  }

  boolean isNever(Shape shape) {
    return !shapes.containsKey(shape);
  }
}
