package io.clickstreamlake.privacy;

/**
 * Finder of visitors' IP addresses. Four numbers with dots may also be a version: they are not
 * redacted after a word such as version, or if the last number is 0 ({@code Chrome/143.0.0.0}). The
 * host of a URL is not redacted either, because it names a server.
 */
final class IpAddresses {

  private static final int GROUPS = 8;
  private static final int MAX_LENGTH = 60;

  private IpAddresses() {}

  /**
   * @param withIpv4 whether to find IPv4 addresses as well as IPv6 addresses
   */
  static void find(Text text, int from, int to, boolean withIpv4, Spans found) {
    int i = from;
    while (i < to) {
      if (!isOfAddress(text.charAt(i))) {
        i++;
        continue;
      }
      int start = i;
      int colons = 0;
      int dots = 0;
      while (i < to && isOfAddress(text.charAt(i))) {
        colons += text.charAt(i) == ':' ? 1 : 0;
        dots += text.charAt(i) == '.' ? 1 : 0;
        i++;
      }
      if (colons >= 2) {
        ipv6(text, from, to, start, i, found);
      }
      if (dots >= 3 && withIpv4) {
        ipv4(text, from, to, start, i, found);
      }
    }
  }

  private static void ipv6(Text text, int from, int to, int start, int end, Spans found) {
    int first = start;
    int last = end;
    // Dots around the address belong to a property path.
    while (first < last && text.charAt(first) == '.') {
      first++;
    }
    while (last > first && text.charAt(last - 1) == '.') {
      last--;
    }
    boolean standalone =
        (first > start || first == from || !isWord(text.charAt(first - 1)))
            && (last < end || last == to || !isWord(text.charAt(last)));
    if (standalone && last - first <= MAX_LENGTH && isIpv6(text, first, last)) {
      found.add(text.origin(first), text.origin(last));
    }
  }

  private static boolean isOfAddress(char c) {
    return Character.digit(c, 16) >= 0 && c < 128 || c == ':' || c == '.';
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /**
   * Eight groups of up to four hexadecimal digits, or fewer with two colons in place of the omitted
   * ones (RFC 4291).
   */
  private static boolean isIpv6(Text text, int start, int end) {
    int groups = 0;
    int gaps = 0;
    int digits = 0;
    boolean decimal = false;
    for (int i = start; i <= end; i++) {
      char c = i < end ? text.charAt(i) : ':';
      if (c == '.') {
        // The last 32 bits as an IPv4 address.
        return groups > 0 && gaps == 1 && isLastIpv4(text, i, end);
      }
      if (c != ':') {
        decimal |= c <= '9';
        digits++;
        continue;
      }
      if (digits > 4) {
        return false;
      }
      if (digits > 0) {
        groups++;
      } else if (i > start && i < end && text.charAt(i - 1) == ':') {
        gaps++;
      }
      digits = 0;
    }
    return decimal && (gaps == 0 ? groups == GROUPS : gaps == 1 && groups >= 2 && groups < GROUPS);
  }

  private static boolean isLastIpv4(Text text, int dot, int end) {
    int start = dot;
    while (text.charAt(start - 1) != ':') {
      start--;
    }
    return octets(text, start, end) >= 0;
  }

  private static void ipv4(Text text, int from, int to, int start, int end, Spans found) {
    int i = start;
    while (i < end) {
      int run = i;
      while (i < end && isDigitOrDot(text.charAt(i))) {
        i++;
      }
      int first = run;
      int last = i;
      while (first < last && text.charAt(first) == '.') {
        first++;
      }
      while (last > first && text.charAt(last - 1) == '.') {
        last--;
      }
      boolean standalone =
          (first > run || first == from || !isWord(text.charAt(first - 1)))
              && (last < i || last == to || !isWord(text.charAt(last)));
      if (standalone && last - first <= 15 && isVisitor(text, from, first, last)) {
        found.add(text.origin(first), text.origin(last));
      }
      i++;
    }
  }

  private static boolean isDigitOrDot(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static boolean isVisitor(Text text, int from, int start, int end) {
    int octets = octets(text, start, end);
    if (octets < 0) {
      return false;
    }
    int first = octets >> 8;
    int last = octets & 0xFF;
    if (first == 0 || first == 127 || first > 223 || last == 0) {
      return false;
    }
    boolean host =
        start - 2 >= from && text.charAt(start - 1) == '/' && text.charAt(start - 2) == '/';
    return !host && !isVersion(text, from, start);
  }

  /** Of four numbers up to 255: first × 256 + last. -1 if the text is anything else. */
  private static int octets(Text text, int start, int end) {
    int count = 0;
    int number = -1;
    int first = 0;
    for (int i = start; i <= end; i++) {
      char c = i < end ? text.charAt(i) : '.';
      if (c == '.') {
        if (number < 0 || number > 255) {
          return -1;
        }
        first = count++ == 0 ? number : first;
        if (i < end) {
          number = -1;
        }
      } else if (c >= '0' && c <= '9') {
        number = Math.max(number, 0) * 10 + (c - '0');
      } else {
        return -1;
      }
    }
    return count == 4 ? first << 8 | number : -1;
  }

  /** Whether the word before the numbers marks them as a version. */
  private static boolean isVersion(Text text, int from, int start) {
    int end = start;
    while (end > from && end > start - 4 && " \"':=._-/".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    int word = end;
    while (word > from && word > end - 8 && Character.isLetter(text.charAt(word - 1))) {
      word--;
    }
    switch (text.subSequence(word, end).toLowerCase(java.util.Locale.ROOT)) {
      case "v":
      case "ver":
      case "version":
      case "versions":
      case "build":
      case "release":
      case "firmware":
      case "sdk":
      case "os":
        return true;
      default:
        return false;
    }
  }
}
