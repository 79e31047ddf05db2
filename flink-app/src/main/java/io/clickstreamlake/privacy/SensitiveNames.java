package io.clickstreamlake.privacy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Classifier of names by whether their values are personal. A name is that of a property, a path
 * such as {@code login.password.value}, a parameter or a JSON field.
 *
 * <p>Names are compared word by word, so that all usual spellings match: {@code user_agent}, {@code
 * userAgent}, {@code $raw_user_agent}, {@code User-Agent}, {@code navigator.userAgent} and {@code
 * useragent} all hold the words user agent. A name is sensitive if it holds the words of a key side
 * by side and no harmless word after them: {@code phone} and {@code to_phone_number} are sensitive,
 * {@code phone_model} and {@code email_opened} are not, and {@code ship_method}, {@code tip} and
 * {@code zip} do not hold the word ip.
 *
 * <p>Verdicts are cached, because the same names come with every event. Not thread-safe.
 */
final class SensitiveNames {

  /** Maximum number of cached verdicts; producers choose names, so the cache must be bounded. */
  private static final int MAX_CACHED = 10_000;

  /** Maximum length of a name in characters; of a longer name only the end is classified. */
  static final int MAX_LENGTH = 256;

  /** Maximum number of words in a key. */
  private static final int MAX_KEY_WORDS = 4;

  /** After a sensitive word, these give it another meaning: an attribute, a count, an event. */
  private static final Set<String> HARMLESS =
      Set.of(
          ("accepted action age architecture banner bitness blocked body bounced brand brands bytes"
                  + " campaign campaigns carrier category changed channel city class click clicked"
                  + " clicks client color colour confirmed consent consented count country created"
                  + " currency date deleted delivered device domain duration enabled error event"
                  + " exists expired expires expiry failed family format frequency given hidden"
                  + " host index installed isp kind label language length level limit mandatory"
                  + " manufacturer marketing method missing mobile mode model name network"
                  + " notification notifications open opened opens opt optin optout option order org"
                  + " os permission plan platform policy position preference preferences present"
                  + " price product provider provided quality rating reason received region"
                  + " registered rejected required requested resolution role rule rules scope"
                  + " score screen sent server service set shown size software source state status"
                  + " step strength subject subscribed subscription subscriptions supplied support"
                  + " supported symbol template time timezone title total type unsubscribed updated"
                  + " usage used valid validated validation vendor verification verified version"
                  + " visible width")
              .split(" "));

  /** Words that may precede or follow a key in a name without word breaks. */
  private static final Set<String> NEIGHBOURS =
      Set.of(
          ("access account addr address admin alt api auth bearer billing business buyer cell"
                  + " client confirm contact csrf current customer device e fax from full guest hash"
                  + " hashed header home host id login main member mobile my new no nr number"
                  + " office old other owner parent primary private push raw real recipient refresh"
                  + " remote reply request sender session shipping src tele text to user value"
                  + " visitor work xsrf your")
              .split(" "));

  /** Values of these are personal only if they have digits: {@code mobile: "Android"} is not. */
  private static final Set<String> PHONES =
      Set.of("phone", "tel", "telephone", "telefon", "mobile", "msisdn", "fax");

  /** In names with these words, four numbers with dots are a version or the IP of a server. */
  private static final Set<String> VERSION_OR_SERVER =
      Set.of(
          "version",
          "versions",
          "ver",
          "build",
          "release",
          "firmware",
          "sdk",
          "host",
          "hostname",
          "server",
          "domain");

  private final Set<String> keys = new HashSet<>();
  private final Map<String, Verdict> verdicts = new HashMap<>();

  /** The classification of a name. */
  static final class Verdict {
    private static final Verdict PLAIN = new Verdict(false, false, false, false);

    /**
     * Whether values are personal, except those that {@link SensitiveNames#isPersonal} excludes.
     */
    final boolean sensitive;

    private final boolean digitsOnly;
    private final boolean plural;

    /** Whether four numbers with dots are a version or a server, not a visitor's IP address. */
    final boolean versions;

    private Verdict(boolean sensitive, boolean digitsOnly, boolean plural, boolean versions) {
      this.sensitive = sensitive;
      this.digitsOnly = digitsOnly;
      this.plural = plural;
      this.versions = versions;
    }
  }

  /** The verdict on a missing or neutral name. */
  static Verdict plain() {
    return Verdict.PLAIN;
  }

  /**
   * @param keys names of personal values, in any spelling
   */
  SensitiveNames(List<String> keys) {
    for (String key : keys) {
      String joined = String.join("", words(key));
      if (!joined.isEmpty()) {
        this.keys.add(joined);
      }
    }
  }

  /** Classifies a name. */
  Verdict of(String name) {
    Verdict verdict = verdicts.get(name);
    if (verdict == null) {
      verdict = classify(words(end(name)));
      if (name.length() <= MAX_LENGTH) {
        if (verdicts.size() >= MAX_CACHED) {
          verdicts.clear();
        }
        verdicts.put(name, verdict);
      }
    }
    return verdict;
  }

  /**
   * Classifies a name inside an object. It is sensitive if its path is, or if the outer name is and
   * the inner name has no harmless word.
   */
  Verdict within(Verdict outer, String outerName, String name) {
    Verdict path = of(outerName.isEmpty() ? name : outerName + "." + name);
    if (path.sensitive || !outer.sensitive || hasHarmlessWord(words(end(name)))) {
      return path;
    }
    return outer;
  }

  private static String end(String name) {
    return name.length() > MAX_LENGTH ? name.substring(name.length() - MAX_LENGTH) : name;
  }

  /**
   * Whether a value with this verdict is personal. Boolean values never are, nor is a short number
   * under a plural ({@code remaining_tokens: 87}), nor a phone without digits.
   */
  static boolean isPersonal(Verdict verdict, CharSequence value, int start, int end) {
    if (!verdict.sensitive || start >= end) {
      return false;
    }
    int digits = 0;
    boolean number = true;
    for (int i = start; i < end && (digits < 8 || number); i++) {
      boolean digit = Character.isDigit(value.charAt(i));
      digits += digit ? 1 : 0;
      number &= digit;
    }
    int length = end - start;
    if (verdict.digitsOnly && digits < 3) {
      return false;
    }
    if (verdict.plural && number && digits < 8) {
      return false;
    }
    return length > 9 || !isBoolean(value, start, end);
  }

  private static boolean isBoolean(CharSequence value, int start, int end) {
    switch (value.subSequence(start, end).toString().toLowerCase(Locale.ROOT)) {
      case "true":
      case "false":
      case "yes":
      case "no":
      case "0":
      case "1":
      case "null":
      case "undefined":
        return true;
      default:
        return false;
    }
  }

  private Verdict classify(List<String> words) {
    boolean versions = false;
    for (String word : words) {
      versions |= VERSION_OR_SERVER.contains(word);
    }
    for (int start = 0; start < words.size(); start++) {
      StringBuilder joined = new StringBuilder();
      for (int end = start; end < words.size() && end < start + MAX_KEY_WORDS; end++) {
        joined.append(words.get(end));
        String key = joined.toString();
        boolean plural = key.endsWith("s") && keys.contains(key.substring(0, key.length() - 1));
        if ((plural || keys.contains(key))
            && !hasHarmlessWord(words.subList(end + 1, words.size()))) {
          return new Verdict(true, isPhone(key), plural, versions);
        }
      }
      String compound = keyIn(words.get(start));
      if (compound != null && !hasHarmlessWord(words.subList(start + 1, words.size()))) {
        return new Verdict(true, isPhone(compound), false, versions);
      }
    }
    return versions ? new Verdict(false, false, false, true) : Verdict.PLAIN;
  }

  private static boolean isPhone(String key) {
    for (String phone : PHONES) {
      if (key.startsWith(phone) || key.endsWith(phone) || key.endsWith(phone + "s")) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasHarmlessWord(List<String> words) {
    for (String word : words) {
      if (HARMLESS.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** The key in a compound without word breaks, such as customeremail, or null. */
  private String keyIn(String word) {
    if (word.length() < 5 || word.length() > 40) {
      return null;
    }
    for (String key : keys) {
      int at = key.length() < 3 ? -1 : word.indexOf(key);
      if (at >= 0
          && isNeighbour(word.substring(0, at))
          && isNeighbour(word.substring(at + key.length()))) {
        return key;
      }
    }
    return null;
  }

  private static boolean isNeighbour(String word) {
    return word.isEmpty() || NEIGHBOURS.contains(word);
  }

  /**
   * The words of a name in lower case: runs of letters or of digits, split where a capital starts a
   * word.
   */
  static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    int length = name.length();
    int start = 0;
    while (start < length) {
      char first = name.charAt(start);
      int end = start + 1;
      if (Character.isDigit(first)) {
        while (end < length && Character.isDigit(name.charAt(end))) {
          end++;
        }
      } else if (Character.isLetter(first)) {
        while (end < length && isSameWord(name, end)) {
          end++;
        }
      } else {
        start = end;
        continue;
      }
      words.add(name.substring(start, end).toLowerCase(Locale.ROOT));
      start = end;
    }
    return words;
  }

  private static boolean isSameWord(String name, int at) {
    char c = name.charAt(at);
    if (!Character.isLetter(c)) {
      return false;
    }
    if (!Character.isUpperCase(c)) {
      return true;
    }
    // userAgent, IPAddress: a capital starts a word after or before a lower-case letter.
    return Character.isUpperCase(name.charAt(at - 1))
        && (at + 1 == name.length() || !Character.isLowerCase(name.charAt(at + 1)));
  }
}
