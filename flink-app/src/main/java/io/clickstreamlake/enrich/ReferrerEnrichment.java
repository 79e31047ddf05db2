package io.clickstreamlake.enrich;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The enrichment with host, medium and source of the referrer, by the table of known sites that
 * {@code enrich.referrer.table} names.
 */
final class ReferrerEnrichment implements Enrichment {

  static final String INTERNAL = "internal";
  static final String UNKNOWN = "unknown";

  private static final Set<String> MEDIUMS =
      Set.of("search", "social", "email", "paid", "ai", INTERNAL);

  private final Map<String, Site> sites = new HashMap<>();
  private final Set<String> internalHosts = new HashSet<>();

  ReferrerEnrichment(JobSettings settings, ValidationErrors problems) {
    KnownTable.read(
        JobOptions.ENRICH_REFERRER_TABLE.key(),
        settings.get(JobOptions.ENRICH_REFERRER_TABLE),
        TextFile.REFERRERS,
        3,
        "host,medium,source with a medium of search, social, email, paid, ai, internal",
        problems,
        this::addSite);
    settings
        .get(JobOptions.ENRICH_REFERRER_INTERNAL)
        .forEach(host -> internalHosts.add(host.trim().toLowerCase(Locale.ROOT)));
  }

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getReferrerHost() != null) {
      event.setReferrerHost(LenientUrl.host(event.getReferrerHost()));
    }
    if (event.getReferrerUrl() == null || event.getReferrerMedium() != null) {
      return;
    }
    String host = LenientUrl.parse(event.getReferrerUrl()).host;
    if (event.getReferrerHost() == null) {
      event.setReferrerHost(host);
    }
    if (host == null) {
      event.setReferrerMedium(UNKNOWN);
      return;
    }
    if (isInternal(host, event.getPageHost())) {
      event.setReferrerMedium(INTERNAL);
      return;
    }
    Site site = find(host);
    event.setReferrerMedium(site == null ? UNKNOWN : site.medium);
    if (site != null && event.getReferrerSource() == null) {
      event.setReferrerSource(site.source);
    }
  }

  private boolean isInternal(String host, String pageHost) {
    return host.equalsIgnoreCase(pageHost) || isSubdomain(host, internalHosts);
  }

  private static boolean isSubdomain(String host, Set<String> of) {
    for (String name = host; name != null; name = parent(name)) {
      if (of.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** The site of the host, or of the nearest parent domain in the table. */
  private Site find(String host) {
    for (String name = host; name != null; name = parent(name)) {
      Site site = sites.get(name);
      if (site != null) {
        return site;
      }
    }
    return null;
  }

  private static String parent(String host) {
    int dot = host.indexOf('.');
    return dot < 0 ? null : host.substring(dot + 1);
  }

  private boolean addSite(List<String> fields) {
    if (!MEDIUMS.contains(fields.get(1))) {
      return false;
    }
    sites.putIfAbsent(
        fields.get(0).toLowerCase(Locale.ROOT), new Site(fields.get(1), fields.get(2)));
    return true;
  }

  private static final class Site {
    private final String medium;
    private final String source;

    Site(String medium, String source) {
      this.medium = medium;
      this.source = source;
    }
  }
}
