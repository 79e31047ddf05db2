package io.clickstreamlake.privacy;

import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.privacy.SensitiveNames.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** Redaction of personal data in texts, URLs and properties. Not thread-safe. */
final class Redaction {

  /** Maximum number of cached names; producers choose names, so the cache must be bounded. */
  private static final int MAX_CACHED_NAMES = 10_000;

  /** Maximum length of a property value that is kept for comparison. */
  private static final int MAX_CACHED_LENGTH = 64;

  /** Maximum length of a cached URL. A search in a longer one costs more than it saves. */
  private static final int MAX_CACHED_URL_LENGTH = 2048;

  /** Fields that name another field of the same object: {"name": "password", "value": "…"}. */
  private static final String[] DESCRIPTIONS = {".name", ".key", ".field"};

  private final SensitiveNames names;
  private final PersonalData personalData;
  private final Suspicion suspicion;
  private final boolean hasPatterns;
  private final Map<String, PropertyName> properties = new HashMap<>();

  // URLs of this event without personal data.
  private String cleanUrl = "";
  private String otherCleanUrl = "";

  /**
   * @param keys names whose values are replaced, in any spelling
   * @param kinds kinds of personal data that are replaced wherever their format is found
   */
  Redaction(List<String> keys, PersonalData.Kinds kinds) {
    this.names = new SensitiveNames(keys);
    this.personalData = new PersonalData(names, kinds);
    this.suspicion = new Suspicion(names);
    this.hasPatterns = !kinds.patterns.isEmpty();
  }

  /**
   * The verdict on the values of a column, from its name. The values of a custom column would be
   * properties without it, so they are personal data too if one of those names says so.
   */
  Verdict verdict(Schema.Field column) {
    return Stream.concat(Stream.of(column.name()), ColumnTypes.sources(column).stream())
        .map(names::of)
        .filter(verdict -> verdict.sensitive)
        .findFirst()
        .orElseGet(() -> names.of(column.name()));
  }

  /**
   * Removes personal data from a text. Returns the same object if it holds none.
   *
   * @param name name of the text
   * @param verdict verdict on the name
   * @param form whether the text is a URL or form data, where spaces do not end a value
   */
  String text(String text, String name, Verdict verdict, boolean form) {
    if (verdict.sensitive && SensitiveNames.isPersonal(verdict, text, 0, text.length())) {
      return Spans.REDACTED;
    }
    if (!hasPatterns && !suspicion.mayHoldPersonalData(text, verdict)) {
      return text;
    }
    Spans found = new Spans(text.length());
    personalData.find(Text.of(text), name, verdict, form, found);
    return found.isEmpty() ? text : found.redact(text);
  }

  /** Redacts a URL in a column. A URL without personal data has none in its parts either. */
  String url(String url, String name, Verdict verdict) {
    String redacted = text(url, name, verdict, true);
    if (redacted == url && url.length() <= MAX_CACHED_URL_LENGTH) {
      otherCleanUrl = cleanUrl;
      cleanUrl = url;
    }
    return redacted;
  }

  /** Forgets the URLs of the previous event. */
  void nextEvent() {
    cleanUrl = "";
    otherCleanUrl = "";
  }

  /** Whether the text is part of a URL of this event that holds no personal data. */
  boolean isInCleanUrl(String text) {
    return cleanUrl.contains(text) || otherCleanUrl.contains(text);
  }

  /** Redacts a text without a name, by its format only. */
  String text(String text) {
    return text(text, "", SensitiveNames.plain(), false);
  }

  /** Redacts the names and values of a column of properties, in place unless names change. */
  Map<String, String> properties(Map<String, String> entries) {
    boolean rename = false;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      PropertyName name = property(entry.getKey());
      rename |= name.redacted != null;
      String value = entry.getValue();
      if (value.equals(name.clean)) {
        continue;
      }
      boolean ownVerdict = name.descriptions == null;
      Verdict verdict = ownVerdict ? name.verdict : describedVerdict(name, entries);
      String redacted = text(value, name.text, verdict, false);
      if (redacted != value) {
        entry.setValue(redacted);
      } else if (ownVerdict && value.length() <= MAX_CACHED_LENGTH) {
        name.clean = value;
      }
    }
    return rename ? renamed(entries) : entries;
  }

  private Verdict describedVerdict(PropertyName name, Map<String, String> entries) {
    for (String description : name.descriptions) {
      String described = entries.get(description);
      if (described != null && described.length() <= SensitiveNames.MAX_LENGTH) {
        Verdict verdict = names.of(described);
        if (verdict.sensitive) {
          return verdict;
        }
      }
    }
    return name.verdict;
  }

  /** Numbers names that become equal, as the parser does with equal names in an event. */
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
      if (properties.size() >= MAX_CACHED_NAMES) {
        properties.clear();
      }
      properties.put(name, known);
    }
    return known;
  }

  /** A cached property name with its verdict. */
  private final class PropertyName {
    private final String text;
    private final Verdict verdict;

    /** The redacted name, or null if it holds no personal data. */
    private final String redacted;

    /** The last value without personal data, which often recurs; or null. */
    private String clean;

    /** Names of the properties that may name this one, or null. */
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
