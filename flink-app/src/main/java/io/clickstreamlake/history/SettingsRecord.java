package io.clickstreamlake.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a start, and how they differ from those of the start before.
 *
 * <pre>
 *   {
 *     "since": "2026-01-31T08:00:00Z",            the first start with these settings
 *     "changes": [{"name": "late.after", …}],     see {@link SettingChange}
 *     "version": "0.1.0",
 *     "parallelism": 2,
 *     "settings": {"late.after": "2 h", …},       all of them, defaults included
 *     "files": {"parse.mapping": {"location": "default", "sha256": "…", "text": "columns: …"}},
 *     "contract": {"click_events.user_id": "null or string, redact id", …}
 *   }
 * </pre>
 */
public final class SettingsRecord {

  private static final JsonMapper JSON = new JsonMapper();

  final Instant since;
  final List<SettingChange> changes;
  final EffectiveSettings effective;

  private SettingsRecord(Instant since, List<SettingChange> changes, EffectiveSettings effective) {
    this.since = since;
    this.changes = List.copyOf(changes);
    this.effective = effective;
  }

  /**
   * The record of a start.
   *
   * @param previous settings of the start before, if there was one
   */
  public static SettingsRecord of(
      EffectiveSettings effective, Optional<EffectiveSettings> previous, Clock clock) {
    return new SettingsRecord(
        clock.instant(), previous.map(effective::changesSince).orElse(List.of()), effective);
  }

  /** The settings of the start. */
  public EffectiveSettings effective() {
    return effective;
  }

  /** The record as indented JSON in UTF-8. */
  public byte[] toBytes() throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("since", since.toString());
    ArrayNode list = json.putArray("changes");
    changes.forEach(change -> list.add(change.toJson()));
    json.setAll(effective.toJson());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /**
   * Reads a record.
   *
   * @throws IOException if the bytes are not a record
   */
  public static SettingsRecord fromBytes(byte[] bytes) throws IOException {
    JsonNode json = JSON.readTree(bytes);
    try {
      List<SettingChange> changes = new ArrayList<>();
      for (JsonNode change : json.path("changes")) {
        changes.add(SettingChange.fromJson(change));
      }
      return new SettingsRecord(
          Instant.parse(json.path("since").asText()), changes, EffectiveSettings.fromJson(json));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
