package io.clickstreamlake.privacy;

import io.clickstreamlake.privacy.SensitiveNames.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes personal data out of texts. Not thread-safe. */
final class Redaction {

  /** Names come from outside, so the memory for them has a bound: then it begins anew. */
  private static final int MAX_KEPT = 10_000;

  /** Values of properties that are kept for comparison are no longer. */
  private static final int LONGEST_KEPT = 64;

  /** Looking for a part in a longer one would cost more than it saves. */
  private static final int LONGEST_URL = 2048;

  /** The field that says what another of the same object is: {"name": "password", "value": "…"}. */
  private static final String[] DESCRIPTIONS = {".name", ".key", ".field"};

  private final SensitiveNames names;
  private final PersonalData personalData;
  private final Suspicion suspicion;
  private final boolean always;
  private final Map<String, PropertyName> properties = new HashMap<>();

  // URLs of this event that were looked through and stay as they are.
  private String cleanUrl = "";
  private String otherCleanUrl = "";

  /**
   * @param keys names whose values are replaced, in any spelling
   * @param kinds what is replaced wherever its form gives it away
   */
  Redaction(List<String> keys, PersonalData.Kinds kinds) {
    this.names = new SensitiveNames(keys);
    this.personalData = new PersonalData(names, kinds);
    this.suspicion = new Suspicion(names);
    this.always = !kinds.patterns.isEmpty();
  }

  /** What the name of a column says of its values. */
  Verdict verdict(String column) {
    return names.of(column);
  }

  /**
   * The text without personal data; the same object where there was none.
   *
   * @param name of the text, with its verdict
   * @param form whether the text is a URL or form data, where blanks do not end a value
   */
  String text(String text, String name, Verdict verdict, boolean form) {
    if (verdict.sensitive && SensitiveNames.isPersonal(verdict, text, 0, text.length())) {
      return Spans.REDACTED;
    }
    if (!always && !suspicion.mayHoldPersonalData(text, verdict)) {
      return text;
    }
    Spans found = new Spans(text.length());
    personalData.find(Text.of(text), name, verdict, form, found);
    return found.isEmpty() ? text : found.redact(text);
  }

  /** A URL in a column. If there is nothing personal in it, nor is there in its parts. */
  String url(String url, String name, Verdict verdict) {
    String redacted = text(url, name, verdict, true);
    if (redacted == url && url.length() <= LONGEST_URL) {
      otherCleanUrl = cleanUrl;
      cleanUrl = url;
    }
    return redacted;
  }

  /** Forgets the URLs of the event before. */
  void nextEvent() {
    cleanUrl = "";
    otherCleanUrl = "";
  }

  /** Whether the text stands in a URL of this event without personal data, so tells nothing new. */
  boolean isInCleanUrl(String text) {
    return cleanUrl.contains(text) || otherCleanUrl.contains(text);
  }

  /** A text of which only the form says something. */
  String text(String text) {
    return text(text, "", SensitiveNames.plain(), false);
  }

  /** Redacts a column of properties in place: names as well as values. */
  Map<String, String> properties(Map<String, String> entries) {
    boolean rename = false;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      PropertyName name = property(entry.getKey());
      rename |= name.redacted != null;
      String value = entry.getValue();
      if (value.equals(name.clean)) {
        continue;
      }
      boolean alone = name.descriptions == null;
      Verdict verdict = alone ? name.verdict : described(name, entries);
      String redacted = text(value, name.text, verdict, false);
      if (redacted != value) {
        entry.setValue(redacted);
      } else if (alone && value.length() <= LONGEST_KEPT) {
        name.clean = value;
      }
    }
    return rename ? renamed(entries) : entries;
  }

  private Verdict described(PropertyName name, Map<String, String> entries) {
    for (String description : name.descriptions) {
      String said = entries.get(description);
      if (said != null && said.length() <= SensitiveNames.MAX_LENGTH) {
        Verdict verdict = names.of(said);
        if (verdict.sensitive) {
          return verdict;
        }
      }
    }
    return name.verdict;
  }

  /** Names that become equal get a number, as equal names of an event do. */
  private Map<String, String> renamed(Map<String, String> entries) {
    Map<String, String> renamed = new HashMap<>();
    entries.forEach(
        (name, value) -> {
          if (property(name).redacted == null) {
            renamed.put(name, value);
          }
        });
    Map<String, Integer> used = new HashMap<>();
    entries.forEach(
        (name, value) -> {
          String redacted = property(name).redacted;
          if (redacted != null) {
            int number = used.merge(redacted, 1, Integer::sum);
            String free = number == 1 ? redacted : redacted + "#" + number;
            while (renamed.putIfAbsent(free, value) != null) {
              free = redacted + "#" + used.merge(redacted, 1, Integer::sum);
            }
          }
        });
    return renamed;
  }

  private PropertyName property(String name) {
    PropertyName known = properties.get(name);
    if (known == null) {
      known = new PropertyName(name);
      if (properties.size() >= MAX_KEPT) {
        properties.clear();
      }
      properties.put(name, known);
    }
    return known;
  }

  /** What is known of a property's name. */
  private final class PropertyName {
    private final String text;
    private final Verdict verdict;

    /** The name without personal data, or null if there is none in it. */
    private final String redacted;

    /** The last value without personal data, which often is the next one too; or null. */
    private String clean;

    /** Names of the properties that may say what this one is, or null. */
    private final String[] descriptions;

    PropertyName(String name) {
      this.text = name;
      this.verdict = names.of(name);
      String clean = Redaction.this.text(name);
      this.redacted = clean.equals(name) ? null : clean;
      int dot = name.lastIndexOf('.');
      if (dot > 0 && (name.endsWith(".value") || name.endsWith(".val"))) {
        descriptions = new String[DESCRIPTIONS.length];
        for (int i = 0; i < DESCRIPTIONS.length; i++) {
          descriptions[i] = name.substring(0, dot) + DESCRIPTIONS[i];
        }
      } else {
        descriptions = null;
      }
    }
  }
}
