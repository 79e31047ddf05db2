package io.clickstreamlake.parse;

/**
 * Finds where a value that is no JSON ends, so that it takes no neighbour along. Nothing in it can
 * be trusted: a quote may be missing, and then texts and structure change places; so may a brace,
 * and then the value never closes. In one pass from its start the first of these decides:
 *
 * <ul>
 *   <li>the brace that closes it, counted with regard to texts, if what follows looks like the
 *       beginning of another event or the end;
 *   <li>the same, counted without regard to texts, for a value in which a quote is missing;
 *   <li>a line that begins with a brace or bracket, indented no deeper than the value itself.
 * </ul>
 *
 * If nothing closes it before such a line or the end, it ends at the first object inside it that
 * stands where JSON allows none: there a brace is missing, and the neighbour begins.
 *
 * <p>An unescaped line end closes a text: JSON allows none in texts.
 */
final class DamagedValue {

  private static final int NONE = -1;

  /** Levels of which is known whether they are objects or arrays. */
  private static final int LEVELS = Long.SIZE;

  private DamagedValue() {}

  /**
   * Where the damaged value that begins at start with a brace or bracket ends, without separators
   * behind it.
   *
   * @return more than start
   */
  static int end(byte[] bytes, int start, int end, WorkBudget budget) {
    int found = find(bytes, start, end, column(bytes, start), budget);
    return Math.max(start + 1, Separators.trimEnd(bytes, start, found));
  }

  private static int find(byte[] bytes, int start, int end, int column, WorkBudget budget) {
    boolean inText = false;
    int depth = 0;
    int rawDepth = 0;
    // A bit for each level: whether it is an array.
    long arrays = 0;
    int level = 0;
    byte before = 0;
    int misplaced = NONE;
    for (int at = start; at < end; at++) {
      byte b = bytes[at];
      switch (b) {
        case '"':
          inText = !inText;
          before = b;
          break;
        case '\\':
          if (inText) {
            at++;
          }
          before = b;
          break;
        case '\n':
          inText = false;
          if (beginsLine(bytes, at + 1, end, column)) {
            budget.spend(at - start);
            return misplaced == NONE ? at + 1 : misplaced;
          }
          break;
        case '{':
        case '[':
          if (!inText) {
            if (misplaced == NONE && at > start && isMisplaced(before, arrays, level)) {
              misplaced = at;
            }
            level++;
            arrays = b == '[' ? arrays | bit(level) : arrays & ~bit(level);
            before = b;
          }
          if (b == '{' || at == start) {
            depth += inText ? 0 : 1;
            rawDepth++;
          }
          break;
        case ']':
          if (!inText) {
            // A bracket closes no object: one that does not fit is passed over.
            if (level > 0 && (arrays & bit(level)) != 0) {
              level--;
              if (level == 0 && isEnd(bytes, at + 1, end)) {
                budget.spend(at - start);
                return at + 1;
              }
            }
            before = b;
          }
          break;
        case '}':
          rawDepth--;
          if (!inText) {
            depth--;
            // Brackets that were left open end with their object.
            while (level > 1 && (arrays & bit(level)) != 0) {
              level--;
            }
            if (level > 0 && (arrays & bit(level)) == 0) {
              level--;
            }
            before = b;
          }
          if ((depth <= 0 && !inText || rawDepth <= 0) && isEnd(bytes, at + 1, end)) {
            budget.spend(at - start);
            return at + 1;
          }
          break;
        default:
          if (!inText && !Separators.isBlank(b)) {
            before = b;
          }
      }
    }
    budget.spend(end - start);
    return misplaced == NONE ? end : misplaced;
  }

  private static long bit(int level) {
    return 1L << (level % LEVELS);
  }

  /** Whether JSON allows no object or array behind this byte. */
  private static boolean isMisplaced(byte before, long arrays, int level) {
    boolean inArray = (arrays & bit(level)) != 0;
    return inArray ? before != '[' && before != ',' : before != ':';
  }

  /** Whether here, behind white space of no more than this width, an object or array begins. */
  private static boolean beginsLine(byte[] bytes, int from, int end, int column) {
    int at = from;
    while (at < end && at - from < column && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at < end && (bytes[at] == '{' || bytes[at] == '[');
  }

  /** How far the value is indented, if it is the first of its line; else 0. */
  private static int column(byte[] bytes, int start) {
    int at = start;
    while (at > 0 && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t')) {
      at--;
    }
    return at == 0 || bytes[at - 1] == '\n' ? start - at : 0;
  }

  /** Whether behind separators the text ends or an object begins. */
  private static boolean isEnd(byte[] bytes, int from, int end) {
    int at = Separators.skipWithBrackets(bytes, from, end);
    return at == end || beginsObject(bytes, at, end);
  }

  /** Whether what lies here looks like an object: a brace, and then a name or the other brace. */
  static boolean beginsObject(byte[] bytes, int at, int end) {
    if (bytes[at] != '{') {
      return false;
    }
    int next = at + 1;
    while (next < end && Separators.isBlank(bytes[next])) {
      next++;
    }
    return next == end || bytes[next] == '"' || bytes[next] == '}';
  }

  /** Where the next line that begins with a brace or bracket starts, or end. */
  static int nextLine(byte[] bytes, int from, int end) {
    for (int at = from; at < end - 1; at++) {
      if (bytes[at] == '\n' && (bytes[at + 1] == '{' || bytes[at + 1] == '[')) {
        return at + 1;
      }
    }
    return end;
  }
}
