package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.stack.JobTrial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The counts of a trial. */
final class TrialSummary implements JobTrial.Results {

  private static final List<String> OUTCOMES = List.of("written", "duplicate", "rejected");

  private final Map<String, Long> outcomes = new LinkedHashMap<>();
  private final Map<String, Long> rejections = new TreeMap<>();
  private final Map<String, Long> flags = new TreeMap<>();

  /** Number of events by property and what its value looks like. */
  private final Map<String, Map<String, Long>> looksLike = new TreeMap<>();

  private final Map<String, Long> properties = new TreeMap<>();
  private final Set<String> filled = new HashSet<>();
  private final Set<String> records = new HashSet<>();
  private List<String> columns = List.of();

  TrialSummary() {
    OUTCOMES.forEach(outcome -> outcomes.put(outcome, 0L));
  }

  @Override
  public void columns(List<String> names) {
    columns = names;
  }

  @Override
  public void event(String place, JsonNode outcome) {
    records.add(place);
    count(outcomes, outcome.path("outcome").asText());
    if (outcome.has("reason")) {
      count(rejections, reason(outcome));
    }
    outcome.path("flags").forEach(flag -> count(flags, flag.asText()));
    outcome.path("columns").fieldNames().forEachRemaining(filled::add);
    // A column that was filled and then protected may be empty in the row.
    outcome.path("protected").forEach(name -> filled.add(name.asText()));
    outcome.path("properties").fieldNames().forEachRemaining(name -> count(properties, name));
    outcome
        .path("looksLike")
        .fields()
        .forEachRemaining(
            property ->
                count(
                    looksLike.computeIfAbsent(property.getKey(), name -> new TreeMap<>()),
                    property.getValue().asText()));
  }

  static String reason(JsonNode outcome) {
    return outcome.path("reason").asText()
        + (outcome.has("column") ? " " + outcome.path("column").asText() : "");
  }

  private static void count(Map<String, Long> counts, String key) {
    counts.merge(key, 1L, Long::sum);
  }

  long rejected() {
    return outcomes.get("rejected");
  }

  private long accepted() {
    return outcomes.get("written") + outcomes.get("duplicate");
  }

  private List<String> neverFilled() {
    return accepted() == 0
        ? List.of()
        : columns.stream()
            .filter(column -> !filled.contains(column))
            .filter(column -> !column.equals("properties") && !column.equals("quality_flags"))
            .toList();
  }

  /** What most values of a property look like, if they look like one thing. */
  private Map<String, String> shapes() {
    Map<String, String> shapes = new TreeMap<>();
    looksLike.forEach(
        (property, counts) ->
            counts.forEach(
                (shape, events) -> {
                  if (events * 10 >= properties.getOrDefault(property, 0L) * 9) {
                    shapes.put(property, shape);
                  }
                }));
    return shapes;
  }

  ObjectNode json() {
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    summary.put("records", records.size());
    outcomes.forEach(summary::put);
    rejections.forEach(summary.putObject("rejections")::put);
    flags.forEach(summary.putObject("flags")::put);
    neverFilled().forEach(summary.putArray("neverFilled")::add);
    shapes().forEach(summary.putObject("looksLike")::put);
    return summary;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        counted(accepted() + rejected(), "event")
            + " in "
            + counted(records.size(), "record")
            + ": "
            + String.join(
                ", ",
                outcomes.entrySet().stream()
                    .filter(outcome -> outcome.getValue() > 0 || outcome.getKey().equals("written"))
                    .map(outcome -> outcome.getValue() + " " + outcome.getKey())
                    .toList()));
    rejections.forEach((reason, count) -> lines.add("  rejected  " + reason + ": " + count));
    flags.forEach((flag, count) -> lines.add("  flagged   " + flag + ": " + count));
    List<String> empty = neverFilled();
    if (!empty.isEmpty()) {
      lines.add("");
      lines.add("Columns that no event fills: " + String.join(", ", empty));
    }
    Map<String, String> shapes = shapes();
    if (!shapes.isEmpty()) {
      lines.add("");
      lines.add("Properties that look like a column; a path in the mapping makes them one:");
      int width = shapes.keySet().stream().mapToInt(String::length).max().orElse(0);
      shapes.forEach(
          (property, shape) ->
              lines.add(
                  "  "
                      + property
                      + " ".repeat(width - property.length() + 2)
                      + shape
                      + " in "
                      + counted(properties.getOrDefault(property, 0L), "event")));
    }
    return lines;
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
