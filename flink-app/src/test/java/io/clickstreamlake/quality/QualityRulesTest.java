package io.clickstreamlake.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualityRulesTest {

  private static final String RULES =
      String.join(
          "\n",
          "- {name: price_positive, column: price, min: 0.01, max: 1000, action: flag}",
          "- {name: known_currency, column: currency, allowed: [EUR, USD], action: flag}",
          "- {name: order_id, column: order_id, required: true, action: flag,"
              + " when: {column: event_type, in: [purchase]}}",
          "- {name: sku, column: product_id, pattern: 'P-[0-9]+', action: flag}",
          "- {name: short_search, column: search_term, max_length: 5, action: flag}",
          "- {name: plan, column: properties.plan, allowed: [free, pro], action: flag}",
          "- {name: no_user_zero, column: user_id, pattern: '[^0].*'}");

  @Test
  void givenAnEventThatMeetsAllRulesWhenCheckedThenItHasNoFlags() throws Exception {
    ParsedEvent event = event();
    event.event.setPrice(new BigDecimal("0.01"));
    event.event.setCurrency("EUR");
    event.event.setEventType("purchase");
    event.event.setOrderId("o1");
    event.event.setProductId("P-12");
    event.event.setSearchTerm("short");
    event.event.setProperties(new HashMap<>(Map.of("plan", "pro")));

    rules(RULES).check(event);

    assertThat(event.event.getQualityFlags()).isNull();
  }

  @Test
  void givenAnEventThatViolatesRulesWhenCheckedThenItIsFlaggedWithTheirNames() throws Exception {
    ParsedEvent event = event();
    event.event.setPrice(new BigDecimal("0.00"));
    event.event.setCurrency("GBP");
    event.event.setEventType("purchase");
    event.event.setProductId("P-12x");
    event.event.setSearchTerm("longer");
    event.event.setProperties(new HashMap<>(Map.of("plan", "gold")));

    rules(RULES).check(event);

    assertThat(event.event.getQualityFlags())
        .isEqualTo(
            List.of("price_positive", "known_currency", "order_id", "sku", "short_search", "plan"));
  }

  @Test
  void givenAnEventWithoutTheValuesWhenCheckedThenOnlyRequiredApplies() throws Exception {
    ParsedEvent event = event();
    event.event.setEventType("page_view");

    rules(RULES).check(event);

    assertThat(event.event.getQualityFlags()).isNull();
  }

  @Test
  void givenARejectingRuleWhenViolatedThenTheMessageNamesRuleAndColumnButNotTheValue() {
    ParsedEvent event = event();
    event.event.setUserId("0815");

    assertThatThrownBy(() -> rules(RULES).check(event))
        .isInstanceOfSatisfying(
            RejectedException.class,
            cause -> {
              assertThat(cause.reason().text()).isEqualTo("quality_rule");
              assertThat(cause.column()).isEqualTo("user_id");
              assertThat(cause.getMessage())
                  .isEqualTo("violates the rule no_user_zero on user_id")
                  .doesNotContain("0815");
            });
  }

  @Test
  void givenInvalidRulesWhenReadThenAllErrorsAreReportedWithTheirLocations() {
    ValidationErrors problems = new ValidationErrors();

    QualityRules.parse(
        "quality.rules",
        String.join(
            "\n",
            "- {name: A, column: price, min: 1}",
            "- {name: a, column: prices, min: 1}",
            "- {name: a, column: price}",
            "- {name: b, column: price, min: one, action: explode}",
            "- {name: c, column: user_id, pattern: '(', max: 3}",
            "- {name: d, column: user_id, allowed: EUR, colour: blue}",
            "- {name: e, column: items, required: true}",
            "- {name: f, column: user_id, pattern: '(a)\\1'}"),
        EventColumns.CONTRACT,
        problems);

    assertThat(String.join("\n", problems.all()))
        .contains("quality.rules[0].name: is missing or contains characters other than")
        .contains("quality.rules[1].column: 'prices' is neither a scalar column")
        .contains("quality.rules[2].name: another rule has the same name")
        .contains("quality.rules[2]: checks nothing")
        .contains("quality.rules[3].min: is not a number")
        .contains("quality.rules[3].action: 'explode' is neither reject nor flag")
        .contains("quality.rules[4].pattern: '(' is not a regular expression of RE2")
        .contains("quality.rules[7].pattern: '(a)\\1' is not a regular expression of RE2")
        .contains("quality.rules[4]: min and max need a numeric column")
        .contains("quality.rules[5].allowed: is not a list")
        .contains("quality.rules[5].colour: is not one of")
        .contains("quality.rules[6].column: 'items' is neither a scalar column");
  }

  @Test
  void givenAPatternThatWouldBacktrackForeverWhenCheckedThenItTerminates() throws Exception {
    ParsedEvent event = event();
    event.event.setUserId("a".repeat(100_000) + "!");

    // A backtracking engine would need 2 to the power of 100,000 attempts.
    rules("- {name: nested, column: user_id, pattern: '(a*)*b', action: flag}").check(event);

    assertThat(event.event.getQualityFlags()).isEqualTo(List.of("nested"));
  }

  @Test
  void givenAColumnAndASchemaInOneRuleWhenReadThenTheErrorsNameTheFields() {
    ValidationErrors problems = new ValidationErrors();

    QualityRules.parse(
        "quality.rules",
        String.join(
            "\n",
            "- {name: a, column: price, json_schema: {}}",
            "- {name: b, column: price, min: 1, at: /properties}",
            "- {name: c, json_schema: {}, at: properties}",
            "- {name: d, json_schema: none}"),
        EventColumns.CONTRACT,
        problems);

    assertThat(problems.all())
        .hasSize(4)
        .anySatisfy(p -> assertThat(p).startsWith("quality.rules[0].column: does not go with"))
        .anySatisfy(p -> assertThat(p).startsWith("quality.rules[1].at: needs json_schema"))
        .anySatisfy(
            p -> assertThat(p).startsWith("quality.rules[2].at: 'properties' is not a JSON"))
        .anySatisfy(p -> assertThat(p).startsWith("quality.rules[3].json_schema: is not a JSON"));
  }

  @Test
  void givenTextThatIsNotAListWhenReadThenItIsAnError() {
    ValidationErrors problems = new ValidationErrors();
    QualityRules.parse("quality.rules", "name: x", EventColumns.CONTRACT, problems);
    QualityRules.parse("quality.rules", "[", EventColumns.CONTRACT, problems);

    assertThat(problems.all().get(0)).isEqualTo("quality.rules: is not a list of rules");
    assertThat(problems.all().get(1)).startsWith("quality.rules: line 1");
  }

  private static ParsedEvent event() {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    return event;
  }

  private static QualityRules rules(String text) {
    ValidationErrors problems = new ValidationErrors();
    QualityRules rules = QualityRules.parse("quality.rules", text, EventColumns.CONTRACT, problems);
    problems.throwIfAny();
    return rules;
  }
}
