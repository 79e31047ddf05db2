package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.ledger.AccountedOperator;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class EnrichOperatorTest {

  @Test
  void givenAnEventForWhichAnEnrichmentFailsWhenProcessedThenOnlyItIsRejected() throws Exception {
    try (OneInputStreamOperatorTestHarness<ParsedEvent, ClickEvent> harness =
        new OneInputStreamOperatorTestHarness<>(
            EnrichOperator.of(
                JobSettings.of(
                    Map.of(
                        "source.stream", "clicks",
                        "source.region", "r",
                        "sink.path", "s3://processed",
                        "enrich.chain", "money")),
                EventColumns.CONTRACT,
                new ValidationErrors()))) {
      harness.open();

      // No mapping produces a null order line; it represents any bug of the job.
      harness.processElement(purchase("a", (Item) null), 0);
      harness.processElement(purchase("b", line("p", "1.0000")), 0);

      assertThat(harness.extractOutputValues())
          .extracting(ClickEvent::getEventId)
          .containsExactly("b");
      assertThat(harness.getSideOutput(AccountedOperator.REJECTED)).hasSize(1);
      Rejection rejection = harness.getSideOutput(AccountedOperator.REJECTED).poll().getValue();
      assertThat(rejection.reason).isEqualTo("unreadable");
      assertThat(rejection.message)
          .isEqualTo("an enrichment, a rule or privacy failed with NullPointerException");
      assertThat(rejection.payload).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Item line(String product, String price) {
    Item item = new Item();
    item.setProductId(product);
    item.setPrice(new BigDecimal(price));
    item.setQuantity(1);
    return item;
  }

  private static ParsedEvent purchase(String id, Item... items) {
    ParsedEvent parsed = new ParsedEvent();
    parsed.bytes = id.getBytes(StandardCharsets.UTF_8);
    parsed.length = parsed.bytes.length;
    parsed.event = new ClickEvent();
    parsed.event.setEventId(id);
    parsed.event.setEventType("purchase");
    parsed.event.setStream("clicks");
    parsed.event.setShardId("shard-0");
    parsed.event.setSequenceNumber("1");
    parsed.event.setArrivalTime(Instant.EPOCH);
    parsed.event.setItems(items[0] == null ? Arrays.asList(items) : List.of(items));
    return parsed;
  }
}
