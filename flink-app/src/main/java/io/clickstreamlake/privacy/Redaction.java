package io.clickstreamlake.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes personal data out of texts: values with a telling name, and what a pattern finds. */
final class Redaction {

  static final String REDACTED = "[redacted]";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Set<String> keys = new HashSet<>();
  private final boolean emails;
  private final List<Pattern> patterns;

  /**
   * @param keys names whose values are replaced, in any case of letters
   * @param emails whether e-mail addresses are replaced
   * @param patterns what else is replaced
   */
  Redaction(List<String> keys, boolean emails, List<Pattern> patterns) {
    keys.forEach(key -> this.keys.add(key.trim().toLowerCase(Locale.ROOT)));
    this.emails = emails;
    this.patterns = List.copyOf(patterns);
  }

  /** A text in which only patterns are looked for; null stays null. */
  String text(String text) {
    if (text == null) {
      return null;
    }
    String redacted = emails ? EmailRedactor.redact(text, REDACTED) : text;
    for (Pattern pattern : patterns) {
      redacted = pattern.matcher(redacted).replaceAll("[redacted]");
    }
    return redacted;
  }

  /** An address: parameters of its query and of its fragment by name, all of it by pattern. */
  String address(String address) {
    if (address == null) {
      return null;
    }
    int mark = address.indexOf('?');
    int hash = address.indexOf('#');
    int start = mark < 0 ? hash : hash < 0 ? mark : Math.min(mark, hash);
    return start < 0
        ? text(address)
        : text(address.substring(0, start + 1) + parameters(address.substring(start + 1)));
  }

  /** A query string without its question mark. */
  String query(String query) {
    return query == null ? null : text(parameters(query));
  }

  /** The value of a property. */
  String property(String name, String value) {
    if (isKey(lastPart(name))) {
      return REDACTED;
    }
    return text(value.startsWith("[") ? array(value) : value);
  }

  /** Name is a.b.c, perhaps with #2 behind it. */
  private static String lastPart(String name) {
    int hash = name.lastIndexOf('#');
    String plain = hash > 0 ? name.substring(0, hash) : name;
    return plain.substring(plain.lastIndexOf('.') + 1);
  }

  private boolean isKey(String name) {
    return keys.contains(name) || keys.contains(name.toLowerCase(Locale.ROOT));
  }

  private String parameters(String query) {
    if (query.indexOf('=') < 0) {
      return query;
    }
    StringBuilder redacted = null;
    int copied = 0;
    int start = 0;
    while (start <= query.length()) {
      int end = endOfParameter(query, start);
      int equals = query.indexOf('=', start);
      if (equals > start && equals < end && isKey(decode(query.substring(start, equals)))) {
        if (redacted == null) {
          redacted = new StringBuilder(query.length());
        }
        redacted.append(query, copied, equals + 1).append(REDACTED);
        copied = end;
      }
      start = end + 1;
    }
    return redacted == null ? query : redacted.append(query, copied, query.length()).toString();
  }

  private static int endOfParameter(String query, int start) {
    for (int i = start; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c == '&' || c == '#' || c == ';' || c == '?') {
        return i;
      }
    }
    return query.length();
  }

  private static String decode(String name) {
    if (name.indexOf('%') < 0) {
      return name;
    }
    try {
      return URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return name;
    }
  }

  /** Arrays are kept as JSON text; objects in them are looked through by name. */
  private String array(String text) {
    if (text.indexOf('{') < 0) {
      return text;
    }
    try {
      JsonNode array = JSON.readTree(text);
      return replaceIn(array) ? JSON.writeValueAsString(array) : text;
    } catch (JsonProcessingException e) {
      // Cut at parse.max-property-length, so no longer JSON: what is left cannot be looked through.
      return REDACTED;
    }
  }

  private boolean replaceIn(JsonNode node) {
    boolean replaced = false;
    if (node.isObject()) {
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (isKey(name)) {
          ((ObjectNode) node).set(name, TextNode.valueOf(REDACTED));
          replaced = true;
        }
      }
    }
    for (JsonNode child : node) {
      replaced |= replaceIn(child);
    }
    return replaced;
  }
}
