package io.clickstreamlake.event;

import java.util.ArrayList;
import java.util.List;

/** The column {@code quality_flags}, and the flags that several steps know. */
public final class EventFlags {

  /** The event had no usable time, so {@code event_time} is its arrival. */
  public static final String TIME_FROM_ARRIVAL = "event_time_from_arrival";

  /** The producer's clock was wrong, so {@code event_time} is computed from the arrival. */
  public static final String TIME_CORRECTED = "event_time_corrected";

  /** An event with the same {@code dedup.fields} but other content was seen before. */
  public static final String ID_REUSED = "id_reused";

  private EventFlags() {}

  /** Adds a flag to an event. */
  public static void add(ClickEvent event, String flag) {
    List<String> flags = event.getQualityFlags();
    List<String> more = flags == null ? new ArrayList<>(1) : new ArrayList<>(flags);
    more.add(flag);
    event.setQualityFlags(more);
  }

  /** Whether an event has a flag. */
  public static boolean has(ClickEvent event, String flag) {
    return event.getQualityFlags() != null && event.getQualityFlags().contains(flag);
  }
}
