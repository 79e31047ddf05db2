package io.clickstreamlake.enrich;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.privacy.Consent;
import io.clickstreamlake.privacy.DailyVisitors;
import io.clickstreamlake.privacy.Privacy;
import io.clickstreamlake.quality.QualityRules;
import java.util.List;
import org.apache.flink.metrics.MetricGroup;

/**
 * What happens to an event between parser and lake: enrichments, then the quality rules, then the
 * privacy rules. Quality rules may use enriched columns, and no step follows privacy. If a step
 * fails for an event, the event is rejected, so it is never emitted unprotected. Before all of them
 * it looks for the visitor's consent: without it, no rejected row holds the event's bytes.
 *
 * <p>Not thread-safe: it belongs to one subtask.
 */
public final class EventChain {

  private final List<Enrichment> enrichments;
  private final QualityRules rules;
  private final Privacy privacy;
  private final Consent consent;
  private final DailyVisitors visitors;

  /** Whether the visitor of the current event consents; false until that is known. */
  private boolean consents;

  /**
   * Creates the chain from the settings. All errors are added to {@code problems}; the chain must
   * not be used if there is any.
   *
   * @param columns of the events
   * @param rulesText the quality rules; empty if there are none
   */
  EventChain(
      JobSettings settings, EventColumns columns, String rulesText, ValidationErrors problems) {
    enrichments = Enrichments.of(settings, problems);
    rules =
        rulesText.isEmpty()
            ? QualityRules.none()
            : problems.collect(
                () ->
                    QualityRules.parse(
                        JobOptions.QUALITY_RULES.key(), rulesText, columns, problems));
    privacy = problems.collect(() -> Privacy.of(settings, columns, problems));
    consent = Consent.of(settings, columns, problems);
    visitors = DailyVisitors.of(settings, problems);
  }

  /** Adds a problem for each file that an enrichment reads while the job runs. */
  void checkFiles(ValidationErrors problems) {
    enrichments.forEach(enrichment -> enrichment.checkFiles(problems));
  }

  /** Called once before the first event. */
  public void open(MetricGroup metrics) throws Exception {
    for (Enrichment enrichment : enrichments) {
      enrichment.open(metrics);
    }
  }

  /** Enriches an event and checks the quality rules. {@link #protect} must follow. */
  public void derive(ParsedEvent parsed) throws RejectedException {
    consents = false;
    try {
      consents = consent.isGiven(parsed);
      if (!consents) {
        consent.admitWithoutConsent();
      }
      for (Enrichment enrichment : enrichments) {
        enrichment.enrich(parsed);
      }
      visitors.identify(parsed);
      rules.check(parsed);
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  /** Applies the privacy rules to an event. */
  public void protect(ParsedEvent parsed) throws RejectedException {
    try {
      if (!consents) {
        consent.strip(parsed);
      }
      privacy.protect(parsed);
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  /** Whether the visitor of the last event consents, so that its bytes may be kept. */
  public boolean hasConsent() {
    return consents;
  }

  private static RejectedException failure(RuntimeException e) {
    return RejectedException.unreadable("an enrichment, a rule or privacy", e);
  }
}
