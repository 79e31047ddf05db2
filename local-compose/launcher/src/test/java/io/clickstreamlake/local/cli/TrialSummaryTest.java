package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrialSummaryTest {

  @Test
  void givenAColumnThatWasProtectedWhenSummarizedThenItIsNotOneThatNoEventFills()
      throws JsonProcessingException {
    TrialSummary summary = new TrialSummary();
    summary.columns(List.of("event_type", "user_id", "ip_address", "page_url"));
    summary.event(
        "a, line 1",
        new ObjectMapper()
            .readTree(
                "{\"outcome\":\"written\",\"columns\":{\"event_type\":\"a\"},"
                    + "\"protected\":[\"ip_address\",\"user_id\",\"properties.email\"]}"));

    assertThat(summary.lines()).contains("Columns that no event fills: page_url");
  }
}
