package io.clickstreamlake.enrich;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * The parts of a URL, split as in RFC 3986, appendix B, but without rejecting what browsers send:
 * blanks, brackets and incomplete escapes are accepted. Missing parts are null. Immutable.
 */
final class LenientUrl {

  private static final String AMP = "amp;";
  private static final int MAX_HOST = 253;

  /** Lower case, without user and port. */
  final String host;

  final String path;

  /** Without the question mark. */
  final String query;

  /** Without the number sign. */
  final String fragment;

  private LenientUrl(String host, String path, String query, String fragment) {
    this.host = host;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
  }

  static LenientUrl parse(CharSequence url) {
    int end = find(url, '#', 0, url.length());
    int queryMark = find(url, '?', 0, end);
    String query = queryMark < end ? part(url, queryMark + 1, end) : null;
    String fragment = end < url.length() ? part(url, end + 1, url.length()) : null;
    int slashes = find(url, '/', 0, queryMark);
    while (slashes + 1 < queryMark && url.charAt(slashes + 1) != '/') {
      slashes = find(url, '/', slashes + 1, queryMark);
    }
    if (slashes + 1 < queryMark && (slashes == 0 || url.charAt(slashes - 1) == ':')) {
      int start = slashes + 2;
      int slash = find(url, '/', start, queryMark);
      String path = slash < queryMark ? part(url, slash, queryMark) : "/";
      return new LenientUrl(
          hostOf(url.subSequence(start, slash).toString()), path, query, fragment);
    }
    int colon = find(url, ':', 0, queryMark);
    if (colon > 0 && colon < queryMark && url.charAt(0) != '/') {
      // mailto:, about:, android-app: without slashes: no path that an analyst could use.
      return new LenientUrl(null, null, query, fragment);
    }
    return new LenientUrl(null, part(url, 0, queryMark), query, fragment);
  }

  /**
   * Normalizes a host that was sent, in the same way as the host of a URL; a whole URL is accepted
   * too.
   */
  static String host(String sent) {
    String host = sent.trim();
    return parse(host.contains("//") ? host : "//" + host).host;
  }

  /** Position of the character at or after from, or the end. */
  private static int find(CharSequence text, char wanted, int from, int end) {
    int at = from;
    while (at < end && text.charAt(at) != wanted) {
      at++;
    }
    return at;
  }

  private static String part(CharSequence text, int start, int end) {
    return emptyToNull(text.subSequence(start, end).toString());
  }

  private static String hostOf(String authority) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']') + 1) : host.indexOf(':');
    if (colon >= 0) {
      host = host.substring(0, colon);
    }
    if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    // Longer names are not host names (RFC 1035).
    return host.length() > MAX_HOST ? null : emptyToNull(host.toLowerCase(Locale.ROOT));
  }

  /**
   * Passes on the decoded parameters of a query string; a text with an invalid escape stays as it
   * is.
   */
  static void parameters(CharSequence query, BiConsumer<String, String> to) {
    int start = 0;
    while (start < query.length()) {
      int end = find(query, '&', start, query.length());
      int name = start;
      while (startsWithAmp(query, name)) {
        name += AMP.length();
      }
      int equals = find(query, '=', name, end);
      if (equals > name && equals < end) {
        to.accept(
            decode(query.subSequence(name, equals).toString()),
            decode(query.subSequence(equals + 1, end).toString()));
      }
      start = end + 1;
    }
  }

  /**
   * A link that was escaped for HTML contains {@code &amp;} instead of an ampersand, and {@code
   * &amp;amp;} if it was escaped twice.
   */
  private static boolean startsWithAmp(CharSequence query, int at) {
    int same = 0;
    while (same < AMP.length()
        && at + same < query.length()
        && Character.toLowerCase(query.charAt(at + same)) == AMP.charAt(same)) {
      same++;
    }
    return same == AMP.length();
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
