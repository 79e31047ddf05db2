package io.clickstreamlake.parse;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the parser accepts, from the settings {@code parse.*}, {@code time.*} and {@code late.*}.
 */
final class ParserLimits implements Serializable {

  private static final long serialVersionUID = 1L;

  final int maxDepth;
  final long maxUncompressed;
  final int maxProperties;
  final int maxPropertyLength;
  final boolean rejectInvalid;
  final Instant minEventTime;
  final Duration maxFuture;
  final Duration lateAfter;

  /** Fields whose values must not slip into properties when another path was preferred. */
  final Set<String> privateFields;

  private ParserLimits(JobSettings settings) {
    maxDepth = settings.get(JobOptions.PARSE_MAX_DEPTH);
    maxUncompressed = settings.get(JobOptions.PARSE_MAX_UNCOMPRESSED).getBytes();
    maxProperties = settings.get(JobOptions.PARSE_MAX_PROPERTIES);
    maxPropertyLength = settings.get(JobOptions.PARSE_MAX_PROPERTY_LENGTH);
    rejectInvalid =
        settings.get(JobOptions.PARSE_INVALID_VALUES) == JobOptions.InvalidValues.REJECT;
    minEventTime = settings.minEventTime();
    maxFuture = settings.get(JobOptions.TIME_MAX_FUTURE);
    lateAfter = settings.get(JobOptions.LATE_AFTER);
    Map<String, String> privacy = settings.get(JobOptions.PRIVACY_FIELDS);
    privateFields = new HashSet<>(EventMapping.INPUTS);
    privacy.forEach(
        (field, action) -> {
          if (!action.equals("keep")) {
            privateFields.add(field);
          }
        });
  }

  static ParserLimits of(JobSettings settings) {
    return new ParserLimits(settings);
  }
}
