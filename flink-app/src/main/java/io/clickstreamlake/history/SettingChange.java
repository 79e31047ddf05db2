package io.clickstreamlake.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.SettingEffect;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * A difference between the settings of two starts.
 *
 * <pre>
 *   {"name": "privacy.fields", "effect": "PRIVACY", "before": "user_id:hash", "after": "user_id:keep",
 *    "weakens": [{"what": "user_id", "before": "hash", "after": "keep"}]}
 * </pre>
 */
final class SettingChange {

  /** A setting, {@code version}, {@code parallelism}, or {@code contract.TABLE.COLUMN}. */
  final String name;

  final SettingEffect effect;

  /** Null if it was not set. */
  @Nullable final String before;

  /** Null if it is no longer set. */
  @Nullable final String after;

  /** What is less protected than before. */
  final List<Weakening> weakens;

  SettingChange(
      String name,
      SettingEffect effect,
      @Nullable String before,
      @Nullable String after,
      List<Weakening> weakens) {
    this.name = name;
    this.effect = effect;
    this.before = before;
    this.after = after;
    this.weakens = List.copyOf(weakens);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonMapper.builder().build().createObjectNode();
    json.put("name", name);
    json.put("effect", effect.name());
    json.put("before", before);
    json.put("after", after);
    ArrayNode list = json.putArray("weakens");
    for (Weakening each : weakens) {
      list.addObject().put("what", each.what).put("before", each.before).put("after", each.after);
    }
    return json;
  }

  static SettingChange fromJson(JsonNode json) {
    List<Weakening> weakens = new ArrayList<>();
    for (JsonNode each : json.path("weakens")) {
      weakens.add(
          new Weakening(
              each.path("what").asText(),
              each.path("before").asText(),
              each.path("after").asText()));
    }
    return new SettingChange(
        json.path("name").asText(),
        SettingEffect.valueOf(json.path("effect").asText()),
        json.path("before").textValue(),
        json.path("after").textValue(),
        weakens);
  }

  /** One line of JSON for the log; the record has the fingerprints of secrets. */
  @Override
  public String toString() {
    ObjectNode json = toJson();
    if (EffectiveSettings.isSecret(name)) {
      json.put("before", "(secret)").put("after", "(secret)");
    }
    return json.toString();
  }
}
