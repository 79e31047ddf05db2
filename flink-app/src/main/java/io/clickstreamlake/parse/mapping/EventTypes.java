package io.clickstreamlake.parse.mapping;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The event types of the lake by names in events. A name with an asterisk matches any text in its
 * place: {@code Viewed * Page}. Exact names take precedence, then the order of the mapping.
 */
final class EventTypes {

  private final Map<String, String> exact = new HashMap<>();
  private final List<String[]> patterns = new ArrayList<>();
  private final List<String> patternTypes = new ArrayList<>();

  void add(String name, String type) {
    if (name.indexOf('*') < 0) {
      exact.put(name, type);
    } else {
      patterns.add(name.split("\\*", -1));
      patternTypes.add(type);
    }
  }

  /** The event type for a name; the name itself if the mapping does not have it. */
  String of(String name) {
    String type = exact.get(name);
    if (type != null) {
      return type;
    }
    for (int i = 0; i < patterns.size(); i++) {
      if (matches(name, patterns.get(i))) {
        return patternTypes.get(i);
      }
    }
    return name;
  }

  /** Whether the pieces occur in this order, the first at the start and the last at the end. */
  private static boolean matches(String name, String[] pieces) {
    String last = pieces[pieces.length - 1];
    int end = name.length() - last.length();
    int at = pieces[0].length();
    if (at > end || !name.startsWith(pieces[0]) || !name.endsWith(last)) {
      return false;
    }
    for (int i = 1; i < pieces.length - 1; i++) {
      int found = name.indexOf(pieces[i], at);
      if (found < 0 || found + pieces[i].length() > end) {
        return false;
      }
      at = found + pieces[i].length();
    }
    return true;
  }
}
