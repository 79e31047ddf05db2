package io.clickstreamlake.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The data quality rules for events, read from a JSON or YAML list:
 *
 * <pre>
 * - {name: price_positive, column: price, min: 0.01, action: reject}
 * - {name: known_currency, column: currency, allowed: [EUR, USD], action: flag}
 * - {name: order_id_of_purchase, column: order_id, required: true, action: flag,
 *    when: {column: event_type, in: [purchase]}}
 * - {name: sku_form, column: product_id, pattern: "P-[0-9]+", action: flag}
 * - {name: short_search, column: search_term, max_length: 200, action: flag}
 * - {name: plan_known, column: properties.plan, allowed: [free, pro], action: flag}
 * - {name: purchase_form, when: {column: event_type, in: [purchase]}, at: /properties,
 *    json_schema: {type: object, required: [order_id]}}
 * </pre>
 *
 * Conditions other than {@code required} do not apply to an event without the value. Patterns use
 * RE2 syntax, which matches in linear time. A schema sees the JSON that the producer sent, or the
 * part of it at a JSON pointer. Not thread-safe.
 */
public final class QualityRules {

  /** A second attribute of the same name would replace the first one. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private final List<QualityRule> rules;
  private final EventJson json = new EventJson();

  private QualityRules(List<QualityRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** No rules. */
  public static QualityRules none() {
    return new QualityRules(List.of());
  }

  /**
   * Reads rules; errors are added to problems with their location.
   *
   * @param source name of the text in messages
   * @param columns of the events
   */
  public static QualityRules parse(
      String source, String text, EventColumns columns, ValidationErrors problems) {
    List<QualityRule> rules = new ArrayList<>();
    try {
      JsonNode list = YAML.readTree(text);
      if (list == null || !list.isArray()) {
        problems.add(source + ": is not a list of rules");
        return none();
      }
      Set<String> names = new HashSet<>();
      for (int i = 0; i < list.size(); i++) {
        String location = source + "[" + i + "]";
        QualityRule rule = QualityRule.read(location, list.get(i), columns, problems);
        if (!names.add(rule.name())) {
          problems.add(location + ".name: another rule has the same name");
        }
        rules.add(rule);
      }
    } catch (JsonProcessingException e) {
      problems.add(
          source
              + ": line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage());
    }
    return new QualityRules(rules);
  }

  /**
   * Flags the event with the names of the rules that it violates.
   *
   * @throws RejectedException if one of them has the action reject
   */
  public void check(ParsedEvent event) throws RejectedException {
    json.clear();
    for (QualityRule rule : rules) {
      String violation = rule.violation(event, json);
      if (violation != null) {
        if (rule.rejects()) {
          throw RejectedException.of(
              RejectionReason.QUALITY_RULE,
              rule.column(),
              "violates the rule " + rule.name() + " " + violation);
        }
        event.flag(rule.name());
      }
    }
  }
}
