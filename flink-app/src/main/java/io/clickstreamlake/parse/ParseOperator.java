package io.clickstreamlake.parse;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.time.Clock;
import java.util.Arrays;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The Flink operator that parses records into events. Bytes that cannot become an event go to the
 * rejected zone. The number of events received is counted from the claimed bytes, see {@link
 * RecordSpans}, and not from the emitted events.
 */
public final class ParseOperator extends AccountedOperator<SourceRecord, ParsedEvent> {

  private static final long serialVersionUID = 1L;

  private final String mappingName;
  private final String mappingText;
  private final ParserLimits limits;
  private final EventColumns columns;

  /** Whether the bytes of rejected pieces are kept: whether their visitor consents is unknown. */
  private final boolean keepPayloads;

  private transient RecordReader reader;
  private transient Clock clock;
  private transient StreamRecord<ParsedEvent> out;

  private ParseOperator(
      String mappingName,
      String mappingText,
      ParserLimits limits,
      EventColumns columns,
      boolean keepPayloads) {
    this.keepPayloads = keepPayloads;
    this.mappingName = mappingName;
    this.mappingText = mappingText;
    this.limits = limits;
    this.columns = columns;
  }

  /**
   * Creates the operator from the settings. The mapping is read here, once, so that all subtasks
   * use the same one and an invalid one fails before the job starts.
   *
   * @throws io.clickstreamlake.config.InvalidSettingsException if the mapping is invalid
   */
  public static ParseOperator of(JobSettings settings) {
    String name = settings.get(JobOptions.PARSE_MAPPING);
    String text = TextFile.read(JobOptions.PARSE_MAPPING.key(), name, TextFile.MAPPINGS);
    EventColumns columns = EventMapping.parse(name, text).columns();
    boolean keepPayloads = settings.find(JobOptions.PRIVACY_CONSENT_FIELD).isEmpty();
    return new ParseOperator(name, text, ParserLimits.of(settings), columns, keepPayloads);
  }

  /** The columns of the events that it emits. */
  public EventColumns columns() {
    return columns;
  }

  /** Whether rejections have the bytes of what was rejected. */
  public boolean keepsPayloads() {
    return keepPayloads;
  }

  /** A reader for one subtask, or for use without Flink. */
  public RecordReader newReader() {
    return new RecordReader(EventMapping.parse(mappingName, mappingText), limits);
  }

  @Override
  public void open() throws Exception {
    super.open();
    reader = newReader();
    clock = Clock.systemUTC();
    out = new StreamRecord<>(null);
  }

  @Override
  public void processElement(StreamRecord<SourceRecord> element) {
    SourceRecord record = element.getValue();
    int received = reader.read(record, clock.instant(), new Emitter(record));
    if (received > 0) {
      count(Outcome.RECEIVED, record.arrivalTime, record.origin.source, received);
    }
  }

  /** Emits the events and rejections of one record. */
  private final class Emitter implements RecordOutput {

    private final SourceRecord record;

    Emitter(SourceRecord record) {
      this.record = record;
    }

    @Override
    public void event(ParsedEvent event) {
      output.collect(out.replace(event, record.arrivalTime));
    }

    @Override
    public void rejected(RejectedException cause, int position, byte[] bytes, int start, int end) {
      byte[] payload = keepPayloads ? Arrays.copyOfRange(bytes, start, end) : new byte[0];
      reject(Rejection.of(cause, record.origin, position, record.arrivalTime, payload));
    }
  }
}
