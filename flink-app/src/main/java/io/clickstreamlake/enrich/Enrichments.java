package io.clickstreamlake.enrich;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The factory of the enrichments that {@code enrich.chain} lists, in its order. Register a new
 * enrichment here.
 */
final class Enrichments {

  private Enrichments() {}

  /** Returns the chain; errors in its settings are added to problems. */
  static List<Enrichment> of(JobSettings settings, ValidationErrors problems) {
    List<Enrichment> chain = new ArrayList<>();
    for (String name : settings.get(JobOptions.ENRICH_CHAIN)) {
      if (!name.isBlank()) {
        // One unreadable file must not hide the errors of other enrichments.
        problems.collect(() -> create(name.trim(), settings, problems).ifPresent(chain::add));
      }
    }
    return chain;
  }

  private static Optional<Enrichment> create(
      String name, JobSettings settings, ValidationErrors problems) {
    switch (name) {
      case "page":
        return Optional.of(new PageEnrichment());
      case "campaign":
        return Optional.of(
            new CampaignEnrichment(
                settings.get(JobOptions.ENRICH_CAMPAIGN_FRAGMENTS),
                settings.get(JobOptions.ENRICH_CAMPAIGN_MATOMO)));
      case "referrer":
        return Optional.of(new ReferrerEnrichment(settings, problems));
      case "user_agent":
        return Optional.of(
            new UserAgentEnrichment(
                AgentTable.read(settings.get(JobOptions.ENRICH_USER_AGENT_TABLE), problems),
                settings.get(JobOptions.ENRICH_USER_AGENT_CACHE)));
      case "geo":
        return settings
            .find(JobOptions.ENRICH_GEO_DATABASE)
            .filter(path -> !path.isBlank())
            .map(
                path ->
                    new GeoEnrichment(
                        GeoDatabase.shared(path, settings.get(JobOptions.ENRICH_GEO_REFRESH))));
      case "money":
        return Optional.of(new MoneyEnrichment());
      default:
        problems.add(
            JobOptions.ENRICH_CHAIN.key()
                + ": there is no enrichment '"
                + name
                + "'; choose from page, campaign, referrer, user_agent, geo, money");
        return Optional.empty();
    }
  }
}
