package io.clickstreamlake.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventSchemaTest {

  private static final String PURCHASE =
      "{type: object, required: [order_id], properties: {order_id: {type: string, pattern: '^o-'},"
          + " lines: {type: array, items: {$ref: '#/$defs/line'}}}, $defs: {line: {type: object,"
          + " properties: {price: {type: number, minimum: 0}}, additionalProperties: false}}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      value = {
        "{\"order_id\":\"o-1\",\"lines\":[{\"price\":1.5}]} | -",
        "{\"order_id\":\"o-1\",\"lines\":[],\"more\":1} | -",
        "{\"order_id\":\"secret\"} | at #/properties/order_id/pattern",
        "{\"lines\":[]} | at #/required, order_id",
        "{\"order_id\":\"o-1\",\"lines\":[{\"price\":1},{\"price\":-7}]} | at #/$defs/line/properties/price/minimum",
        "{\"order_id\":\"o-1\",\"lines\":[{\"secret@name.example\":1}]} | at #/$defs/line/additionalProperties",
        "{\"order_id\":7} | at #/properties/order_id/type",
      })
  void givenAnEventWhenCheckedThenTheMessageNamesTheRuleAndThePlaceInTheSchemaAndNoValue(
      String event, String place) throws Exception {
    QualityRules rules = rules("{name: form, json_schema: " + PURCHASE + "}");
    ParsedEvent parsed = event(event);

    if (place == null) {
      rules.check(parsed);
      assertThat(parsed.event.getQualityFlags()).isNull();
    } else {
      assertThatThrownBy(() -> rules.check(parsed))
          .isInstanceOfSatisfying(
              RejectedException.class, cause -> assertThat(cause.column()).isNull())
          .hasMessage("violates the rule form " + place);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "purchase | {\"properties\":{\"order_id\":\"o-1\"}} | false | false",
        "purchase | {\"properties\":{\"order_id\":1}} | false | true",
        "page_view | {\"properties\":{\"order_id\":1}} | false | false",
        "purchase | {\"order_id\":1} | false | false",
        "purchase | {\"order_id\":1} | true | true",
        "purchase | {\"properties\":null} | true | true",
      })
  void givenASchemaOfAPartForOneTypeWhenCheckedThenOnlyThatPartOfThatTypeIsFlagged(
      String type, String event, boolean required, boolean flagged) throws Exception {
    ParsedEvent parsed = event(event);
    parsed.event.setEventType(type);

    rules(
            "{name: form, when: {column: event_type, in: [purchase]}, at: /properties, required: "
                + required
                + ", action: flag, json_schema: "
                + PURCHASE
                + "}")
        .check(parsed);

    assertThat(parsed.event.getQualityFlags()).isEqualTo(flagged ? List.of("form") : null);
  }

  @Test
  void givenTheBytesOfNeighboursWhenCheckedThenOnlyTheEventsOwnAreRead() throws Exception {
    byte[] bytes = "[{\"n\":1},{\"n\":\"x\"}]".getBytes(StandardCharsets.UTF_8);
    QualityRules rules =
        rules("{name: number, action: flag, json_schema: {properties: {n: {type: integer}}}}");
    ParsedEvent first = new ParsedEvent(bytes, 1, 7, 0);
    ParsedEvent second = new ParsedEvent(bytes, 9, 9, 1);
    first.event = new ClickEvent();
    second.event = new ClickEvent();

    rules.check(first);
    rules.check(second);

    assertThat(first.event.getQualityFlags()).isNull();
    assertThat(second.event.getQualityFlags()).containsExactly("number");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: objekt} | #/type: ",
        "{required: a} | #/required: string found, array expected",
        "{properties: {a: {minimum: low}}} | #/properties/a/minimum: string found, number expected",
        "{requried: [a]} | #/requried: is not a keyword that can be checked",
        "{properties: {a: {x-owner: us, tpye: string}}} | #/properties/a/tpye: is not a keyword",
        "{properties: {a: {pattern: '(?=a)b'}}} | #/properties/a/pattern: '(?=a)b' is not a regular expression of RE2",
        "{patternProperties: {'(a)\\1': {}}} | #/patternProperties: '(a)\\1' is not a regular",
        "{properties: {a: {$ref: '#/$defs/b'}}} | #/properties/a/$ref: '#/$defs/b' refers to nothing",
        "{allOf: [{$ref: 'https://x.example/s.json'}]} | #/allOf/0/$ref: 'https://x.example/s.json' leaves the schema",
        "{$ref: 'other.json#/a'} | #/$ref: 'other.json#/a' leaves the schema",
        "{properties: {next: {$ref: '#'}}} | #: refers to itself",
        "{$ref: '#/$defs/a', $defs: {a: {anyOf: [{$ref: '#/$defs/b'}]}, b: {not: {$ref: '#/$defs/a'}}}} | #/$defs/a: refers to itself",
        "{properties: {a: {uniqueItems: true}}} | #/properties/a/uniqueItems: is not supported",
        "{unevaluatedProperties: false} | #/unevaluatedProperties: is not a keyword",
        "{properties: {a: {$id: 'b'}}} | #/properties/a/$id: is not a keyword",
        "{$defs: {unused: {pattern: '('}}} | #/$defs/unused/pattern: '('",
        "{$schema: 'https://example.com/draft'} | #/$schema: is not known; use one of",
      })
  void givenAWrongSchemaWhenReadThenItIsAProblemWithItsPlace(String schema, String problem) {
    ValidationErrors problems = problems("{name: form, json_schema: " + schema + "}");

    assertThat(problems.all())
        .anySatisfy(each -> assertThat(each).startsWith("quality.rules[0].json_schema" + problem));
  }

  @Test
  void givenReferencesThatMultiplyWhenReadThenTheSchemaIsRefusedBeforeItsWorkGrows() {
    assertThat(problems("{name: form, json_schema: " + doubling(10) + "}").all()).isEmpty();
    // Two to the power of 60 visits of one value.
    assertThat(problems("{name: form, json_schema: " + doubling(60) + "}").all())
        .containsExactly(
            "quality.rules[0].json_schema: has more than 10000 subschemas, counting what each $ref"
                + " refers to; refer to large parts less often");
  }

  private static String doubling(int levels) {
    StringBuilder schema = new StringBuilder("{$ref: '#/$defs/l0', $defs: {");
    for (int level = 0; level < levels; level++) {
      String next = "{$ref: '#/$defs/l" + (level + 1) + "'}";
      schema.append("l" + level + ": {anyOf: [" + next + ", " + next + "]}, ");
    }
    return schema.append("l" + levels + ": {type: object}}}").toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "http://json-schema.org/draft-04/schema# | {minimum: 1, exclusiveMinimum: true}",
        "http://json-schema.org/draft-07/schema# | {exclusiveMinimum: 1}",
        "https://json-schema.org/draft/2019-09/schema | {exclusiveMinimum: 1}",
        "https://json-schema.org/draft/2020-12/schema | {exclusiveMinimum: 1}",
      })
  void givenASchemaOfADraftWhenCheckedThenItsKeywordsMeanWhatTheDraftSays(
      String draft, String number) throws Exception {
    QualityRules rules =
        rules(
            "{name: n, action: flag, json_schema: {$schema: '"
                + draft
                + "', properties: {n: "
                + number
                + "}}}");
    ParsedEvent one = event("{\"n\":1}");
    ParsedEvent two = event("{\"n\":2}");

    rules.check(one);
    rules.check(two);

    assertThat(one.event.getQualityFlags()).containsExactly("n");
    assertThat(two.event.getQualityFlags()).isNull();
  }

  @Test
  void givenHostileEventsWhenCheckedThenTheyViolateTheRuleAndNothingFails() throws Exception {
    QualityRules rules =
        rules(
            "{name: n, action: flag, json_schema: {properties: {n: {multipleOf: 0.01}, t: {pattern:"
                + " '^(a*)*b$'}}}}");
    ParsedEvent infinite = event("{\"n\":1e999}");
    ParsedEvent digits = event("{\"n\":" + "9".repeat(5000) + "}");
    ParsedEvent backtracking = event("{\"t\":\"" + "a".repeat(100_000) + "!\"}");
    ParsedEvent large = event("{\"x\":\"" + "a".repeat(EventJson.MAX_BYTES) + "\"}");
    ParsedEvent deep = event("{\"x\":" + "[".repeat(900) + "]".repeat(900) + "}");

    for (ParsedEvent each : List.of(infinite, digits, backtracking, large, deep)) {
      rules.check(each);
    }

    for (ParsedEvent each : List.of(infinite, digits, backtracking, large)) {
      assertThat(each.event.getQualityFlags()).containsExactly("n");
    }
    assertThat(deep.event.getQualityFlags()).isNull();
  }

  /** Another judge: the form is simple enough to be checked by hand. */
  @Property(tries = 500)
  void givenRandomObjectsWhenCheckedThenTheVerdictIsThatOfTheRuleWrittenByHand(
      @ForAll("objects") Map<String, Object> object) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree = json.valueToTree(object);
    QualityRules rules =
        rules(
            "{name: form, action: flag, json_schema: {required: [a], properties: {a: {enum: [1,"
                + " x]}, b: {type: integer, maximum: 5}}, propertyNames: {maxLength: 2},"
                + " maxProperties: 3}}");
    ParsedEvent parsed = event(json.writeValueAsString(tree));

    rules.check(parsed);

    Object a = object.get("a");
    Object b = object.get("b");
    boolean valid =
        (Integer.valueOf(1).equals(a) || "x".equals(a))
            && (!object.containsKey("b") || b instanceof Integer && (Integer) b <= 5)
            && object.keySet().stream().allMatch(name -> name.length() <= 2)
            && object.size() <= 3;
    assertThat(parsed.event.getQualityFlags() == null).isEqualTo(valid);
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return Arbitraries.maps(
            Arbitraries.of("a", "b", "cc", "ddd", "e"),
            Arbitraries.<Object>of(1, 2, 7, "x", "y", true, 1.5))
        .ofMaxSize(4)
        .map(TreeMap::new);
  }

  private static ParsedEvent event(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    ParsedEvent parsed = new ParsedEvent(bytes, 0, bytes.length, 0);
    parsed.event = new ClickEvent();
    return parsed;
  }

  private static ValidationErrors problems(String rule) {
    ValidationErrors problems = new ValidationErrors();
    QualityRules.parse("quality.rules", "[" + rule + "]", EventColumns.CONTRACT, problems);
    return problems;
  }

  private static QualityRules rules(String rule) {
    ValidationErrors problems = new ValidationErrors();
    QualityRules rules =
        QualityRules.parse("quality.rules", "[" + rule + "]", EventColumns.CONTRACT, problems);
    problems.throwIfAny();
    return rules;
  }
}
