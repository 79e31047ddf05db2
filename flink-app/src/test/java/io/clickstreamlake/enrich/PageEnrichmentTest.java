package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageEnrichmentTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // host as sent, URL of the page, host in the column
        "Shop.Example, -, shop.example",
        "Shop.Example:8443, -, shop.example",
        "' SHOP.example. ', https://other.example/, shop.example",
        "https://Shop.Example/a, -, shop.example",
        "-, https://Other.Example/, other.example",
      })
  void givenAHostThatWasSentWhenEnrichedThenItIsNormalizedLikeThatOfAUrl(
      String sent, String url, String host) {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setPageHost(sent);
    event.event.setPageUrl(url);

    new PageEnrichment().enrich(event);

    assertThat(event.event.getPageHost()).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // host of the referrer as sent, URL of the referrer, host in the column
        "News.Example, -, news.example",
        "News.Example:8443, https://other.example/, news.example",
        "https://News.Example/a, -, news.example",
        "-, https://Other.Example/, other.example",
      })
  void givenAReferrerHostThatWasSentWhenEnrichedThenItIsNormalizedLikeThatOfAUrl(
      String sent, String url, String host) {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setReferrerHost(sent);
    event.event.setReferrerUrl(url);

    enrich(event, "referrer");

    assertThat(event.event.getReferrerHost()).isEqualTo(host);
  }

  @Test
  void givenAHostThatWasSentWhenTheReferrerHasTheSameHostThenItIsInternal() {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    event.event.setPageHost("Shop.Example");
    event.event.setReferrerUrl("https://shop.example/before");

    enrich(event, "page;referrer");

    assertThat(event.event.getReferrerMedium()).isEqualTo("internal");
  }

  private static void enrich(ParsedEvent event, String chain) {
    ValidationErrors problems = new ValidationErrors();
    Enrichments.of(
            JobSettings.of(
                Map.of(
                    "source.stream", "s",
                    "source.region", "r",
                    "sink.path", "s3://processed",
                    "enrich.chain", chain)),
            problems)
        .forEach(enrichment -> enrichment.enrich(event));
    problems.throwIfAny();
  }
}
