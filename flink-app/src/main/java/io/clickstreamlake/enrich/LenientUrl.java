package io.clickstreamlake.enrich;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * The parts of an address, found as RFC 3986, appendix B, finds them, but without refusing what
 * browsers send: blanks, brackets and half-escaped texts pass. Missing parts are null.
 */
final class LenientUrl {

  private static final String AMP = "amp;";
  private static final int MAX_HOST = 253;

  /** Lower case, without user and port. */
  final String host;

  final String path;

  /** Without the question mark. */
  final String query;

  private LenientUrl(String host, String path, String query) {
    this.host = host;
    this.path = path;
    this.query = query;
  }

  static LenientUrl parse(CharSequence address) {
    int end = find(address, '#', 0, address.length());
    int mark = find(address, '?', 0, end);
    String query = mark < end ? part(address, mark + 1, end) : null;
    int slashes = find(address, '/', 0, mark);
    while (slashes + 1 < mark && address.charAt(slashes + 1) != '/') {
      slashes = find(address, '/', slashes + 1, mark);
    }
    if (slashes + 1 < mark && (slashes == 0 || address.charAt(slashes - 1) == ':')) {
      int start = slashes + 2;
      int slash = find(address, '/', start, mark);
      String path = slash < mark ? part(address, slash, mark) : "/";
      return new LenientUrl(hostIn(address.subSequence(start, slash).toString()), path, query);
    }
    int colon = find(address, ':', 0, mark);
    if (colon > 0 && colon < mark && address.charAt(0) != '/') {
      // mailto:, about:, android-app: without slashes: no path that an analyst could use.
      return new LenientUrl(null, null, query);
    }
    return new LenientUrl(null, part(address, 0, mark), query);
  }

  /** The host in what was sent as a host, as hosts of addresses are read; it may be an address. */
  static String host(String sent) {
    String host = sent.trim();
    return parse(host.contains("//") ? host : "//" + host).host;
  }

  /** Where the character stands from a place on, or the end. */
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

  private static String hostIn(String authority) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']') + 1) : host.indexOf(':');
    if (colon >= 0) {
      host = host.substring(0, colon);
    }
    if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    // Longer ones are no host names (RFC 1035), whatever they are.
    return host.length() > MAX_HOST ? null : emptyToNull(host.toLowerCase(Locale.ROOT));
  }

  /** Hands over the parameters of a query string, decoded; a damaged escape leaves a text as is. */
  static void parameters(CharSequence query, BiConsumer<String, String> to) {
    int start = 0;
    while (start < query.length()) {
      int end = find(query, '&', start, query.length());
      int name = startsWithAmp(query, start) ? start + AMP.length() : start;
      int equals = find(query, '=', name, end);
      if (equals > name && equals < end) {
        to.accept(
            decode(query.subSequence(name, equals).toString()),
            decode(query.subSequence(equals + 1, end).toString()));
      }
      start = end + 1;
    }
  }

  /** {@code &amp;} stands where a link was written into HTML. */
  private static boolean startsWithAmp(CharSequence query, int at) {
    int same = 0;
    while (same < AMP.length()
        && at + same < query.length()
        && query.charAt(at + same) == AMP.charAt(same)) {
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
