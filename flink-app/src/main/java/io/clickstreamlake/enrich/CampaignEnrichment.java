package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.util.Locale;
import java.util.Set;

/**
 * The enrichment with campaign parameters and the click identifier of an ad network, both from the
 * page's query string. Names are case-insensitive; of repeated ones, the first with a value is
 * used.
 */
final class CampaignEnrichment implements Enrichment {

  /** Google, Meta, Microsoft, TikTok, X, LinkedIn, Yandex, Pinterest, Snapchat, Reddit. */
  private static final Set<String> CLICK_IDS =
      Set.of(
          "gclid",
          "gbraid",
          "wbraid",
          "dclid",
          "fbclid",
          "msclkid",
          "ttclid",
          "twclid",
          "li_fat_id",
          "yclid",
          "epik",
          "sccid",
          "rdt_cid");

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getPageUrl() == null || event.getPageUrl().indexOf('?') < 0) {
      return;
    }
    String query = LenientUrl.parse(event.getPageUrl()).query;
    if (query != null) {
      LenientUrl.parameters(query, (name, value) -> setColumn(event, name, value));
    }
  }

  private static void setColumn(ClickEvent event, String name, String value) {
    if (value.isBlank()) {
      return;
    }
    // Some mailers write the names in upper case.
    String lower = name.toLowerCase(Locale.ROOT);
    switch (lower) {
      case "utm_source":
        if (event.getUtmSource() == null) {
          event.setUtmSource(value);
        }
        break;
      case "utm_medium":
        if (event.getUtmMedium() == null) {
          event.setUtmMedium(value);
        }
        break;
      case "utm_campaign":
        if (event.getUtmCampaign() == null) {
          event.setUtmCampaign(value);
        }
        break;
      case "utm_term":
        if (event.getUtmTerm() == null) {
          event.setUtmTerm(value);
        }
        break;
      case "utm_content":
        if (event.getUtmContent() == null) {
          event.setUtmContent(value);
        }
        break;
      default:
        if (event.getClickId() == null && CLICK_IDS.contains(lower)) {
          event.setClickId(value);
          event.setClickIdType(lower);
        }
    }
  }
}
