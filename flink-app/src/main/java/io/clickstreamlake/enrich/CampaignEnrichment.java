package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The enrichment with campaign parameters and the click identifier of an ad network, both from the
 * page's query string. Names are case-insensitive; of repeated ones, the first with a value is
 * used. By option also from the fragment, where single-page sites have them, and by Matomo's names;
 * the query comes first, and utm parameters before Matomo's.
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

  /** Parameters of Google Analytics, which are also the names of their columns. */
  private static final Map<String, Integer> UTM = new HashMap<>();

  /**
   * Parameters of Matomo's campaign reports, from its documentation "Campaign tracking", and their
   * columns. Placement and group have no column.
   */
  private static final Map<String, Integer> MATOMO = new HashMap<>();

  static {
    for (String name :
        new String[] {
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "utm_term",
          "utm_content",
          "utm_id",
          "utm_source_platform",
          "utm_creative_format",
          "utm_marketing_tactic"
        }) {
      UTM.put(name, column(name));
    }
    for (String prefix : new String[] {"mtm_", "matomo_", "pk_", "piwik_"}) {
      MATOMO.put(prefix + "campaign", column("utm_campaign"));
      MATOMO.put(prefix + "cpn", column("utm_campaign"));
      MATOMO.put(prefix + "kwd", column("utm_term"));
      MATOMO.put(prefix + "keyword", column("utm_term"));
      MATOMO.put(prefix + "source", column("utm_source"));
      MATOMO.put(prefix + "medium", column("utm_medium"));
      MATOMO.put(prefix + "content", column("utm_content"));
      MATOMO.put(prefix + "cid", column("utm_id"));
    }
  }

  private final boolean fragments;
  private final boolean matomo;

  /**
   * @param fragments whether to read the URL's fragment too
   * @param matomo whether to read Matomo's names too
   */
  CampaignEnrichment(boolean fragments, boolean matomo) {
    this.fragments = fragments;
    this.matomo = matomo;
  }

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    String url = event.getPageUrl();
    if (url == null || url.indexOf('?') < 0 && !(fragments && url.indexOf('#') >= 0)) {
      return;
    }
    LenientUrl page = LenientUrl.parse(url);
    String fragment = fragments ? parameters(page.fragment) : null;
    read(event, page.query, UTM);
    read(event, fragment, UTM);
    if (matomo) {
      read(event, page.query, MATOMO);
      read(event, fragment, MATOMO);
    }
  }

  /** The parameters in a fragment: all of it, or what follows the question mark of its route. */
  private static String parameters(String fragment) {
    return fragment == null ? null : fragment.substring(fragment.indexOf('?') + 1);
  }

  private static void read(ClickEvent event, String query, Map<String, Integer> columns) {
    if (query != null) {
      LenientUrl.parameters(query, (name, value) -> setColumn(event, name, value, columns));
    }
  }

  private static void setColumn(
      ClickEvent event, String name, String value, Map<String, Integer> columns) {
    if (value.isBlank()) {
      return;
    }
    // Some mailers write the names in upper case.
    String lower = name.toLowerCase(Locale.ROOT);
    Integer column = columns.get(lower);
    if (column != null) {
      if (event.get(column) == null) {
        event.put(column, value);
      }
    } else if (event.getClickId() == null && CLICK_IDS.contains(lower)) {
      event.setClickId(value);
      event.setClickIdType(lower);
    }
  }

  private static int column(String name) {
    Schema.Field column = ClickEvent.getClassSchema().getField(name);
    return column.pos();
  }
}
