package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeekdayEnrichmentTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-16T00:00:00Z, 1",
    "2026-11-20T10:15:30Z, 5",
    "2026-11-22T23:59:59.999Z, 7",
    "1969-12-31T12:00:00Z, 3"
  })
  void givenATimeWhenEnrichedThenTheWeekdayIsThatOfUtc(Instant time, int weekday) {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setEventTime(time);

    new WeekdayEnrichment().enrich(event);

    assertThat(event.event.getWeekday()).isEqualTo(weekday);
  }
}
