package io.clickstreamlake.enrich;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * The parts of an address, found as RFC 3986, appendix B, finds them, but without refusing what
 * browsers send: blanks, brackets and half-escaped texts pass. Missing parts are null.
 */
final class WebAddress {

  private static final String AMP = "amp;";
  private static final int MAX_HOST = 253;

  /** Lower case, without user and port. */
  final String host;

  final String path;

  /** Without the question mark. */
  final String query;

  private WebAddress(String host, String path, String query) {
    this.host = host;
    this.path = path;
    this.query = query;
  }

  static WebAddress parse(String address) {
    int end = address.indexOf('#');
    String rest = end < 0 ? address : address.substring(0, end);
    String query = null;
    int mark = rest.indexOf('?');
    if (mark >= 0) {
      query = emptyToNull(rest.substring(mark + 1));
      rest = rest.substring(0, mark);
    }
    String host = null;
    int slashes = rest.indexOf("//");
    if (slashes == 0 || (slashes > 0 && rest.charAt(slashes - 1) == ':')) {
      int start = slashes + 2;
      int slash = rest.indexOf('/', start);
      host = host(rest.substring(start, slash < 0 ? rest.length() : slash));
      rest = slash < 0 ? "/" : rest.substring(slash);
    } else if (rest.indexOf(':') > 0 && !rest.startsWith("/")) {
      // mailto:, about:, android-app: without slashes: no path that an analyst could use.
      rest = "";
    }
    return new WebAddress(host, emptyToNull(rest), query);
  }

  private static String host(String authority) {
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
  static void parameters(String query, BiConsumer<String, String> to) {
    int start = 0;
    while (start < query.length()) {
      int end = query.indexOf('&', start);
      if (end < 0) {
        end = query.length();
      }
      // &amp; stands where a link was written into HTML.
      int name = query.startsWith(AMP, start) ? start + AMP.length() : start;
      int equals = name;
      while (equals < end && query.charAt(equals) != '=') {
        equals++;
      }
      if (equals > name && equals < end) {
        to.accept(decode(query.substring(name, equals)), decode(query.substring(equals + 1, end)));
      }
      start = end + 1;
    }
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
