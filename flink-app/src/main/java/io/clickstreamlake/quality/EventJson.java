package io.clickstreamlake.quality;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.event.ParsedEvent;
import java.io.IOException;
import javax.annotation.Nullable;

/**
 * The JSON of the current event as a tree, read when the first schema asks for it. Events of more
 * than {@value #MAX_BYTES} bytes, and those with numbers of more than a thousand digits, have none,
 * so that memory and work per event are bounded. Not thread-safe.
 */
final class EventJson {

  static final int MAX_BYTES = 256 * 1024;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(JobOptions.MAX_DEPTH_LIMIT)
                      .build())
              .build());

  @Nullable private ParsedEvent event;
  @Nullable private JsonNode tree;

  /** Returns the event's JSON, or null if it is beyond the limits. */
  @Nullable
  JsonNode of(ParsedEvent wanted) {
    if (!isOf(wanted)) {
      event = wanted;
      tree = read(wanted);
    }
    return tree;
  }

  /** Forgets the event: the next one may use the same objects. */
  void clear() {
    event = null;
    tree = null;
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean isOf(ParsedEvent wanted) {
    return event == wanted;
  }

  @Nullable
  private static JsonNode read(ParsedEvent event) {
    if (event.length > MAX_BYTES) {
      return null;
    }
    try {
      return JSON.readTree(event.bytes, event.start, event.length);
    } catch (IOException e) {
      return null;
    }
  }
}
