package io.clickstreamlake.parse.mapping;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The limits of the parser, from the settings {@code parse.*}, {@code time.*} and {@code late.*}.
 * Lengths are in characters, times in milliseconds, {@link #maxUncompressed} in bytes.
 */
public final class ParserLimits implements Serializable {

  private static final long serialVersionUID = 1L;

  public final int maxDepth;
  public final long maxUncompressed;
  public final int maxProperties;
  public final int maxPropertyLength;
  public final int maxTextLength;
  final int maxIdLength;
  final int maxNumberLength;
  public final int maxEvents;
  public final int maxItems;
  public final PlaceholderIds placeholderIds;
  public final boolean rejectInvalid;
  public final long minEventMillis;
  public final long maxAgeMillis;
  public final long maxFutureMillis;
  public final long lateAfterMillis;

  /** Fields that must not be copied to properties when another path provides the column's value. */
  public final Set<String> privateFields;

  private ParserLimits(JobSettings settings) {
    maxDepth = settings.get(JobOptions.PARSE_MAX_DEPTH);
    maxUncompressed = settings.get(JobOptions.PARSE_MAX_UNCOMPRESSED).getBytes();
    maxProperties = settings.get(JobOptions.PARSE_MAX_PROPERTIES);
    maxPropertyLength = settings.get(JobOptions.PARSE_MAX_PROPERTY_LENGTH);
    maxTextLength = settings.get(JobOptions.PARSE_MAX_TEXT_LENGTH);
    maxIdLength = settings.get(JobOptions.PARSE_MAX_ID_LENGTH);
    maxNumberLength = settings.get(JobOptions.PARSE_MAX_NUMBER_LENGTH);
    maxEvents = settings.get(JobOptions.PARSE_MAX_EVENTS);
    maxItems = settings.get(JobOptions.PARSE_MAX_ITEMS);
    placeholderIds = new PlaceholderIds(settings.get(JobOptions.PARSE_NO_IDS));
    rejectInvalid =
        settings.get(JobOptions.PARSE_INVALID_VALUES) == JobOptions.InvalidValues.REJECT;
    minEventMillis = settings.minEventTime().toEpochMilli();
    maxAgeMillis = settings.get(JobOptions.TIME_MAX_AGE).toMillis();
    maxFutureMillis = settings.get(JobOptions.TIME_MAX_FUTURE).toMillis();
    lateAfterMillis = settings.get(JobOptions.LATE_AFTER).toMillis();
    Map<String, String> privacy = settings.get(JobOptions.PRIVACY_FIELDS);
    privateFields = new HashSet<>(EventMapping.PERSONAL_INPUTS);
    privacy.forEach(
        (field, action) -> {
          if (!action.equals("keep")) {
            privateFields.add(field);
          }
        });
  }

  public static ParserLimits of(JobSettings settings) {
    return new ParserLimits(settings);
  }
}
