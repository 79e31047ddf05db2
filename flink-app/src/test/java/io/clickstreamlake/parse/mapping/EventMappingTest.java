package io.clickstreamlake.parse.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventMappingTest {

  static List<String> bundled() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src", "main", "resources", "mappings"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  @Test
  void givenTheSettingWhenReadThenItNamesEachBundledMapping() throws IOException {
    String description = new HtmlFormatter().format(JobOptions.PARSE_MAPPING.description());

    assertThat(bundled())
        .hasSizeGreaterThan(13)
        .allSatisfy(name -> assertThat(description).matches("(?s).*[ ,]" + name + "[,;].*"));
    assertThatThrownBy(() -> TextFile.read("parse.mapping", "none", TextFile.MAPPINGS))
        .hasMessageContaining("which has " + String.join(", ", bundled()) + "; to name a file");
  }

  @ParameterizedTest
  @MethodSource("bundled")
  void givenABundledMappingWhenReadThenItIsValid(String name) {
    String text = TextFile.read("parse.mapping", name, "mappings/%s.yaml");

    assertThatCode(() -> EventMapping.parse(name, text)).doesNotThrowAnyException();
  }

  /** Mistakes beside right columns, and what must be said of each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "event_types: [a] | event_types: is not an object; it has the form NAME: type",
        "defaults: page_view | defaults: is not an object; it has the form COLUMN: {value: TEXT",
        "lists: [$.a] | lists: is not an object; it has the form $.path: {name: key",
        "items: [$.a] | items: is not an object",
        "unwrap: [{events: $.e, when: {$.b: {c: d}}}] | unwrap[0].when: has the form {$.b: [TEXT",
        "unwrap: [{control: {$.b: [[a]]}}] | unwrap[0].control: has the form {$.b: [TEXT",
        "unwrap: [{at: $.x, events: $.y, decode: json}] | unwrap[0]: has events and decode; write one step",
        "unwrap: [{events: $.e}, {include: aws}] | put an include with such a step first",
        "time: {formats: ['HH:mm']} | time.formats[0]: 'HH:mm' is neither iso8601",
        "time: {formats: [YYYY-MM-dd]} | it has no date; write year, month and day, such as yyyy-MM-dd",
        "time: {formats: [yyyy-mm-dd]} | it has no date; write year, month and day, such as yyyy-MM-dd",
        "defaults: {brand: {value: a, when: $envelope.x}} | defaults.brand.when: '$envelope.x' can never match",
        "properties: [$envelope.x] | properties[0]: '$envelope.x' can never match, because no step of unwrap keeps x",
        "lists: {$envelope.x: {name: k, values: [v]}} | lists.$envelope.x: '$envelope.x' can never match",
        "items: {paths: [$.l], product_id: ['[0]']} | items.product_id[0]: '[0]' can never match, because an order line is an object",
        "extends: segmnt | extends: there is no 'segmnt' in the jar, which has amplitude, aws,",
      })
  void givenAMistakeWhenReadThenASentenceNamesItsPlace(String mistake, String message) {
    String text = "columns: {event_type: [$.type], event_time: [$.at]}\n" + mistake;

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(message);
  }

  /** Mistakes in the paths of a column. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "$.a | columns.user_id: is not a list; write [$.a]",
        "[$envelop.foo] | expected . or [ after $, as in $.user.id; the kept fields of an envelope",
        "[$envelope.foo] | columns.user_id[0]: '$envelope.foo' can never match, because no step of unwrap keeps foo",
        "[{join: [$.a, $envelope.foo], with: x}] | columns.user_id[0]: '$envelope.foo' can never match",
        "[$.a], user_id: [$.b] | Duplicate field 'user_id'",
      })
  void givenAMistakeInAPathWhenReadThenASentenceNamesItsPlace(String paths, String message) {
    String text = "columns: {event_type: [$.type], event_time: [$.at], user_id: " + paths + "}";

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(message);
  }

  @Test
  void givenNumbersWithoutADecimalSeparatorWhenReadThenItIsNamed() {
    String text =
        "columns: {event_type: [$.t], event_time: [$.at], price: [{path: $.p, number: {group: ','}}]}";

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .hasMessageContaining("columns.price[0].number: lacks decimal; it has the form");
  }

  @Test
  void givenANameOfAnEnvelopeThatIsMisspelledWhenReadThenTheKeptNamesAreListed() {
    String text =
        "unwrap: [{events: $.e, keep: {visit: $.v, sent: $.s}}]\n"
            + "columns: {event_type: [$.t], event_time: [$.at], session_id: [$envelope.visitt]}";

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .hasMessageContaining("because no step of unwrap keeps visitt; they keep sent, visit");
  }

  @Test
  void givenAnExtendedMappingWithOtherEnvelopesWhenReadThenItIsValid() {
    assertThatCode(
            () -> EventMapping.parse("mine", "extends: segment\nunwrap: [{events: $.events}]"))
        .doesNotThrowAnyException();
  }

  @Test
  void givenTheDocumentedFormAsJsonWhenReadThenItIsValid() {
    EventMapping mapping =
        EventMapping.parse(
            "mine",
            "{\"columns\": {\"event_type\": [\"$.kind\"], \"event_time\": [\"$.at\"],"
                + " \"user_id\": [\"$.user.id\", \"$.uid\"]},"
                + " \"event_types\": {\"view\": \"product_view\"},"
                + " \"time\": {\"formats\": [\"iso8601\", \"epoch_millis\","
                + " \"yyyy-MM-dd HH:mm:ss 'UTC'\"], \"zone\": \"UTC\"}}");

    assertThat(mapping.eventType("view")).isEqualTo("product_view");
    assertThat(mapping.eventType("other")).isEqualTo("other");
  }

  @Test
  void givenManyErrorsWhenReadThenAllAreReportedWithTheirLocations() {
    String text =
        String.join(
            "\n",
            "columns:",
            "  event_type: [$.kind]",
            "  user_ids: [$.user]",
            "  user_id: [user.id, '$.a[0:2]']",
            "  stream: [$.stream]",
            "  session_id: [$.visit, $.visit]",
            "  page_url: $.url",
            "time: {formats: [iso8601, 'yyyy-bb'], zone: Mars/Olympus}",
            "lists: {$.params: {name: key}}",
            "items: {path: [$.items]}",
            "defaults: {event_type: {value: '', when: nothing}}",
            "extra: 1");

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(
            "parse.mapping mine.yaml, columns.user_ids: is not a column; add it to custom_columns")
        .hasMessageContaining("columns.user_id[0]: 'user.id' is not a path")
        .hasMessageContaining("columns.user_id[1]: '$.a[0:2]' at character 6: slices are not")
        .hasMessageContaining("columns.stream: is filled by the job")
        .hasMessageContaining("columns.session_id[1]: $.visit is listed twice")
        .hasMessageContaining("columns.page_url: is not a list")
        .hasMessageContaining("columns.event_time: is missing")
        .hasMessageContaining("time.formats[1]: 'yyyy-bb' is neither")
        .hasMessageContaining("time.zone: 'Mars/Olympus' is not a time zone")
        .hasMessageContaining("lists.$.params: needs name")
        .hasMessageContaining("items.path: is not one of")
        .hasMessageContaining("defaults.event_type.when: 'nothing' is not a path")
        .hasMessageContaining("defaults.event_type.value: is missing")
        .hasMessageContaining("extra: is not one of");
  }

  @Test
  void givenInvalidYamlWhenReadThenTheErrorNamesTheLine() {
    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", "columns:\n  user_id: [$.a"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("parse.mapping mine.yaml, line 2");
  }

  @Test
  void givenAPathWithBracketsThatIsNotQuotedWhenReadThenAHintSaysSo() {
    assertThatThrownBy(
            () -> EventMapping.parse("mine.yaml", "columns:\n  user_id: [$.a['b'], $.c]"))
        .hasMessageContaining("parse.mapping mine.yaml, line 2")
        .hasMessageContaining("put a path with brackets in quotes: \"$.a['b']\"");
  }

  @Test
  void givenAnEmptyTextWhenReadThenItIsAnError() {
    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", ""))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("is not a mapping; start with");
  }

  @Test
  void givenFormsThatAreNoneWhenReadThenEachIsReportedWithItsPlace() {
    String text =
        String.join(
            "\n",
            "columns:",
            "  event_type: [{value: v}, $.late]",
            "  event_time: [{join: [$.date]}, {path: $.t, joined: x}]",
            "  user_id: [{path: $.a, value: b}, {path: $.b, trim: 'on'}, {lower: true}]",
            "  page_url: [{path: $.u, split: {by: '|'}}, {path: $.v, lower: true, upper: true}]",
            "  price: [{path: $.p, number: {decimal: ',', group: ','}}]",
            "  brand: [{path: $.x, number: {decimal: ','}}, {path: $.y, placeholders: drop}]",
            "  category: [{path: $.z, translate: [a]}, {value: ''}]",
            "time: {absent: now, out_of_range: drop, correct: often}",
            "items: {price: [$.price, '.amount'], product_id: [{join: [a, b]}]}",
            "lists: {$.params: {name: 'a[0]', values: ['x.*.y']}, params: {name: n, values: [v]}}",
            "properties: ['$.a[0]']");

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .hasMessageContaining("columns.event_type[1]: can never match, because a constant")
        .hasMessageContaining("columns.event_time[0].join: is not a list of two or more paths")
        .hasMessageContaining("columns.event_time[1].joined: is not one of join, lower")
        .hasMessageContaining("columns.user_id[0]: needs either path, join or value")
        .hasMessageContaining("columns.user_id[1].trim: is not true or false")
        .hasMessageContaining("columns.user_id[2]: needs either path, join or value")
        .hasMessageContaining("columns.page_url[0].split: has the form")
        .hasMessageContaining("columns.page_url[1].upper: contradicts lower")
        .hasMessageContaining("columns.price[0].number: has the form")
        .hasMessageContaining("columns.brand[0].number: brand is not a column of numbers")
        .hasMessageContaining("columns.brand[1].placeholders: 'drop' is not keep")
        .hasMessageContaining("columns.category[0].translate: has the form")
        .hasMessageContaining("columns.category[1]: a constant has the form {value: TEXT}")
        .hasMessageContaining("time.absent: 'now' is not one of arrival, reject")
        .hasMessageContaining("time.out_of_range: 'drop' is not one of arrival, reject")
        .hasMessageContaining("time.correct: 'often' is not one of impossible, ahead, always")
        .hasMessageContaining("time.correct: needs time.sent_at")
        .hasMessageContaining("items.price[0]: '$.price' starts at the event")
        .hasMessageContaining("items.product_id[0].join: is not supported within an element")
        .hasMessageContaining("items.paths: is missing; without it no order line is read")
        .hasMessageContaining("lists.$.params: 'x.*.y' may have names only")
        .hasMessageContaining("lists.params: is not a path")
        .hasMessageContaining("properties[0]: '$.a[0]' may consist of names only");
  }

  @Test
  void givenPathsThatCanNeverMatchWhenReadThenTheReasonIsGiven() {
    String text =
        String.join(
            "\n",
            "columns:",
            "  event_type: [$.type]",
            "  event_time: [$.at]",
            "  product_id: ['$.lines[0].id', '$.params[0].value']",
            "items: {paths: [$.lines], product_id: [id]}",
            "lists: {$.params: {name: key, values: [value]}}");

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .hasMessageContaining(
            "items.paths[0]: other paths lead into the elements of $.lines, which can never match")
        .hasMessageContaining(
            "lists.$.params: is read as one object with a field per element; write $.params.NAME");
  }

  @Test
  void givenAMappingThatExtendsAnotherWhenReadThenItsEntriesReplaceTheOthers() {
    EventMapping mapping =
        EventMapping.parse(
            "mine.yaml",
            "extends: rudderstack\nevent_types: {page: visit}\n"
                + "unwrap: [{include: aws}, {include: segment}]");

    assertThat(mapping.eventType("page")).isEqualTo("visit");
    assertThat(mapping.eventType("product added")).isEqualTo("add_to_cart");
    assertThat(mapping.unwrapping().stages).hasSizeGreaterThan(5);
    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", "extends: other.yaml"))
        .hasMessageContaining("extends: there is no 'other.yaml' in the jar, which has amplitude");
    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", "extends: other"))
        .hasMessageContaining("extends: there is no 'other' in the jar");
  }
}
