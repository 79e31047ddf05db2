package io.clickstreamlake.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a changed setting alters. Each setting has exactly one effect; a test fails for a setting
 * without one.
 */
public enum SettingEffect {
  /** Which personal data is stored. */
  PRIVACY(
      "which personal data is stored",
      "privacy.fields",
      "privacy.hash-key",
      "privacy.hash-key-secret",
      "privacy.redact-keys",
      "privacy.redact-patterns",
      "privacy.consent.field",
      "privacy.consent.granted",
      "privacy.consent.otherwise",
      "privacy.cookieless-visitors"),

  /** Which rows the tables get, and the values in them. */
  ROWS(
      "which rows the tables get, and their values",
      "source.type",
      "source.files.path",
      "source.files.forget-after",
      "source.stream",
      "source.region",
      "source.initial-position",
      "source.initial-timestamp",
      "source.on-lost-position",
      "source.clock-skew",
      "parse.mapping",
      "parse.invalid-values",
      "parse.max-depth",
      "parse.max-uncompressed",
      "parse.max-events",
      "parse.max-items",
      "parse.max-text-length",
      "parse.max-id-length",
      "parse.max-number-length",
      "parse.no-ids",
      "parse.max-properties",
      "parse.max-property-length",
      "time.max-future",
      "time.max-age",
      "time.min",
      "late.after",
      "enrich.chain",
      "enrich.campaign.fragments",
      "enrich.campaign.matomo",
      "enrich.user-agent.table",
      "enrich.geo.database",
      "enrich.referrer.table",
      "enrich.referrer.internal-hosts",
      "quality.rules",
      "dedup.enabled",
      "dedup.fields",
      "dedup.ignored-properties",
      "dedup.window",
      "dedup.max-lag"),

  /** Number, size and layout of the files; the rows stay the same. */
  FILES(
      "number, size and layout of the files, not the rows",
      "sink.type",
      "sink.zstd-level",
      "sink.memory",
      "roll.interval",
      "roll.size",
      "row-group.rows",
      "row-group.memory",
      "row-group.sort-by",
      "row-group.bloom-filters"),

  /** How the job runs; the files stay the same. */
  OPERATION(
      "how the job runs, not the files",
      "job.name",
      "source.files.interval",
      "source.endpoint",
      "source.poll-interval",
      "source.records-per-read",
      "source.discovery-interval",
      "source.retries",
      "source.backoff.base",
      "source.backoff.max",
      "source.reader",
      "source.efo-consumer",
      "enrich.user-agent.cache",
      "enrich.geo.refresh",
      "sink.path",
      "sink.generation",
      "sink.on-older-snapshot",
      "catalog.columns",
      "memory.check",
      "memory.task-heap",
      "memory.events-per-second");

  private final String meaning;
  private final List<String> settings;

  SettingEffect(String meaning, String... settings) {
    this.meaning = meaning;
    this.settings = List.of(settings);
  }

  /** What changes of these settings alter, as part of a sentence. */
  String meaning() {
    return meaning;
  }

  /** Names of the settings with this effect. */
  List<String> settings() {
    return settings;
  }

  /** Whether a change alters what lands in the lake. */
  public boolean altersData() {
    return this == PRIVACY || this == ROWS;
  }

  /** The effect of a setting; empty if there is no setting of that name. */
  public static Optional<SettingEffect> of(String setting) {
    return Arrays.stream(values()).filter(each -> each.settings.contains(setting)).findFirst();
  }
}
