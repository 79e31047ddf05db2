package io.clickstreamlake.parse.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.event.EventColumns;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class CustomColumnsInMappingTest {

  private static final String COLUMNS =
      "columns: {event_type: [$.type], event_time: [$.at]}\ncustom_columns:\n";

  @Test
  void givenMistakesOfEachKindWhenReadThenEachIsReportedWithItsPlace() {
    String text =
        COLUMNS
            + String.join(
                "\n",
                "  - {name: Tier, type: string, paths: [$.a]}",
                "  - {name: user_id, type: string, paths: [$.b]}",
                "  - {name: ip_address, type: string, paths: [$.c]}",
                "  - {name: month, type: string, paths: [$.d]}",
                "  - {name: tier, type: text, paths: [$.e]}",
                "  - {name: tier, type: int, paths: [$.f]}",
                "  - {name: price_net, type: 'decimal(30,2)', paths: [$.g]}",
                "  - {name: points, type: int, redact: text, paths: [$.h]}",
                "  - {name: note, type: string, redact: none, paths: [$.i]}",
                "  - {name: why, type: string, coment: x, comment: \"two\\nlines\"}");

    assertThatThrownBy(() -> EventMapping.parse("mine.yaml", text))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining(
            "parse.mapping mine.yaml, custom_columns[0].name: 'Tier' is not a column name")
        .hasMessageContaining("custom_columns[1].name: 'user_id' is a column already")
        .hasMessageContaining("custom_columns[2].name: 'ip_address' is an input of enrichments")
        .hasMessageContaining("custom_columns[3].name: 'month' is a partition key")
        .hasMessageContaining("custom_columns[4].type: 'text' is not one of string, boolean")
        .hasMessageContaining("custom_columns[5].name: 'tier' occurs twice")
        .hasMessageContaining("custom_columns[6].type: 'decimal(30,2)' is not one of")
        .hasMessageContaining("custom_columns[7].redact: applies to type string only")
        .hasMessageContaining("custom_columns[8].redact: 'none' is not one of text, id, url, query")
        .hasMessageContaining("custom_columns[9].coment: is not one of")
        .hasMessageContaining("custom_columns[9].comment: must be one line");
  }

  @Test
  void givenAPathTwiceAndATextThatIsNoneWhenReadThenBothPlacesAreNamed() {
    assertThatThrownBy(
            () ->
                EventMapping.parse(
                    "mine.yaml",
                    COLUMNS + "  - {name: tier, type: string, paths: [$.t, $.t, tier]}"))
        .hasMessageContaining("custom_columns[0].paths[1]: $.t is listed twice")
        .hasMessageContaining("custom_columns[0].paths[2]: 'tier' is not a path");
  }

  @Test
  void givenNoPathsOrPathsUnderColumnsWhenReadThenThePlaceIsNamed() {
    assertThatThrownBy(
            () -> EventMapping.parse("mine.yaml", COLUMNS + "  - {name: tier, type: string}"))
        .hasMessageContaining("custom_columns[0].paths: is missing");
    assertThatThrownBy(
            () ->
                EventMapping.parse(
                    "mine.yaml",
                    "columns: {event_type: [$.type], event_time: [$.at], tier: [$.t]}\n"
                        + "custom_columns:\n"
                        + "  - {name: tier, type: string, paths: []}"))
        .hasMessageContaining("columns.tier: list the paths of a custom column in custom_columns");
  }

  @Test
  void givenNoListWhenReadThenTheFormIsNamed() {
    assertThatThrownBy(
            () ->
                EventMapping.parse(
                    "mine.yaml",
                    "columns: {event_type: [$.type], event_time: [$.at]}\n"
                        + "custom_columns: {tier: string}"))
        .hasMessageContaining("custom_columns: is not a list");
  }

  @Test
  void givenCustomColumnsWhenSerializedThenTheyAreTheSameObjectAndBehindTheContract()
      throws Exception {
    EventColumns columns =
        EventMapping.parse("mine.yaml", COLUMNS + "  - {name: tier, type: string, paths: [$.t]}")
            .columns();

    assertThat(InstantiationUtil.clone(columns)).isSameAs(columns);
    assertThat(InstantiationUtil.clone(EventColumns.CONTRACT)).isSameAs(EventColumns.CONTRACT);
    assertThat(columns.custom()).extracting(Schema.Field::name).isEqualTo(List.of("tier"));
    assertThat(columns.fields().subList(0, EventColumns.CONTRACT.size()))
        .isEqualTo(EventColumns.CONTRACT.fields());
  }
}
