package io.clickstreamlake.history;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobOptions.WithoutConsent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * The comparison of the privacy settings of two starts: what is less protected than before.
 *
 * <p>From weak to strong: keep, redacted (what happens to a column without an action), truncate,
 * hash, drop. IP address and user agent without an action are dropped.
 */
final class PrivacyComparison {

  private static final String REDACTED = "redacted";
  private static final String KEPT = "kept";
  private static final List<String> WEAK_TO_STRONG =
      List.of("keep", REDACTED, "truncate", "hash", "drop");
  private static final Set<String> DROPPED_BY_DEFAULT = Set.of("ip_address", "user_agent");

  private final Configuration before;
  private final Configuration after;

  PrivacyComparison(Map<String, String> before, Map<String, String> after) {
    this.before = Configuration.fromMap(before);
    this.after = Configuration.fromMap(after);
  }

  /** What a change of this setting protects less than before; empty for other settings. */
  List<Weakening> weakenedBy(String setting) {
    if (setting.equals(JobOptions.PRIVACY_FIELDS.key())) {
      return fields();
    }
    if (setting.equals(JobOptions.PRIVACY_REDACT_KEYS.key())) {
      return removed(JobOptions.PRIVACY_REDACT_KEYS);
    }
    if (setting.equals(JobOptions.PRIVACY_REDACT_PATTERNS.key())) {
      return removed(JobOptions.PRIVACY_REDACT_PATTERNS);
    }
    if (setting.equals(JobOptions.PRIVACY_COOKIELESS_VISITORS.key())) {
      return after.get(JobOptions.PRIVACY_COOKIELESS_VISITORS)
              && !before.get(JobOptions.PRIVACY_COOKIELESS_VISITORS)
          ? List.of(new Weakening("visitors without cookies", "unknown", "an id per day"))
          : List.of();
    }
    return before.contains(JobOptions.PRIVACY_CONSENT_FIELD) ? consent(setting) : List.of();
  }

  /** What a change of this setting permits that the required consent did not permit. */
  private List<Weakening> consent(String setting) {
    if (setting.equals(JobOptions.PRIVACY_CONSENT_FIELD.key())) {
      String was = before.get(JobOptions.PRIVACY_CONSENT_FIELD);
      String is = after.getOptional(JobOptions.PRIVACY_CONSENT_FIELD).orElse("not required");
      return was.equals(is) ? List.of() : List.of(new Weakening("consent", was, is));
    }
    if (!after.contains(JobOptions.PRIVACY_CONSENT_FIELD)) {
      return List.of(); // The change of the field says it.
    }
    if (setting.equals(JobOptions.PRIVACY_CONSENT_GRANTED.key())) {
      Set<String> granted = new HashSet<>(before.get(JobOptions.PRIVACY_CONSENT_GRANTED));
      List<Weakening> weaker = new ArrayList<>();
      for (String value : new TreeSet<>(after.get(JobOptions.PRIVACY_CONSENT_GRANTED))) {
        if (!granted.contains(value)) {
          weaker.add(new Weakening("consent " + value, "not given", "given"));
        }
      }
      return weaker;
    }
    return setting.equals(JobOptions.PRIVACY_CONSENT_OTHERWISE.key())
            && before.get(JobOptions.PRIVACY_CONSENT_OTHERWISE) == WithoutConsent.REJECT
            && after.get(JobOptions.PRIVACY_CONSENT_OTHERWISE) == WithoutConsent.STRIP
        ? List.of(new Weakening("events without consent", "rejected", "stripped"))
        : List.of();
  }

  private List<Weakening> fields() {
    Map<String, String> old = before.get(JobOptions.PRIVACY_FIELDS);
    Map<String, String> now = after.get(JobOptions.PRIVACY_FIELDS);
    Set<String> fields = new TreeSet<>(old.keySet());
    fields.addAll(now.keySet());
    List<Weakening> weaker = new ArrayList<>();
    for (String field : fields) {
      String was = action(field, old);
      String is = action(field, now);
      if (WEAK_TO_STRONG.indexOf(is) < WEAK_TO_STRONG.indexOf(was)) {
        weaker.add(new Weakening(field, was, is));
      }
    }
    return weaker;
  }

  private static String action(String field, Map<String, String> actions) {
    return actions.getOrDefault(field, DROPPED_BY_DEFAULT.contains(field) ? "drop" : REDACTED);
  }

  private List<Weakening> removed(ConfigOption<List<String>> option) {
    Set<String> remaining = new HashSet<>(after.get(option));
    List<Weakening> weaker = new ArrayList<>();
    for (String element : new TreeSet<>(before.get(option))) {
      if (!remaining.contains(element) && !element.isEmpty()) {
        weaker.add(new Weakening(element, REDACTED, KEPT));
      }
    }
    return weaker;
  }
}
