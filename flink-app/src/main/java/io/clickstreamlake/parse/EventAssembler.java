package io.clickstreamlake.parse;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClientHints;
import io.clickstreamlake.event.DerivedId;
import io.clickstreamlake.event.EventFlags;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.event.Utf8;
import io.clickstreamlake.parse.mapping.DefaultValue;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.EventTimes;
import io.clickstreamlake.parse.mapping.InvalidValueException;
import io.clickstreamlake.parse.mapping.JoinedValue;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.time.Instant;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/**
 * The step that builds the row of an event from its draft: it fills in defaults, converts each text
 * to its column's type, and rejects the event if a required column has no value or its time is out
 * of range. Not thread-safe.
 */
final class EventAssembler {

  /** Index of the first client hint in {@link EventMapping#INPUTS}. */
  private static final int FIRST_HINT = 2;

  private static final String EVENT_TIME = "event_time";

  private static final long NOT_CORRECTED = Long.MIN_VALUE;

  /** Clocks that are right may differ by this much. */
  private static final long AHEAD_MILLIS = 60_000;

  private final EventMapping mapping;
  private final ParserLimits limits;
  private final int columnCount;
  private final int eventTimeColumn;
  private final int eventTypeColumn;
  private final int[] required;

  /** The slot of each input. */
  private final int[] inputSlots;

  EventAssembler(EventMapping mapping, ParserLimits limits) {
    this.mapping = mapping;
    this.limits = limits;
    this.columnCount = mapping.columns().size();
    this.required = mapping.requiredColumns().stream().mapToInt(Schema.Field::pos).toArray();
    this.inputSlots =
        IntStream.range(0, EventMapping.INPUTS.size()).map(mapping::inputSlot).toArray();
    this.eventTimeColumn = mapping.columns().field(EVENT_TIME).pos();
    this.eventTypeColumn = mapping.columns().field("event_type").pos();
  }

  /**
   * Fills the row of {@code parsed}. Its bytes and position must be set.
   *
   * @throws RejectedException if the event cannot be a row
   */
  void assemble(ParsedEvent parsed, EventDraft draft, RecordContext record)
      throws RejectedException {
    try {
      fill(parsed, draft, record);
    } catch (RuntimeException e) {
      throw RejectedException.unreadable("the parser", e);
    }
  }

  private void fill(ParsedEvent parsed, EventDraft draft, RecordContext record)
      throws RejectedException {
    for (JoinedValue joined : mapping.joined()) {
      draft.join(joined);
    }
    for (DefaultValue value : mapping.defaults()) {
      draft.offerDefault(value);
    }
    parsed.ipAddress = input(draft, 0);
    parsed.userAgent = input(draft, 1);
    parsed.clientHints = clientHints(draft);

    ClickEvent event = mapping.columns().newEvent();
    for (int column = draft.nextTouched(0);
        column >= 0 && column < columnCount;
        column = draft.nextTouched(column + 1)) {
      if (draft.text(column) != null) {
        fill(event, column, draft);
      } else if (draft.isNested(column)) {
        draft.flags.add(mapping.slotName(column) + "_invalid");
      }
    }
    parsed.event = event;
    Origin origin = record.origin;
    event.setStream(origin.source);
    event.setShardId(origin.partition);
    event.setSequenceNumber(origin.position);
    event.setArrivalTime(Instant.ofEpochMilli(record.arrivalMillis));
    event.setProcessedTime(record.now);
    event.setItems(draft.items);
    if (event.getEventId() == null) {
      event.setEventId(DerivedId.of(parsed));
    }
    settleTime(event, draft, record.arrivalMillis);
    checkRequired(event);
    event.setProperties(draft.properties.finish(draft.flags));
    event.setQualityFlags(draft.flags.finish());
  }

  /** An input of the enrichments, truncated to the maximum length of a text column. */
  private String input(EventDraft draft, int input) {
    String text = draft.text(inputSlots[input]);
    return text == null ? null : Utf8.cut(text, limits.maxTextLength);
  }

  /** The client hints, or null if the event has none. */
  private ClientHints clientHints(EventDraft draft) {
    ClientHints hints = null;
    if (draft.nextTouched(inputSlots[FIRST_HINT]) < 0) {
      return null; // as for nearly all events
    }
    for (int input = FIRST_HINT; input < EventMapping.INPUTS.size(); input++) {
      String text = input(draft, input);
      if (text != null) {
        hints = hints == null ? new ClientHints() : hints;
        set(hints, input - FIRST_HINT, text);
        draft.keepAsProperty(inputSlots[input]);
      }
    }
    return hints;
  }

  private static void set(ClientHints hints, int hint, String text) {
    switch (hint) {
      case 0:
        hints.object = text;
        break;
      case 1:
        hints.brands = text;
        break;
      case 2:
        hints.mobile = text;
        break;
      case 3:
        hints.model = text;
        break;
      case 4:
        hints.platform = text;
        break;
      default:
        hints.platformVersion = text;
    }
  }

  private void fill(ClickEvent event, int column, EventDraft draft) throws RejectedException {
    try {
      Object value = mapping.reader(column).read(draft.plainText(column), limits, draft.flags);
      event.put(column, column == eventTypeColumn ? mapping.eventType((String) value) : value);
      if (draft.flags.takeKeepText()) {
        draft.keepAsProperty(column);
      }
    } catch (InvalidValueException e) {
      invalid(column, draft, e);
    }
  }

  /**
   * Handles a value that is not of its column's type: rejects the event, or flags it and keeps the
   * text.
   */
  private void invalid(int column, EventDraft draft, InvalidValueException cause)
      throws RejectedException {
    String name = mapping.slotName(column);
    if (limits.rejectInvalid || mapping.isRequired(name)) {
      throw RejectedException.of(
          RejectionReason.INVALID_VALUE, name, name + " " + cause.getMessage());
    }
    draft.flags.add(name + "_invalid");
    draft.keepAsProperty(column);
  }

  private void checkRequired(ClickEvent event) throws RejectedException {
    for (int column : required) {
      if (event.get(column) == null) {
        String name = mapping.slotName(column);
        throw RejectedException.of(RejectionReason.MISSING_VALUE, name, name + " has no value");
      }
    }
  }

  /**
   * Checks the time of the event against its arrival, and corrects or replaces it as the mapping
   * says. The time as sent is then kept as a property.
   */
  private void settleTime(ClickEvent event, EventDraft draft, long arrival)
      throws RejectedException {
    EventTimes times = mapping.times();
    if (event.getEventTime() == null) {
      if (times.absentIsArrival) {
        replaceTime(event, arrival, EventFlags.TIME_FROM_ARRIVAL, draft);
        event.setIsLate(false);
      }
      return;
    }
    long time = event.getEventTime().toEpochMilli();
    if (times.sentSlot != EventTimes.NONE && draft.text(times.sentSlot) != null) {
      long corrected = corrected(time, times, draft.text(times.sentSlot), arrival);
      if (corrected != NOT_CORRECTED) {
        draft.keepAsProperty(eventTimeColumn);
        replaceTime(event, corrected, EventFlags.TIME_CORRECTED, draft);
        time = corrected;
      }
    }
    String problem = rangeProblem(time, arrival);
    if (problem != null && !times.outOfRangeIsArrival) {
      throw RejectedException.of(RejectionReason.TIME_OUT_OF_RANGE, EVENT_TIME, problem);
    }
    if (problem != null) {
      draft.keepAsProperty(eventTimeColumn);
      replaceTime(event, arrival, EventFlags.TIME_FROM_ARRIVAL, draft);
      time = arrival;
    }
    event.setIsLate(time < arrival - limits.lateAfterMillis);
  }

  private static void replaceTime(ClickEvent event, long time, String flag, EventDraft draft) {
    event.setEventTime(Instant.ofEpochMilli(time));
    draft.flags.add(flag);
  }

  /**
   * The time by a correct clock: the arrival minus the time between the event and its sending,
   * which no wrong clock changes. The times of one clock are in this order; others cannot be
   * corrected.
   *
   * @return NOT_CORRECTED if there is no need or no way to correct it
   */
  private long corrected(long time, EventTimes times, String sentText, long arrival) {
    Instant sentTime = times.read(sentText);
    if (sentTime == null) {
      return NOT_CORRECTED;
    }
    long sent = sentTime.toEpochMilli();
    boolean needed =
        isImpossible(time, arrival)
            || times.correction == EventTimes.Correction.ALWAYS
            || times.correction == EventTimes.Correction.AHEAD && sent - arrival > AHEAD_MILLIS;
    long waited = sent - time;
    if (!needed || waited < 0 || rangeProblem(arrival - waited, arrival) != null) {
      return NOT_CORRECTED;
    }
    return arrival - waited;
  }

  private boolean isImpossible(long time, long arrival) {
    return time < limits.minEventMillis || time > arrival + limits.maxFutureMillis;
  }

  /** Why the time is out of range, or null. */
  private String rangeProblem(long time, long arrival) {
    // Compared with the arrival, not the clock, so that a replay has the same outcome.
    if (time < arrival - limits.maxAgeMillis) {
      return "event_time is further behind the arrival than time.max-age";
    }
    if (time < limits.minEventMillis) {
      return "event_time is before time.min";
    }
    return time > arrival + limits.maxFutureMillis
        ? "event_time is further ahead of the arrival than time.max-future"
        : null;
  }
}
