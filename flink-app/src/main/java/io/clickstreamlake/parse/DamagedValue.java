package io.clickstreamlake.parse;

/**
 * The search for the end of a value that is not valid JSON, so that its neighbor is not rejected
 * with it. Nothing inside it can be trusted: if a quote is missing, strings and structure are
 * swapped; if a brace is missing, the value never closes. The bytes are therefore interpreted in
 * three ways at once: as JSON; as JSON in which strings and structure are swapped from the point of
 * failure on; and as braces only, inside strings or not. In one pass from the start, the first of
 * these conditions ends the value:
 *
 * <ul>
 *   <li>a brace that closes it in one of the three ways, if the next bytes look like the start of
 *       another event or are the end;
 *   <li>a line that starts with a brace or bracket, indented no deeper than the value itself.
 * </ul>
 *
 * If nothing closes it before such a line or the end, it ends at the first object inside it in a
 * position where JSON does not allow one: a brace is missing there, and the neighbor starts.
 *
 * <p>An unescaped line end closes a string: JSON strings cannot contain one.
 */
final class DamagedValue {

  /** No position. */
  static final int NONE = -1;

  /** Levels that are tracked as object or array; deeper levels share their bits. */
  private static final int LEVELS = Long.SIZE;

  private DamagedValue() {}

  /**
   * Returns the end of the damaged object that begins at start, without trailing separators.
   *
   * @param failedAt where the parser failed, or NONE if it only reached a limit; then strings are
   *     intact, and braces inside them close nothing
   * @return a position after start
   */
  static int end(byte[] bytes, int start, int failedAt, int end, WorkBudget budget) {
    int found = find(bytes, start, failedAt, end, budget);
    int trimmed = Math.max(start + 1, Separators.trimEnd(bytes, start, found));
    int line = trimmed;
    while (line < found && bytes[line] != '\n' && bytes[line] != '\r') {
      line++;
    }
    // A value that is truncated at its line end may itself end in a blank or comma.
    return line < found || found == end ? line : trimmed;
  }

  private static int find(byte[] bytes, int start, int failedAt, int end, WorkBudget budget) {
    int column = column(bytes, start);
    Reading asIs = new Reading();
    Reading flipped = new Reading();
    LookAhead lookAhead = new LookAhead();
    int rawDepth = 0;
    for (int at = start; at < end; at++) {
      byte b = bytes[at];
      if (at == failedAt) {
        flipped.inString = !flipped.inString;
      }
      if (asIs.inString && isInvalidStringEnd(bytes, at, end)) {
        int brace = braceBefore(bytes, at, start);
        if (brace != NONE) {
          budget.spend(at - start);
          return brace;
        }
      }
      boolean closed = asIs.read(bytes, at, end);
      // If a brace is missing but no quote, the flipped reading finds braces inside strings.
      closed |= flipped.read(bytes, at, end) && asIs.misplaced == NONE;
      if (b == '{' || at == start) {
        rawDepth++;
      } else if (b == '}') {
        rawDepth--;
        closed |= rawDepth <= 0 && failedAt != NONE;
      }
      if (closed && lookAhead.isEnd(bytes, at + 1, end, budget)) {
        budget.spend(at - start);
        return at + 1;
      }
      if (b == '\n' && beginsLine(bytes, at + 1, end, column)) {
        budget.spend(at - start);
        return firstOf(asIs.misplaced, flipped.misplaced, at + 1);
      }
    }
    budget.spend(end - start);
    return firstOf(asIs.misplaced, flipped.misplaced, end);
  }

  /**
   * Whether a string that ends here is damaged: at a line end, or at a quote followed by a byte
   * that JSON does not allow there.
   */
  private static boolean isInvalidStringEnd(byte[] bytes, int at, int end) {
    if (bytes[at] != '"') {
      return bytes[at] == '\n';
    }
    if (at + 1 == end) {
      return false;
    }
    byte next = bytes[at + 1];
    return next != ',' && next != ':' && next != '}' && next != ']' && !Separators.isBlank(next);
  }

  /**
   * The position of a brace before this position and optional blanks, or NONE. Before an invalid
   * string end, that brace starts the neighbor, and the string was never closed.
   */
  private static int braceBefore(byte[] bytes, int from, int start) {
    int at = from - 1;
    while (at > start && Separators.isBlank(bytes[at])) {
      at--;
    }
    return at > start && bytes[at] == '{' ? at : NONE;
  }

  private static int firstOf(int one, int other, int otherwise) {
    int first = one == NONE || other != NONE && other < one ? other : one;
    return first == NONE ? otherwise : first;
  }

  /** One interpretation of the value, byte by byte. */
  private static final class Reading {
    private boolean inString;
    private boolean escaped;

    /** Open objects and arrays. */
    private int level;

    private int openArrays;

    /** One bit per level: whether it is an array. */
    private long arrays;

    /** Last byte that was neither white space nor inside a string. */
    private byte before;

    /** The value of {@link #before} when the last string began. */
    private byte beforeString;

    /** Whether the last colon follows a field name. */
    private boolean afterName;

    /** The first object or array in a position where JSON does not allow one, or NONE. */
    private int misplaced = NONE;

    /** Reads the next byte; returns whether it closes the value. */
    boolean read(byte[] bytes, int at, int end) {
      byte b = bytes[at];
      if (escaped) {
        escaped = false;
        return false;
      }
      if (b == '\n') {
        inString = false;
        return false;
      }
      if (b == '"') {
        inString = !inString;
        beforeString = inString ? before : beforeString;
      } else if (inString) {
        escaped = b == '\\';
        return false;
      }
      boolean closes = false;
      switch (b) {
        case '{':
        case '[':
          if (misplaced == NONE && level > 0 && mayBegin(bytes, at, end) && !isAllowed()) {
            misplaced = at;
          }
          level++;
          arrays = b == '[' ? arrays | bit() : arrays & ~bit();
          openArrays += b == '[' ? 1 : 0;
          break;
        case ':':
          afterName = before == '"' && (beforeString == '{' || beforeString == ',');
          break;
        case ']':
          closes = closeArray();
          break;
        case '}':
          closes = closeObject();
          break;
        default:
          break;
      }
      if (!Separators.isBlank(b)) {
        before = b;
      }
      return closes;
    }

    /** Unclosed objects end with their array; a surplus bracket is ignored. */
    private boolean closeArray() {
      if (openArrays == 0) {
        return false;
      }
      while (level > 1 && !isArray()) {
        level--;
      }
      openArrays--;
      level = Math.max(0, level - 1);
      return level == 0;
    }

    /** Unclosed arrays end with their object. */
    private boolean closeObject() {
      while (level > 1 && isArray()) {
        level--;
        openArrays = Math.max(0, openArrays - 1);
      }
      if (level > 0 && !isArray()) {
        level--;
      }
      return level == 0;
    }

    private static boolean mayBegin(byte[] bytes, int at, int end) {
      return bytes[at] == '[' || beginsObject(bytes, at, end);
    }

    /** Whether JSON allows an object or array at this position. */
    private boolean isAllowed() {
      return isArray() ? before == '[' || before == ',' : before == ':' && afterName;
    }

    /** The value itself is an object, even if deeper levels that share its bit are arrays. */
    private boolean isArray() {
      return level > 1 && (arrays & bit()) != 0;
    }

    private long bit() {
      return 1L << (level % LEVELS);
    }
  }

  /** Whether an object or array begins here after at most this much white space. */
  private static boolean beginsLine(byte[] bytes, int from, int end, int column) {
    int at = from;
    while (at < end && at - from < column && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at < end && (bytes[at] == '{' || bytes[at] == '[');
  }

  /** Indentation of the value if it is the first on its line; else 0. */
  private static int column(byte[] bytes, int start) {
    int at = start;
    while (at > 0 && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t')) {
      at--;
    }
    return at == 0 || bytes[at - 1] == '\n' ? start - at : 0;
  }

  /**
   * A look-ahead past separators and brackets. Each of those brackets may also close the value, so
   * the position is cached: a run of brackets is scanned once, not once per bracket.
   */
  private static final class LookAhead {
    private int position = NONE;
    private boolean isEnd;

    /** Whether the text ends or an object begins after the separators. */
    boolean isEnd(byte[] bytes, int from, int end, WorkBudget budget) {
      if (from > position) {
        position = Separators.skipWithBrackets(bytes, from, end);
        isEnd = position == end || beginsObject(bytes, position, end);
        budget.spend(position - from);
      }
      return isEnd;
    }
  }

  /**
   * Whether the bytes here look like an object: a brace followed by a name or the closing brace.
   */
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

  /** Start of the next line that begins with a brace or bracket, or end. */
  static int nextLine(byte[] bytes, int from, int end) {
    for (int at = from; at < end - 1; at++) {
      if (bytes[at] == '\n' && (bytes[at + 1] == '{' || bytes[at + 1] == '[')) {
        return at + 1;
      }
    }
    return end;
  }
}
