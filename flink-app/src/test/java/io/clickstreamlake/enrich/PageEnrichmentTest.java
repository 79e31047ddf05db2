package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageEnrichmentTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // host as sent, address of the page, host in the column
        "Shop.Example, -, shop.example",
        "Shop.Example:8443, -, shop.example",
        "' SHOP.example. ', https://other.example/, shop.example",
        "https://Shop.Example/a, -, shop.example",
        "-, https://Other.Example/, other.example",
      })
  void givenAHostThatWasSentWhenEnrichedThenItReadsAsThoseOfAddresses(
      String sent, String url, String host) {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setPageHost(sent);
    event.event.setPageUrl(url);

    new PageEnrichment().enrich(event);

    assertThat(event.event.getPageHost()).isEqualTo(host);
  }
}
