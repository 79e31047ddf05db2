package io.clickstreamlake.history;

import io.clickstreamlake.config.JobOptions;
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
    return setting.equals(JobOptions.PRIVACY_REDACT_PATTERNS.key())
        ? removed(JobOptions.PRIVACY_REDACT_PATTERNS)
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
