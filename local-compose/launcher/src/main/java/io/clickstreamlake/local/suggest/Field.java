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

  Set<String> distinct() {
    return distinct;
  }

  /** Whether nine of ten values have this shape. */
  boolean is(Shape shape) {
    return shapes.getOrDefault(shape, 0) * 10 >= values * 9;
  }

  boolean isNever(Shape shape) {
    return !shapes.containsKey(shape);
  }
}
