package io.clickstreamlake.parse.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.TextFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventMappingTest {

  @ParameterizedTest
  @ValueSource(strings = {"default", "segment", "ga4"})
  void givenABundledMappingWhenReadThenItIsValid(String name) {
    String text = TextFile.read("parse.mapping", name, "mappings/%s.yaml");

    assertThatCode(() -> EventMapping.parse(name, text)).doesNotThrowAnyException();
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
  void givenAnEmptyTextWhenReadThenItIsAnError() {
    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", ""))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("is not a mapping; start with");
  }
}
