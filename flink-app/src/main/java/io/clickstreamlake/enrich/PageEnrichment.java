package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;

/** The enrichment with host, path and query of the page URL. */
final class PageEnrichment implements Enrichment {

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getPageHost() != null) {
      // Normalized like the host of a URL, so that referrers from it are recognized as internal.
      event.setPageHost(LenientUrl.host(event.getPageHost()));
    }
    if (event.getPageUrl() == null) {
      return;
    }
    LenientUrl page = LenientUrl.parse(event.getPageUrl());
    if (event.getPageHost() == null) {
      event.setPageHost(page.host);
    }
    if (event.getPagePath() == null) {
      event.setPagePath(page.path);
    }
    if (event.getPageQuery() == null) {
      event.setPageQuery(page.query);
    }
  }
}
