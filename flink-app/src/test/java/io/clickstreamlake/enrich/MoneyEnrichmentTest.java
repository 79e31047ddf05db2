package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyEnrichmentTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // event type, price, quantity, revenue, flag
        "purchase, 19.9000, 2, 39.8000, -",
        "purchase, 19.9000, -, 19.9000, -",
        "purchase, -, 2, -, -",
        "product_view, 19.9000, 2, -, -",
        "purchase, 99999999999999.9999, 1, 99999999999999.9999, -",
        "purchase, 99999999999999.9999, 2, -, revenue_out_of_range",
      })
  void givenAPriceWhenEnrichedThenRevenueIsExact(
      String type, BigDecimal price, Integer quantity, BigDecimal revenue, String flag) {
    ParsedEvent event = event(type);
    event.event.setPrice(price);
    event.event.setQuantity(quantity);

    new MoneyEnrichment().enrich(event);

    assertThat(event.event.getRevenue()).isEqualTo(revenue);
    assertThat(event.event.getQualityFlags()).isEqualTo(flag == null ? null : List.of(flag));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // as sent, in the column, kept in properties, flag
        "EUR, EUR, -, -",
        "'eur ', EUR, -, -",
        "kwd, KWD, -, -",
        "BTC, BTC, -, currency_unknown",
        "€, -, €, currency_invalid",
        "EURO, -, EURO, currency_invalid",
        "$, -, $, currency_invalid",
        "978, -, 978, currency_invalid",
      })
  void givenACurrencyWhenEnrichedThenItIsACodeOrMovedToProperties(
      String sent, String code, String kept, String flag) {
    ParsedEvent event = event("page_view");
    event.event.setCurrency(sent);

    new MoneyEnrichment().enrich(event);

    assertThat(event.event.getCurrency()).isEqualTo(code);
    assertThat(event.event.getProperties())
        .isEqualTo(kept == null ? null : Map.of("currency", kept));
    assertThat(event.event.getQualityFlags()).isEqualTo(flag == null ? null : List.of(flag));
  }

  @Test
  void givenAPropertyNamedCurrencyWhenACurrencyIsMovedToPropertiesThenBothAreKept() {
    ParsedEvent event = event("page_view");
    event.event.setCurrency("€");
    event.event.setProperties(new HashMap<>(Map.of("currency", "mine")));

    new MoneyEnrichment().enrich(event);

    assertThat(event.event.getProperties())
        .isEqualTo(Map.of("currency", "mine", "currency#2", "€"));
  }

  @Test
  void givenOrderLinesWhenEnrichedThenRevenueIsTheirSumUnlessATotalWasSent() {
    ParsedEvent lines = purchase(item("0.1000", 3), item("0.2000", null));
    ParsedEvent fils = purchase(item("0.0050", 1000));
    ParsedEvent total = purchase(item("0.1000", 3));
    total.event.setRevenue(new BigDecimal("0.2500"));
    ParsedEvent incomplete = purchase(item(null, 3));

    enrich(lines, fils, total, incomplete);

    assertThat(lines.event.getRevenue()).isEqualTo(new BigDecimal("0.5000"));
    assertThat(fils.event.getRevenue()).isEqualTo(new BigDecimal("5.0000"));
    assertThat(total.event.getRevenue()).isEqualTo(new BigDecimal("0.2500"));
    assertThat(incomplete.event.getRevenue()).isNull();
    assertThat(incomplete.event.getQualityFlags()).containsExactly("revenue_incomplete");
  }

  @ParameterizedTest
  @CsvSource({"items_price_invalid", "items_quantity_invalid", "items_dropped"})
  void givenALineWithAnInvalidValueWhenEnrichedThenNoRevenueIsComputedFromTheRest(String flag) {
    ParsedEvent event = purchase(item("10.0000", null));
    event.flag(flag);

    enrich(event);

    assertThat(event.event.getRevenue()).isNull();
    assertThat(event.event.getQualityFlags()).containsExactly(flag, "revenue_incomplete");
  }

  @ParameterizedTest
  @CsvSource({"price_invalid", "quantity_invalid", "items_invalid"})
  void givenAnEventWithAnInvalidValueWhenEnrichedThenNoRevenueIsComputedFromTheRest(String flag) {
    ParsedEvent event = event("purchase");
    event.event.setPrice(flag.equals("price_invalid") ? null : new BigDecimal("10.0000"));
    event.flag(flag);

    enrich(event);

    assertThat(event.event.getRevenue()).isNull();
    assertThat(event.event.getQualityFlags()).containsExactly(flag, "revenue_incomplete");
  }

  @Test
  void givenAnInvalidTotalWhenEnrichedThenTheSumOfTheLinesDoesNotReplaceIt() {
    ParsedEvent event = purchase(item("10.0000", 1));
    event.flag("revenue_invalid");

    enrich(event);

    assertThat(event.event.getRevenue()).isNull();
    assertThat(event.event.getQualityFlags()).containsExactly("revenue_invalid");
  }

  @Test
  void givenARoundedPriceWhenEnrichedThenTheRevenueIsFlaggedToo() {
    ParsedEvent one = event("purchase");
    one.event.setPrice(new BigDecimal("0.0012"));
    one.flag("price_rounded");
    ParsedEvent lines = purchase(item("0.0012", 1000));
    lines.flag("items_price_rounded");

    enrich(one, lines);

    assertThat(one.event.getQualityFlags()).containsExactly("price_rounded", "revenue_rounded");
    assertThat(lines.event.getQualityFlags())
        .containsExactly("items_price_rounded", "revenue_rounded");
  }

  private static void enrich(ParsedEvent... events) {
    for (ParsedEvent event : events) {
      new MoneyEnrichment().enrich(event);
    }
  }

  private static Item item(String price, Integer quantity) {
    Item item = new Item();
    item.setProductId("p");
    item.setPrice(price == null ? null : new BigDecimal(price));
    item.setQuantity(quantity);
    return item;
  }

  private static ParsedEvent purchase(Item... items) {
    ParsedEvent event = event("purchase");
    event.event.setItems(List.of(items));
    return event;
  }

  private static ParsedEvent event(String type) {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setEventType(type);
    return event;
  }
}
