package io.clickstreamlake.privacy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.clickstreamlake.privacy.SensitiveNames.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Finder of personal data in a text: values under sensitive names, and values recognizable by their
 * format. It decodes nested content down to {@link #MAX_LEVELS}: JSON, form data, URLs in URLs,
 * repeated escapes, and base64 of JSON. Content nested deeper cannot be checked and counts as
 * personal as a whole.
 *
 * <p>Each level reads each character a fixed number of times, and a level is never longer than the
 * one above it, so the work is linear in the length of any text.
 */
final class PersonalData {

  static final int MAX_LEVELS = 6;

  /** Maximum depth at which JSON objects are distinguished. */
  private static final int MAX_JSON_DEPTH = 256;

  /** Minimum length at which the parser may have truncated a text, perhaps within an address. */
  private static final int MIN_TRUNCATED_LENGTH = 1000;

  /** Minimum length of a secret after a sensitive name in a path. */
  private static final int SECRET_LENGTH = 12;

  private final SensitiveNames names;
  private final Kinds kinds;

  /** The kinds of personal data that are searched for by their format. */
  static final class Kinds {
    final boolean emails;
    final boolean ipAddresses;
    final boolean phones;
    final boolean userAgents;
    final List<Pattern> patterns;

    Kinds(
        boolean emails,
        boolean ipAddresses,
        boolean phones,
        boolean userAgents,
        List<Pattern> patterns) {
      this.emails = emails;
      this.ipAddresses = ipAddresses;
      this.phones = phones;
      this.userAgents = userAgents;
      this.patterns = List.copyOf(patterns);
    }
  }

  PersonalData(SensitiveNames names, Kinds kinds) {
    this.names = names;
    this.kinds = kinds;
  }

  /**
   * Marks personal data.
   *
   * @param name name of the text
   * @param verdict verdict on the name
   * @param form whether spaces do not end a parameter's value, as in URLs and form data
   * @param found receives the ranges, as positions in the original text
   */
  void find(Text text, String name, Verdict verdict, boolean form, Spans found) {
    search(text, name, verdict, form, 0, text.length() >= MIN_TRUNCATED_LENGTH, found);
  }

  /**
   * @param level number of times that the text was decoded
   * @param truncated whether the end of the text may be missing
   */
  private void search(
      Text text,
      String name,
      Verdict verdict,
      boolean form,
      int level,
      boolean truncated,
      Spans found) {
    if (level > MAX_LEVELS) {
      mark(text, 0, text.length(), found);
      return;
    }
    patterns(text, found);
    JsonNames json = new JsonNames(text, name, verdict, level, found);
    json.read();
    if (json.pairs == 0 && (json.nested.isEmpty() || json.escaped) && hasEscapedQuotes(text)) {
      Text decoded = text.decoded(0, text.length());
      if (decoded != null) {
        search(decoded, name, verdict, form, level + 1, truncated, found);
        return;
      }
    }
    int start = 0;
    for (int[] nested : json.nested) {
      part(text, start, nested[0], verdict, form, level, truncated, found);
      Text decoded = text.decoded(nested[0], nested[1]);
      if (decoded != null) {
        boolean atEnd = nested[1] == text.length();
        search(decoded, "", SensitiveNames.plain(), false, level + 1, truncated && atEnd, found);
      }
      start = nested[1];
    }
    part(text, start, text.length(), verdict, form, level, truncated, found);
  }

  /** Searches a part without escaped JSON strings. */
  private void part(
      Text text,
      int start,
      int end,
      Verdict verdict,
      boolean form,
      int level,
      boolean truncated,
      Spans found) {
    if (start >= end) {
      return;
    }
    parameters(text, start, end, form, found);
    credentials(text, start, end, found);
    pathSecrets(text, start, end, found);
    if (kinds.emails) {
      Emails.find(text, start, end, truncated, found);
    }
    if (kinds.ipAddresses) {
      IpAddresses.find(text, start, end, !verdict.versions, found);
    }
    if (kinds.phones) {
      PhoneNumbers.find(text, start, end, found);
    }
    if (kinds.userAgents) {
      userAgents(text, start, end, found);
    }
    encoded(text, start, end, verdict, level, truncated, found);
  }

  private static void mark(Text text, int start, int end, Spans found) {
    found.add(text.origin(start), text.origin(end));
  }

  private void patterns(Text text, Spans found) {
    if (kinds.patterns.isEmpty()) {
      return;
    }
    String plain = text.toString();
    for (Pattern pattern : kinds.patterns) {
      Matcher matcher = pattern.matcher(plain);
      while (matcher.find()) {
        mark(text, matcher.start(), matcher.end(), found);
      }
    }
  }

  private static boolean hasEscapedQuotes(Text text) {
    for (int i = 0; i + 1 < text.length(); i++) {
      if (text.charAt(i) == '\\' && "\"'/\\u".indexOf(text.charAt(i + 1)) >= 0) {
        return true;
      }
    }
    return false;
  }

  // ---------------------------------------------------------------- name=value

  private void parameters(Text text, int from, int to, boolean form, Spans found) {
    int nameStart = from;
    int wordStart = -1;
    int wordEnd = -1;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '=') {
        boolean afterSpace = i == nameStart && i > from && wordEnd == i - 1;
        int start = afterSpace ? wordStart : nameStart;
        int end = afterSpace ? wordEnd : i;
        nameStart = i + 1;
        if (start < end && i + 1 < to && text.charAt(i + 1) != '=') {
          int last = value(text, start, end, i + 1, to, form, found);
          if (last > i) {
            i = last - 1;
            nameStart = last;
          }
        }
      } else if (!isOfName(c)) {
        if (c == ' ' && i > nameStart) {
          wordStart = nameStart;
          wordEnd = i;
        }
        nameStart = i + 1;
      }
    }
  }

  /** Marks the value if the name is sensitive. Returns the end of the value, or 0 if not. */
  private int value(
      Text text, int nameStart, int nameEnd, int from, int to, boolean form, Spans found) {
    Verdict verdict = names.of(name(text, nameStart, nameEnd));
    if (!verdict.sensitive) {
      return 0;
    }
    int start = from;
    while (start < to && start < from + 2 && (text.charAt(start) == '>' || isBlank(text, start))) {
      start++;
    }
    int end = start;
    if (start < to && (text.charAt(start) == '"' || text.charAt(start) == '\'')) {
      char quote = text.charAt(start++);
      end = start;
      while (end < to && text.charAt(end) != quote) {
        end++;
      }
    } else {
      while (end < to && !endsValue(text, end, to, form)) {
        end++;
      }
    }
    if (SensitiveNames.isPersonal(verdict, text, start, end)) {
      mark(text, start, end, found);
    }
    return end;
  }

  /** A name with its escapes decoded; of a long name only the end. */
  private static String name(Text text, int start, int end) {
    int from = Math.max(start, end - SensitiveNames.MAX_LENGTH);
    Text name = text;
    int to = end;
    for (int level = 0; level < MAX_LEVELS; level++) {
      Text decoded = name.decoded(from, to);
      if (decoded == null) {
        break;
      }
      name = decoded;
      from = 0;
      to = decoded.length();
    }
    return name.subSequence(from, to);
  }

  private static boolean isOfName(char c) {
    return Character.isLetterOrDigit(c) || "_-.$[]%+@*".indexOf(c) >= 0;
  }

  private static boolean isBlank(Text text, int at) {
    return Character.isWhitespace(text.charAt(at));
  }

  private static boolean endsValue(Text text, int at, int to, boolean form) {
    char c = text.charAt(at);
    switch (c) {
      case '&':
      case '#':
      case '"':
      case '<':
      case '>':
      case '\n':
      case '\r':
        return true;
      case '\'':
      case ' ':
      case '\t':
        return !form;
      case '\\':
        return at + 1 < to && text.charAt(at + 1) == '"';
      case ';':
      case '?':
        return !form || startsParameter(text, at + 1, to);
      default:
        return false;
    }
  }

  private static boolean startsParameter(Text text, int from, int to) {
    int i = from;
    while (i < to && i < from + 40 && isOfName(text.charAt(i))) {
      i++;
    }
    return i > from && i < to && text.charAt(i) == '=';
  }

  // ---------------------------------------------------------------- secrets by their format

  /** {@code //user:password@host} and {@code Bearer …}, {@code Basic …}. */
  private static void credentials(Text text, int from, int to, Spans found) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '/' && i + 1 < to && text.charAt(i + 1) == '/') {
        int at = -1;
        int k = i + 2;
        for (; k < to && "/?#\"'<>\\ \t\r\n".indexOf(text.charAt(k)) < 0; k++) {
          if (text.charAt(k) == '@') {
            at = k;
          }
        }
        if (at > i + 2) {
          mark(text, i + 2, at, found);
        }
        i = k - 1;
      } else if (c == 'B' || c == 'b') {
        int start =
            text.startsWith("earer", i + 1) ? i + 7 : text.startsWith("asic", i + 1) ? i + 6 : 0;
        // A plus is a space in form data.
        if (start > 0 && start < to && " +".indexOf(text.charAt(start - 1)) >= 0) {
          int end = start;
          boolean digit = false;
          while (end < to && isBase64(text.charAt(end))) {
            digit |= Character.isDigit(text.charAt(end)) || text.charAt(end) == '=';
            end++;
          }
          if (digit && end - start >= SECRET_LENGTH) {
            mark(text, start, end, found);
          }
          i = end - 1;
        }
      }
    }
  }

  private static boolean isBase64(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-_+/=.~".indexOf(c) >= 0;
  }

  /** {@code /token/9f8e7d6c5b4a}: a path segment after a sensitive name that looks random. */
  private void pathSecrets(Text text, int from, int to, Spans found) {
    int before = -1;
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i < to && !endsSegment(text.charAt(i))) {
        continue;
      }
      if (before >= 0
          && start - before > 1
          && start - before <= SensitiveNames.MAX_LENGTH
          && looksRandom(text, start, i)
          && names.of(name(text, before, start - 1)).sensitive) {
        mark(text, start, i, found);
      }
      before = i < to && text.charAt(i) == '/' ? start : -1;
      start = i + 1;
    }
  }

  static boolean endsSegment(char c) {
    return "/?#&;=\"' ".indexOf(c) >= 0;
  }

  private static boolean looksRandom(CharSequence text, int start, int end) {
    if (end - start < SECRET_LENGTH) {
      return false;
    }
    boolean digit = false;
    boolean letter = false;
    for (int i = start; i < end && !(digit && letter); i++) {
      digit |= Character.isDigit(text.charAt(i));
      letter |= Character.isLetter(text.charAt(i));
    }
    return digit && letter;
  }

  /** A browser's user agent, up to the end of the value that holds it. */
  private static void userAgents(Text text, int from, int to, Spans found) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c == 'M' || c == 'm') && text.startsWith("ozilla/", i + 1)) {
        int end = i + 8;
        while (end < to && "\"&\n\r<>\\".indexOf(text.charAt(end)) < 0) {
          end++;
        }
        mark(text, i, end, found);
        i = end - 1;
      }
    }
  }

  // ---------------------------------------------------------------- encoded content

  /** Searches encoded content between the separators of a URL or a sentence. */
  private void encoded(
      Text text, int from, int to, Verdict verdict, int level, boolean truncated, Spans found) {
    int start = from;
    for (int i = from; i <= to; i++) {
      char c = i < to ? text.charAt(i) : '&';
      int entity = c == '&' && i < to ? text.entityLength(i, to) : 0;
      if (entity > 0) {
        // The ampersand and semicolon of an entity are not separators.
        i += entity - 1;
        continue;
      }
      if (!isSeparator(c)) {
        continue;
      }
      if (start < i) {
        Text decoded = text.decoded(start, i);
        if (decoded != null) {
          boolean atEnd = i == text.length();
          search(decoded, "", versionsOnly(verdict), true, level + 1, truncated && atEnd, found);
        } else {
          base64(text, start, i, level, found);
        }
      }
      start = i + 1;
    }
  }

  private static Verdict versionsOnly(Verdict verdict) {
    return verdict.sensitive ? SensitiveNames.plain() : verdict;
  }

  private static boolean isSeparator(char c) {
    return "&;#=?\"<> \t\r\n".indexOf(c) >= 0;
  }

  /** Marks signed tokens (JWT), and tokens that are base64 of JSON with personal data. */
  private void base64(Text text, int from, int to, int level, Spans found) {
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i < to && isBase64(text.charAt(i)) && text.charAt(i) != '.') {
        continue;
      }
      if (i - start >= SECRET_LENGTH && beginsAsJson(text, start)) {
        int end = i;
        boolean signed = i < to && text.charAt(i) == '.';
        while (signed && end < to && isBase64(text.charAt(end))) {
          end++;
        }
        if (signed || holdsPersonalData(text, start, i, level)) {
          // Padding consists of equals signs, at which the token ended.
          for (; end < text.length() && text.charAt(end) == '='; end++) {}
          mark(text, start, end, found);
        }
        i = Math.min(end, to);
      }
      start = i + 1;
    }
  }

  /** Whether base64 of a brace or bracket, and of a character that may follow it, begins here. */
  private static boolean beginsAsJson(Text text, int at) {
    for (String begin : JSON_IN_BASE64) {
      if (text.startsWith(begin, at)) {
        return true;
      }
    }
    return false;
  }

  /** {@code {"}, {@code { }, {@code {\n}, {@code {\r}, {@code [{}, {@code ["}. */
  private static final String[] JSON_IN_BASE64 = {"eyJ", "eyA", "ewo", "ew0", "W3s", "Wyj", "WyI"};

  private boolean holdsPersonalData(Text base64, int start, int end, int level) {
    String plain =
        base64.subSequence(start, end).replace('-', '+').replace('_', '/').replace("=", "");
    byte[] json;
    try {
      json = Base64.getDecoder().decode(plain.substring(0, plain.length() - plain.length() % 4));
    } catch (IllegalArgumentException e) {
      return false;
    }
    Text text = base64.withoutOrigins(new String(json, StandardCharsets.UTF_8));
    Spans found = new Spans(text.length());
    search(text, "", SensitiveNames.plain(), false, level + 1, false, found);
    return !found.isEmpty();
  }

  // ---------------------------------------------------------------- "name": value

  /**
   * A tolerant JSON walker that marks values under sensitive names. It accepts truncated JSON and
   * JSON within other text. Names inside an object under a sensitive name are sensitive too.
   */
  private final class JsonNames {

    private final Text text;
    private final int level;
    private final Spans found;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();

    /** Start and end of strings with escapes, which are searched as separate texts. */
    private final List<int[]> nested = new ArrayList<>();

    private int pairs;

    /** Whether a quote is escaped: then the whole text is part of a JSON string. */
    private boolean escaped;

    private int tooDeep;
    private char quote = '"';

    JsonNames(Text text, String name, Verdict verdict, int level, Spans found) {
      this.text = text;
      this.level = level;
      this.found = found;
      frames.push(new Frame(name, verdict));
    }

    void read() {
      if (!hasBrace()) {
        return;
      }
      int at = 0;
      while (at < text.length()) {
        at = next(at);
      }
    }

    /** Whether the text may hold names. Also selects the quote character. */
    private boolean hasBrace() {
      boolean brace = false;
      boolean doubleQuote = false;
      boolean singleQuote = false;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        brace |= c == '{';
        doubleQuote |= c == '"';
        singleQuote |= c == '\'';
      }
      if (!doubleQuote && singleQuote) {
        quote = '\'';
      }
      return brace;
    }

    private int next(int at) {
      char c = text.charAt(at);
      if (c == quote) {
        escaped |= at > 0 && text.charAt(at - 1) == '\\';
        return string(at);
      }
      switch (c) {
        case '{':
        case '[':
          open(frames.peek().name, frames.peek().verdict);
          return at + 1;
        case '}':
        case ']':
          close();
          return at + 1;
        default:
          boolean inside = frames.size() > 1;
          return inside && (Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '-')
              ? bare(at)
              : at + 1;
      }
    }

    private void open(String name, Verdict verdict) {
      if (frames.size() >= MAX_JSON_DEPTH) {
        tooDeep++;
      } else {
        frames.push(new Frame(name, verdict));
      }
    }

    private void close() {
      if (tooDeep > 0) {
        tooDeep--;
      } else if (frames.size() > 1) {
        frames.pop();
      }
    }

    private int string(int at) {
      int end = endOfString(at + 1);
      int colon = skipBlanks(end + 1);
      if (colon < text.length() && text.charAt(colon) == ':') {
        return value(name(text, at + 1, end), colon + 1);
      }
      string(at + 1, end, frames.peek().verdict);
      return end + 1;
    }

    /** An unquoted name, which JavaScript allows, or a number, true, false or null. */
    private int bare(int at) {
      int end = at;
      while (end < text.length() && isOfName(text.charAt(end)) && text.charAt(end) != ']') {
        end++;
      }
      if (end == at) {
        return at + 1;
      }
      int colon = skipBlanks(end);
      if (colon < text.length() && text.charAt(colon) == ':') {
        return value(name(text, at, end), colon + 1);
      }
      scalar(at, end, frames.peek().verdict);
      return end;
    }

    private int value(String name, int from) {
      pairs++;
      Frame frame = frames.peek();
      Verdict verdict = names.within(frame.verdict, frame.name, name);
      int at = skipBlanks(from);
      if (at >= text.length()) {
        return at;
      }
      char c = text.charAt(at);
      if (c == '{' || c == '[') {
        boolean described = frame.isValue(name) && frame.describedVerdict != null;
        open(name, described ? frame.describedVerdict : verdict);
        return at + 1;
      }
      boolean quoted = c == quote;
      int start = quoted ? at + 1 : at;
      int end = quoted ? endOfString(start) : endOfScalar(start);
      frame.describe(name, start, end, quoted);
      if (quoted) {
        string(start, end, verdict);
      } else {
        scalar(start, end, verdict);
      }
      return quoted ? end + 1 : Math.max(end, at + 1);
    }

    private void string(int start, int end, Verdict verdict) {
      if (SensitiveNames.isPersonal(verdict, text, start, end)) {
        mark(text, start, end, found);
        return;
      }
      for (int i = start; i < end; i++) {
        if (text.charAt(i) == '\\') {
          nested.add(new int[] {start, end});
          return;
        }
      }
    }

    private void scalar(int start, int end, Verdict verdict) {
      if (SensitiveNames.isPersonal(verdict, text, start, end)) {
        found.addQuoted(text.origin(start), text.origin(end), level == 0);
      }
    }

    private int endOfString(int from) {
      int i = from;
      while (i < text.length() && text.charAt(i) != quote) {
        i += text.charAt(i) == '\\' ? 2 : 1;
      }
      return Math.min(i, text.length());
    }

    private int endOfScalar(int from) {
      int i = from;
      while (i < text.length() && ",}]\n\r\"".indexOf(text.charAt(i)) < 0) {
        i++;
      }
      return i;
    }

    private int skipBlanks(int from) {
      int i = from;
      while (i < text.length() && isBlank(text, i)) {
        i++;
      }
      return i;
    }

    /** The context of a value: an object, an array, or the whole text. */
    private final class Frame {
      private final String name;
      private final Verdict verdict;

      /** The verdict on the field "value" of this object, from its field "name", or null. */
      private Verdict describedVerdict;

      private int valueStart = -1;
      private int valueEnd;
      private boolean valueQuoted;

      Frame(String name, Verdict verdict) {
        this.name = name;
        this.verdict = verdict;
      }

      /** Evaluates a field of an object such as {"name": "password", "value": "…"}. */
      private void describe(String field, int start, int end, boolean quoted) {
        boolean changed = false;
        if (isDescription(field) && quoted && end - start <= SensitiveNames.MAX_LENGTH) {
          Verdict verdictOnValue = names.of(PersonalData.name(text, start, end));
          if (verdictOnValue.sensitive && describedVerdict == null) {
            describedVerdict = verdictOnValue;
            changed = true;
          }
        } else if (isValue(field)) {
          valueStart = start;
          valueEnd = end;
          valueQuoted = quoted;
          changed = true;
        }
        // Each value is checked once: it may be long, and the object may have many fields.
        if (changed
            && describedVerdict != null
            && valueStart >= 0
            && SensitiveNames.isPersonal(describedVerdict, text, valueStart, valueEnd)) {
          found.addQuoted(
              text.origin(valueStart), text.origin(valueEnd), !valueQuoted && level == 0);
          valueStart = -1;
        }
      }

      private boolean isDescription(String field) {
        switch (field) {
          case "name":
          case "key":
          case "field":
          case "id":
          case "label":
          case "k":
            return true;
          default:
            return false;
        }
      }

      private boolean isValue(String field) {
        switch (field) {
          case "value":
          case "values":
          case "val":
          case "v":
          case "content":
          case "answer":
          case "string_value":
            return true;
          default:
            return false;
        }
      }
    }
  }
}
