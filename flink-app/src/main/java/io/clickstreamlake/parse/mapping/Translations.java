package io.clickstreamlake.parse.mapping;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of texts and what replaces them. A text with an asterisk matches any text in its place:
 * {@code Viewed * Page}. Exact texts take precedence, then the order of the mapping.
 */
final class Translations {

  private final Map<String, String> exact = new HashMap<>();
  private final List<String[]> patterns = new ArrayList<>();
  private final List<String> results = new ArrayList<>();

  void add(String name, String result) {
    if (name.indexOf('*') < 0) {
      exact.put(name, result);
    } else {
      patterns.add(name.split("\\*", -1));
      results.add(result);
    }
  }

  boolean isEmpty() {
    return exact.isEmpty() && patterns.isEmpty();
  }

  /** What replaces the text, or null; the text itself if nothing does. */
  String of(String text) {
    if (isEmpty()) {
      return text;
    }
    String result = exact.get(text);
    if (result != null || exact.containsKey(text)) {
      return result;
    }
    for (int i = 0; i < patterns.size(); i++) {
      if (matches(text, patterns.get(i))) {
        return results.get(i);
      }
    }
    return text;
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
