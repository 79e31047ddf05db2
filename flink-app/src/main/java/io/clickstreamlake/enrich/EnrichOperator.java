package io.clickstreamlake.enrich;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.privacy.Consent;
import io.clickstreamlake.privacy.DailyVisitors;
import io.clickstreamlake.privacy.Privacy;
import io.clickstreamlake.quality.QualityRules;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The Flink operator that enriches an event, checks the quality rules, and applies the privacy
 * rules, in this order: quality rules may use enriched columns, and no step follows privacy. If a
 * step fails for an event, the event is rejected, so it is never emitted unprotected. Before all of
 * them it looks for the visitor's consent: without it, no rejected row holds the event's bytes.
 */
public final class EnrichOperator extends AccountedOperator<ParsedEvent, ClickEvent> {

  private static final long serialVersionUID = 1L;

  private final JobSettings settings;
  private final EventColumns columns;
  private final String rulesText;

  private transient List<Enrichment> chain;
  private transient QualityRules rules;
  private transient Privacy privacy;
  private transient Consent consent;
  private transient DailyVisitors visitors;

  /** Whether the visitor of the current event consents; false until that is known. */
  private transient boolean consents;

  private EnrichOperator(JobSettings settings, EventColumns columns, String rulesText) {
    this.settings = settings;
    this.columns = columns;
    this.rulesText = rulesText;
  }

  /**
   * Creates the operator from the settings. All errors in the settings are added to {@code
   * problems}; the operator must not run if there is any.
   *
   * @param columns of the events
   */
  public static EnrichOperator of(
      JobSettings settings, EventColumns columns, ValidationErrors problems) {
    AtomicReference<String> rulesText = new AtomicReference<>("");
    problems.collect(
        () ->
            settings
                .find(JobOptions.QUALITY_RULES)
                .map(EnrichOperator::read)
                .ifPresent(rulesText::set));
    EnrichOperator operator = new EnrichOperator(settings, columns, rulesText.get());
    operator.compile(problems);
    return operator;
  }

  /**
   * Adds a problem for each file that an enrichment reads while the job runs and that cannot be
   * read now. Not part of {@link #of}: a job that recovers must survive a missing database.
   */
  public void checkFiles(ValidationErrors problems) {
    chain.forEach(enrichment -> enrichment.checkFiles(problems));
  }

  /** The rules themselves, or those of the file at this path. */
  private static String read(String setting) {
    return setting.startsWith("[")
        ? setting
        : TextFile.read(JobOptions.QUALITY_RULES.key(), setting, TextFile.RULES);
  }

  private void compile(ValidationErrors problems) {
    chain = Enrichments.of(settings, problems);
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

  @Override
  public void open() throws Exception {
    super.open();
    ValidationErrors problems = new ValidationErrors();
    compile(problems);
    problems.throwIfAny();
    for (Enrichment enrichment : chain) {
      enrichment.open(getMetricGroup());
    }
  }

  @Override
  public void processElement(StreamRecord<ParsedEvent> element) {
    ParsedEvent parsed = element.getValue();
    consents = false;
    try {
      process(parsed);
    } catch (RejectedException e) {
      reject(rejection(e, parsed));
      return;
    }
    output.collect(element.replace(parsed.event));
  }

  private void process(ParsedEvent parsed) throws RejectedException {
    try {
      consents = consent.isGiven(parsed);
      if (!consents) {
        consent.admitWithoutConsent();
      }
      for (Enrichment enrichment : chain) {
        enrichment.enrich(parsed);
      }
      visitors.identify(parsed);
      rules.check(parsed);
      if (!consents) {
        consent.strip(parsed);
      }
      privacy.protect(parsed);
    } catch (RuntimeException e) {
      throw RejectedException.unreadable("an enrichment, a rule or privacy", e);
    }
  }

  private Rejection rejection(RejectedException cause, ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    return Rejection.of(
        cause,
        new Origin(event.getStream(), event.getShardId(), event.getSequenceNumber()),
        parsed.position,
        event.getArrivalTime().toEpochMilli(),
        consents
            ? Arrays.copyOfRange(parsed.bytes, parsed.start, parsed.start + parsed.length)
            : new byte[0]);
  }
}
