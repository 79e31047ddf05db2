package io.clickstreamlake.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.LedgerEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger ledger = new Ledger();

  @Test
  void givenEventsOfTwoHoursAndStreamsWhenPostedThenEachHasItsOwnEntry() {
    ledger.count(Outcome.RECEIVED, time("10:59:59.999"), "a");
    ledger.count(Outcome.RECEIVED, time("11:00:00.000"), "a");
    ledger.count(Outcome.RECEIVED, time("10:00:00.000"), "a");
    ledger.count(Outcome.RECEIVED, time("10:00:00.000"), "b");
    ledger.countRejected("malformed_json", time("10:30:00.000"), "a", 1);
    ledger.countRejected("empty", time("10:30:00.000"), "a", 1);
    ledger.countRejected("empty", time("10:30:00.000"), "a", 1);

    assertThat(posted())
        .containsExactlyInAnyOrder(
            "2026-11-20T10:00:00Z a received null 2",
            "2026-11-20T10:00:00Z a rejected malformed_json 1",
            "2026-11-20T10:00:00Z a rejected empty 2",
            "2026-11-20T11:00:00Z a received null 1",
            "2026-11-20T10:00:00Z b received null 1");
  }

  @Test
  void givenPostedEntriesWhenPostedAgainThenOnlyNewCountsArePosted() {
    ledger.count(Outcome.WRITTEN, time("10:00:00.000"), "a");
    assertThat(posted()).hasSize(1);
    assertThat(posted()).isEmpty();

    ledger.count(Outcome.WRITTEN, time("10:00:00.000"), "a");
    assertThat(posted()).containsExactly("2026-11-20T10:00:00Z a written null 1");
  }

  private List<String> posted() {
    List<String> entries = new ArrayList<>();
    ledger.post(
        (LedgerEntry e) ->
            entries.add(
                e.getArrivalHour()
                    + " "
                    + e.getStream()
                    + " "
                    + e.getOutcome()
                    + " "
                    + e.getReason()
                    + " "
                    + e.getEvents()));
    return entries;
  }

  private static long time(String time) {
    return Instant.parse("2026-11-20T" + time + "Z").toEpochMilli();
  }
}
