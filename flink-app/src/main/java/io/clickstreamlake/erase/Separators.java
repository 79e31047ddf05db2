package io.clickstreamlake.erase;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The white space, commas and brackets between the records of a text. With a record goes its line,
 * or its comma in an array; an array without elements goes too. What is left is as valid as before.
 */
final class Separators {

  /** Stands for a record that is removed; no separator is like it. */
  static final char REMOVED = '\uFFFF';

  private static final Pattern COMMA_AFTER = Pattern.compile("\\A[ \\t\\r\\n]*,[ \\t\\r\\n]*");
  private static final Pattern COMMA_BEFORE = Pattern.compile(",[ \\t\\r\\n]*\\z");
  private static final Pattern BRACKET_AFTER = Pattern.compile("\\A[ \\t\\r\\n]*\\]");
  private static final Pattern BRACKET_BEFORE = Pattern.compile("\\[[ \\t\\r\\n]*\\z");
  private static final Pattern LINE_START = Pattern.compile("(?<=\\A|\\n)[ \\t]*\\z");
  private static final Pattern LINE_END = Pattern.compile("\\A[ \\t\\r]*\\n");

  private Separators() {}

  /**
   * @param gap the separators between two records that stay, with {@link #REMOVED} for each record
   *     that was there
   * @param isStart whether no record is before the gap
   * @param isEnd whether none is after it
   */
  static String without(String gap, boolean isStart, boolean isEnd) {
    // No blank before a record that stays: it may be one line with the record before.
    String before = isStart ? "" : "x";
    String after = isEnd ? "" : "x";
    for (String left = gap; ; ) {
      int at = left.indexOf(REMOVED);
      if (at < 0) {
        return left;
      }
      left = step(before + left.substring(0, at), left.substring(at + 1) + after);
      left = left.substring(before.length(), left.length() - after.length());
    }
  }

  private static String step(String before, String after) {
    Matcher comma = COMMA_AFTER.matcher(after);
    if (comma.find()) {
      return before + after.substring(comma.end());
    }
    Matcher bracket = BRACKET_AFTER.matcher(after);
    boolean endsArray = bracket.find();
    Matcher commaBefore = COMMA_BEFORE.matcher(before);
    if (commaBefore.find() && (endsArray || after.isBlank())) {
      return before.substring(0, commaBefore.start()) + after;
    }
    Matcher bracketBefore = BRACKET_BEFORE.matcher(before);
    if (endsArray && bracketBefore.find()) {
      return before.substring(0, bracketBefore.start()) + REMOVED + after.substring(bracket.end());
    }
    Matcher lineStart = LINE_START.matcher(before);
    Matcher lineEnd = LINE_END.matcher(after);
    if (lineStart.find() && lineEnd.find()) {
      return before.substring(0, lineStart.start()) + after.substring(lineEnd.end());
    }
    return before + after;
  }
}
