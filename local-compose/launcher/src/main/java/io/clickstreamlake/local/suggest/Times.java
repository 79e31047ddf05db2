package io.clickstreamlake.local.suggest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The section {@code time} of a draft.
 *
 * @param paths of the event time
 * @param sent times at which producers sent the events
 * @param events number of all events
 */
record Times(List<Field> paths, List<Field> sent, int events) {

  List<String> yaml() {
    List<Field> other = sent.stream().filter(field -> !paths.contains(field)).toList();
    List<String> entries = new ArrayList<>();
    Set<String> formats = new HashSet<>();
    paths.forEach(field -> formats.addAll(field.timeFormats()));
    if (!paths.isEmpty() && !other.isEmpty()) {
      other.forEach(field -> formats.addAll(field.timeFormats()));
    }
    if (!formats.isEmpty()) {
      entries.add("formats: " + TimeFormat.list(formats));
    }
    int without = without();
    if (without > 0) {
      entries.add("absent: arrival");
    }
    if (!paths.isEmpty() && !other.isEmpty()) {
      entries.add(
          "sent_at: ["
              + String.join(", ", other.stream().map(field -> field.path().yaml()).toList())
              + "]");
    }
    return entries.isEmpty()
        ? List.of()
        : List.of("time: {" + String.join(", ", entries) + "}" + note(without));
  }

  private String note(int without) {
    if (paths.isEmpty()) {
      return "   # no field looks like a time";
    }
    return without == 0 ? "" : "   # " + without + " events have no time";
  }

  /** Number of events that have neither a time nor a text in its place. */
  private int without() {
    Set<Integer> filled = new HashSet<>();
    for (Field field : paths) {
      filled.addAll(field.hasPlaceholders() ? field.timedEvents() : field.events());
    }
    return events - filled.size();
  }
}
