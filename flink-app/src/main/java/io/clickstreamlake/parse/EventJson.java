package io.clickstreamlake.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.clickstreamlake.config.JobOptions;

/**
 * The JSON format of events: RFC 8259 in UTF-8, without limits other than those of the settings.
 */
final class EventJson {

  /** Above the maximum of parse.max-depth, so that the setting applies first. */
  private static final int MAX_DEPTH = JobOptions.MAX_DEPTH_LIMIT + 2;

  static final JsonFactory FORMAT =
      JsonFactory.builder()
          // The bytes are known to be UTF-8; detection might take them for UTF-16.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          // Names come from producers: neither intern them nor fail on hash collisions.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  // Each level costs memory; all other limits come from the settings.
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private EventJson() {}
}
