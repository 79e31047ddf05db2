package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.time.ZoneOffset;

/** The enrichment with the day of the week of the event, UTC. */
final class WeekdayEnrichment implements Enrichment {

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getWeekday() == null) {
      event.setWeekday(event.getEventTime().atZone(ZoneOffset.UTC).getDayOfWeek().getValue());
    }
  }
}
