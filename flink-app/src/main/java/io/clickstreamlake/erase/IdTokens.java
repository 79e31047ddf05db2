package io.clickstreamlake.erase;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds ids in bytes that cannot be parsed. An id is found only as a whole token: {@code u1} is not
 * in {@code u12}, {@code x-u1} or {@code u1_b}. It is also found as JSON and URLs escape it.
 */
final class IdTokens {

  private final List<byte[]> tokens = new ArrayList<>();

  IdTokens(PersonIds ids) {
    Set<String> texts = new LinkedHashSet<>();
    for (Set<String> forms : List.of(ids.users(), ids.anonymous())) {
      for (String id : forms) {
        texts.add(id);
        texts.add(jsonEscaped(id, false));
        texts.add(jsonEscaped(id, true));
        texts.add(jsonEscaped(id, true).replace("/", "\\/"));
        String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8);
        texts.add(encoded);
        texts.add(encoded.replace("+", "%20"));
      }
    }
    texts.forEach(text -> tokens.add(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String jsonEscaped(String id, boolean ascii) {
    StringBuilder escaped = new StringBuilder();
    for (char c : id.toCharArray()) {
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ' || ascii && c > '~') {
        escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Whether one of the ids is in the bytes from start to end. */
  boolean areIn(byte[] bytes, int start, int end) {
    for (byte[] token : tokens) {
      for (int at = start; at <= end - token.length; at++) {
        if (bytes[at] == token[0]
            && isAt(token, bytes, at)
            && (at == start || isBoundary(bytes[at - 1]))
            && (at + token.length == end || isBoundary(bytes[at + token.length]))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isAt(byte[] token, byte[] bytes, int at) {
    for (int i = 1; i < token.length; i++) {
      if (bytes[at + i] != token[i]) {
        return false;
      }
    }
    return true;
  }

  /** Bytes of other letters than ASCII are negative and part of a word. */
  private static boolean isBoundary(byte b) {
    return b >= 0
        && !(b >= '0' && b <= '9'
            || b >= 'A' && b <= 'Z'
            || b >= 'a' && b <= 'z'
            || b == '_'
            || b == '-');
  }
}
