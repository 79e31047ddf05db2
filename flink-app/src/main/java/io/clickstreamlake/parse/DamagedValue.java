package io.clickstreamlake.parse;

/**
 * Finds where a value that is no JSON ends, so that it takes no neighbour along. Nothing in it can
 * be trusted: a quote may be missing, and then texts and structure change places; so may a brace,
 * and then the value never closes. It is therefore read in three ways at once: as JSON; as JSON in
 * which texts and structure change places where the parser failed; and as braces, texts or not. In
 * one pass from its start the first of these decides:
 *
 * <ul>
 *   <li>a brace that closes it in one of the three ways, if what follows looks like the beginning
 *       of another event or the end;
 *   <li>a line that begins with a brace or bracket, indented no deeper than the value itself.
 * </ul>
 *
 * If nothing closes it before such a line or the end, it ends at the first object inside it that
 * stands where JSON allows none: there a brace is missing, and the neighbour begins.
 *
 * <p>An unescaped line end closes a text: JSON allows none in texts.
 */
final class DamagedValue {

  /** No place. */
  static final int NONE = -1;

  /** Levels of which is known whether they are objects or arrays; deeper ones share their bits. */
  private static final int LEVELS = Long.SIZE;

  private DamagedValue() {}

  /**
   * Where the damaged object that begins at start ends, without separators behind it.
   *
   * @param failedAt where the parser failed, or NONE if it only reached a limit: then texts are
   *     texts, and braces in them close nothing
   * @return more than start
   */
  static int end(byte[] bytes, int start, int failedAt, int end, WorkBudget budget) {
    int found = find(bytes, start, failedAt, end, budget);
    int trimmed = Math.max(start + 1, Separators.trimEnd(bytes, start, found));
    int line = trimmed;
    while (line < found && bytes[line] != '\n' && bytes[line] != '\r') {
      line++;
    }
    // Cut off at the end of its line, a value may end in a blank or comma of its own.
    return line < found || found == end ? line : trimmed;
  }

  private static int find(byte[] bytes, int start, int failedAt, int end, WorkBudget budget) {
    int column = column(bytes, start);
    Reading straight = new Reading();
    Reading flipped = new Reading();
    Behind behind = new Behind();
    int rawDepth = 0;
    for (int at = start; at < end; at++) {
      byte b = bytes[at];
      if (at == failedAt) {
        flipped.inText = !flipped.inText;
      }
      if (straight.inText && endsNoText(bytes, at, end)) {
        int brace = braceBefore(bytes, at, start);
        if (brace != NONE) {
          budget.spend(at - start);
          return brace;
        }
      }
      boolean closed = straight.read(bytes, at, end);
      // With a brace missing and no quote, turning texts over finds braces that are none.
      closed |= flipped.read(bytes, at, end) && straight.misplaced == NONE;
      if (b == '{' || at == start) {
        rawDepth++;
      } else if (b == '}') {
        rawDepth--;
        closed |= rawDepth <= 0 && failedAt != NONE;
      }
      if (closed && behind.isEnd(bytes, at + 1, end, budget)) {
        budget.spend(at - start);
        return at + 1;
      }
      if (b == '\n' && beginsLine(bytes, at + 1, end, column)) {
        budget.spend(at - start);
        return firstOf(straight.misplaced, flipped.misplaced, at + 1);
      }
    }
    budget.spend(end - start);
    return firstOf(straight.misplaced, flipped.misplaced, end);
  }

  /**
   * Whether a text cannot end here, though it does: at a line end, or at a quote behind which JSON
   * allows nothing of what follows.
   */
  private static boolean endsNoText(byte[] bytes, int at, int end) {
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
   * Where a brace lies before this place and blanks, or NONE. At the end of a text that cannot end
   * there it is the beginning of the neighbour, and the text never ended.
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

  /** One way to read the value, byte by byte. */
  private static final class Reading {
    private boolean inText;
    private boolean escaped;

    /** Open objects and arrays. */
    private int level;

    private int openArrays;

    /** A bit for each level: whether it is an array. */
    private long arrays;

    /** Last byte that was neither white space nor in a text. */
    private byte before;

    /** What {@link #before} was when the last text began. */
    private byte beforeText;

    /** Whether the last colon stands behind the name of a field. */
    private boolean behindName;

    /** The first object that stands where none may, or NONE. */
    private int misplaced = NONE;

    /** Takes the next byte; whether it closes the value. */
    boolean read(byte[] bytes, int at, int end) {
      byte b = bytes[at];
      if (escaped) {
        escaped = false;
        return false;
      }
      if (b == '\n') {
        inText = false;
        return false;
      }
      if (b == '"') {
        inText = !inText;
        beforeText = inText ? before : beforeText;
      } else if (inText) {
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
          behindName = before == '"' && (beforeText == '{' || beforeText == ',');
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

    /** Objects that were left open end with their array; a bracket too many is passed over. */
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

    /** Arrays that were left open end with their object. */
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

    /** Whether JSON allows an object or array here. */
    private boolean isAllowed() {
      return isArray() ? before == '[' || before == ',' : before == ':' && behindName;
    }

    /** The value itself is an object, whatever deeper levels share its bit. */
    private boolean isArray() {
      return level > 1 && (arrays & bit()) != 0;
    }

    private long bit() {
      return 1L << (level % LEVELS);
    }
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

  /**
   * What stands behind separators and brackets. Each of those brackets may close the value too, so
   * the place is remembered: a run of brackets is passed over once, not once for each of them.
   */
  private static final class Behind {
    private int place = NONE;
    private boolean isEnd;

    /** Whether behind separators the text ends or an object begins. */
    boolean isEnd(byte[] bytes, int from, int end, WorkBudget budget) {
      if (from > place) {
        place = Separators.skipWithBrackets(bytes, from, end);
        isEnd = place == end || beginsObject(bytes, place, end);
        budget.spend(place - from);
      }
      return isEnd;
    }
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
