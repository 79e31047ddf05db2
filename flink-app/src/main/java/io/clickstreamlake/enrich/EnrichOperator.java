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
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** The Flink operator that runs the {@link EventChain}. */
public final class EnrichOperator extends AccountedOperator<ParsedEvent, ClickEvent> {

  private static final long serialVersionUID = 1L;

  private final JobSettings settings;
  private final EventColumns columns;
  private final String rulesText;

  private transient EventChain chain;

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
    operator.chain = operator.newChain(problems);
    return operator;
  }

  /**
   * Adds a problem for each file that an enrichment reads while the job runs and that cannot be
   * read now. Not part of {@link #of}: a job that recovers must survive a missing database.
   */
  public void checkFiles(ValidationErrors problems) {
    chain.checkFiles(problems);
  }

  /** The rules themselves, or those of the file at this path. */
  private static String read(String setting) {
    return setting.startsWith("[")
        ? setting
        : TextFile.read(JobOptions.QUALITY_RULES.key(), setting, TextFile.RULES);
  }

  private EventChain newChain(ValidationErrors problems) {
    return new EventChain(settings, columns, rulesText, problems);
  }

  /**
   * A chain that is not opened, for use without Flink.
   *
   * @throws io.clickstreamlake.config.InvalidSettingsException if the settings have a problem
   */
  public EventChain newChain() {
    ValidationErrors problems = new ValidationErrors();
    EventChain created = newChain(problems);
    problems.throwIfAny();
    return created;
  }

  @Override
  public void open() throws Exception {
    super.open();
    chain = newChain();
    chain.open(getMetricGroup());
  }

  @Override
  public void processElement(StreamRecord<ParsedEvent> element) {
    ParsedEvent parsed = element.getValue();
    try {
      chain.derive(parsed);
      chain.protect(parsed);
    } catch (RejectedException e) {
      reject(rejection(e, parsed));
      return;
    }
    output.collect(element.replace(parsed.event));
  }

  private Rejection rejection(RejectedException cause, ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    return Rejection.of(
        cause,
        new Origin(event.getStream(), event.getShardId(), event.getSequenceNumber()),
        parsed.position,
        event.getArrivalTime().toEpochMilli(),
        chain.hasConsent()
            ? Arrays.copyOfRange(parsed.bytes, parsed.start, parsed.start + parsed.length)
            : new byte[0]);
  }
}
