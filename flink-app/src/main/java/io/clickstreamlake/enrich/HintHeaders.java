package io.clickstreamlake.enrich;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.clickstreamlake.event.ClientHints;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;

/**
 * The client hints of an event as the request headers that a browser would send, whatever their
 * form in the event (<a href="https://wicg.github.io/ua-client-hints/">User-Agent Client
 * Hints</a>). Immutable.
 */
final class HintHeaders {

  private static final String BRANDS = "Sec-Ch-Ua";
  private static final String FULL_BRANDS = "Sec-Ch-Ua-Full-Version-List";
  private static final String MOBILE = "Sec-Ch-Ua-Mobile";
  private static final String MODEL = "Sec-Ch-Ua-Model";
  private static final String PLATFORM = "Sec-Ch-Ua-Platform";
  private static final String PLATFORM_VERSION = "Sec-Ch-Ua-Platform-Version";

  /**
   * Begins the names of the headers; the fields of userAgentData have the same names without it.
   */
  private static final String PREFIX = "secchua";

  /** Names of the hints in an object, in lower case without punctuation, and their headers. */
  private static final Map<String, String> NAMES =
      Map.of(
          PREFIX,
          BRANDS,
          PREFIX + "brands",
          BRANDS,
          PREFIX + "fullversionlist",
          FULL_BRANDS,
          PREFIX + "mobile",
          MOBILE,
          PREFIX + "model",
          MODEL,
          PREFIX + "platform",
          PLATFORM,
          PREFIX + "platformversion",
          PLATFORM_VERSION);

  /** User agents as browsers send them since they reduced them: the hints hold the details. */
  private static final Map<String, String> REDUCED_SYSTEMS =
      Map.of(
          "android", "Linux; Android 10; K",
          "windows", "Windows NT 10.0; Win64; x64",
          "macos", "Macintosh; Intel Mac OS X 10_15_7",
          "chromeos", "X11; CrOS x86_64 14541.0.0",
          "chromiumos", "X11; CrOS x86_64 14541.0.0",
          "linux", "X11; Linux x86_64");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An element of the header Sec-CH-UA. */
  private static final Pattern BRAND =
      Pattern.compile("\"([^\"\\\\]*)\"\\s*;\\s*v\\s*=\\s*\"([^\"\\\\]*)\"");

  private static final int MAX_BRANDS = 16;
  private static final int MAX_VALUE = 128;

  private final Map<String, String> headers = new TreeMap<>();

  private HintHeaders(ClientHints hints) {
    if (hints.object != null) {
      readObject(json(hints.object));
    }
    put(BRANDS, hints.brands);
    put(MOBILE, hints.mobile);
    put(MODEL, hints.model);
    put(PLATFORM, hints.platform);
    put(PLATFORM_VERSION, hints.platformVersion);
  }

  /** The headers; what is not a hint is left out. */
  static HintHeaders of(ClientHints hints) {
    return new HintHeaders(hints);
  }

  /** The headers of a request with this user agent. */
  Map<String, String> with(String userAgent) {
    Map<String, String> request = new TreeMap<>(headers);
    request.put("User-Agent", userAgent);
    return request;
  }

  /** The list of brands, as in the header; empty if there is none. */
  String brands() {
    return headers.getOrDefault(FULL_BRANDS, headers.getOrDefault(BRANDS, ""));
  }

  /** Whether the hints name a system with a user agent of its own. */
  boolean nameSystem() {
    return system() != null;
  }

  /** The user agent that a browser with these hints sends, without a browser's name. */
  String reducedUserAgent() {
    String system = system();
    return "Mozilla/5.0 ("
        + (system == null ? REDUCED_SYSTEMS.get("linux") : system)
        + ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0.0.0 "
        + ("?1".equals(headers.get(MOBILE)) ? "Mobile Safari/537.36" : "Safari/537.36");
  }

  @Nullable
  private String system() {
    return REDUCED_SYSTEMS.get(simplified(headers.getOrDefault(PLATFORM, "")));
  }

  private void readObject(@Nullable JsonNode object) {
    if (object == null || !object.isObject()) {
      return;
    }
    object
        .fields()
        .forEachRemaining(
            field -> {
              String name = simplified(field.getKey());
              String header = NAMES.get(name.startsWith(PREFIX) ? name : PREFIX + name);
              JsonNode value = field.getValue();
              if (header != null && !value.isNull()) {
                put(header, value.isValueNode() ? value.asText() : value.toString());
              }
            });
  }

  /** Sets a header that is not set yet, if the value can be one. */
  private void put(String header, @Nullable String value) {
    if (value == null || headers.containsKey(header)) {
      return;
    }
    String text = text(header, value.trim());
    if (text != null) {
      headers.put(header, text);
    }
  }

  @Nullable
  private static String text(String header, String value) {
    switch (header) {
      case BRANDS:
      case FULL_BRANDS:
        return brandList(value);
      case MOBILE:
        String mobile = value.toLowerCase(Locale.ROOT);
        return mobile.equals("true") || mobile.equals("?1") || mobile.equals("1")
            ? "?1"
            : mobile.equals("false") || mobile.equals("?0") || mobile.equals("0") ? "?0" : null;
      default:
        return quoted(value);
    }
  }

  @Nullable
  private static String brandList(String value) {
    List<String> brands = new ArrayList<>();
    if (value.startsWith("[")) {
      JsonNode list = json(value);
      if (list != null) {
        list.forEach(
            each -> addBrand(each.path("brand").asText(), each.path("version").asText(), brands));
      }
    } else {
      Matcher brand = BRAND.matcher(value);
      while (brand.find()) {
        addBrand(brand.group(1), brand.group(2), brands);
      }
    }
    return brands.isEmpty() ? null : String.join(", ", brands);
  }

  private static void addBrand(String brand, String version, List<String> to) {
    String name = quoted(brand);
    String number = quoted(version);
    if (name != null && number != null && to.size() < MAX_BRANDS) {
      to.add(name + ";v=" + number);
    }
  }

  /** The value in quotes, or null if it is blank, too long, or has a character that none has. */
  @Nullable
  private static String quoted(String value) {
    String text =
        value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
            ? value.substring(1, value.length() - 1)
            : value;
    boolean valid = !text.isBlank() && text.length() <= MAX_VALUE;
    for (int i = 0; valid && i < text.length(); i++) {
      char c = text.charAt(i);
      valid = c >= ' ' && c < 127 && c != '"' && c != '\\';
    }
    return valid ? '"' + text + '"' : null;
  }

  private static String simplified(String name) {
    StringBuilder simple = new StringBuilder();
    for (int i = 0; i < name.length() && i < MAX_VALUE; i++) {
      if (Character.isLetterOrDigit(name.charAt(i))) {
        simple.append(Character.toLowerCase(name.charAt(i)));
      }
    }
    return simple.toString();
  }

  @Nullable
  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
