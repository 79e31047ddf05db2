package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.event.EventColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsCheckTest {

  @TempDir Path folder;

  @Test
  void givenMistakesOfEveryKindWhenCheckedThenAllAreReportedAtOnce() throws Exception {
    Path mapping = folder.resolve("mapping.yaml");
    Files.writeString(mapping, "columns: {event_time: [$.at], user_ids: [$.user]}\n");
    Path rules = folder.resolve("rules.yaml");
    Files.writeString(rules, "- {name: Bad Name, column: price, min: x, action: drop}\n");
    Map<String, String> texts = new HashMap<>();
    texts.put("source.streem", "clicks");
    texts.put("source.region", "us-east-1");
    texts.put("sink.path", folder.toUri().toString());
    texts.put("roll.interval", "soon");
    texts.put("parse.max-depth", "0");
    texts.put("parse.mapping", mapping.toString());
    texts.put("quality.rules", rules.toString());
    texts.put("enrich.chain", "page;referrer;geo;weather");
    texts.put("enrich.referrer.table", folder.resolve("missing.csv").toString());
    texts.put("privacy.fields", "user_id:shred");
    texts.put("enrich.geo.database", folder.resolve("nope.mmdb").toString());
    texts.put("row-group.sort-by", "no_such_column");
    texts.put("row-group.memory", "1 gb");
    texts.put("memory.task-heap", "64 mb");

    assertThat(problems(texts))
        .anySatisfy(problem -> assertThat(problem).startsWith("source.streem: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("source.stream: is not set"))
        .anySatisfy(problem -> assertThat(problem).startsWith("roll.interval: 'soon'"))
        .anySatisfy(problem -> assertThat(problem).startsWith("parse.max-depth: 0"))
        .anySatisfy(problem -> assertThat(problem).contains("columns.user_ids"))
        .anySatisfy(problem -> assertThat(problem).contains("columns.event_type: is missing"))
        .anySatisfy(problem -> assertThat(problem).contains("quality.rules"))
        .anySatisfy(problem -> assertThat(problem).startsWith("enrich.chain: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("enrich.referrer.table: "))
        .anySatisfy(problem -> assertThat(problem).startsWith("enrich.geo.database: "))
        .anySatisfy(problem -> assertThat(problem).contains("user_id").contains("shred"))
        .anySatisfy(problem -> assertThat(problem).contains("rowGroupMemory"))
        .anySatisfy(problem -> assertThat(problem).contains("64"));
  }

  @Test
  void givenTheRecordOfAnEarlierStartWhenCheckedThenTheNewRecordHasTheChanges() throws Exception {
    Path first = folder.resolve("first.json");
    Path second = folder.resolve("second.json");
    Map<String, String> texts = required();
    texts.put("privacy.fields", "user_id:drop");
    SettingsCheck.main(args(texts, "--record", first.toString()));
    texts.remove("privacy.fields");

    SettingsCheck.main(args(texts, "--record", second.toString(), "--previous", first.toString()));

    JsonNode record = new ObjectMapper().readTree(second.toFile());
    assertThat(record.path("changes").toString())
        .isEqualTo(
            "[{\"name\":\"privacy.fields\",\"effect\":\"PRIVACY\",\"before\":\"user_id:drop\","
                + "\"after\":\"ip_address:drop,user_agent:drop\",\"weakens\":[{\"what\":\"user_id\","
                + "\"before\":\"drop\",\"after\":\"redacted\"}]}]");
    assertThat(record.path("settings").path("source.stream").asText()).isEqualTo("clicks");
  }

  /** {@code --config} with a file of these settings, and further arguments. */
  private String[] args(Map<String, String> texts, String... more) throws IOException {
    Path file = folder.resolve("settings.json");
    new ObjectMapper()
        .writeValue(
            file.toFile(),
            List.of(Map.of("PropertyGroupId", "clickstream-lake", "PropertyMap", texts)));
    return Stream.concat(Stream.of("--config", file.toString()), Stream.of(more))
        .toArray(String[]::new);
  }

  @Test
  void givenASortColumnThatDoesNotExistWhenCheckedThenItIsNamed() {
    Map<String, String> texts = required();
    texts.put("row-group.sort-by", "no_such_column");

    assertThat(problems(texts)).singleElement().asString().contains("no_such_column");
  }

  @ParameterizedTest
  @CsvSource({
    "time.min, yesterday, time.min",
    "privacy.hash-key-secret, arn:aws:secretsmanager::secret:key, privacy.hash-key-secret",
    "sink.path, processed, sink.path",
    "row-group.rows, 0, row-group.rows",
    "sink.memory, 1 b, rowGroupMemory"
  })
  void givenAValueThatLaterChecksReadWhenCheckedThenItIsOneProblemBesideTheOthers(
      String setting, String value, String place) {
    Map<String, String> texts = required();
    texts.put(setting, value);
    texts.put("colour", "blue");

    assertThat(problems(texts))
        .hasSize(2)
        .anySatisfy(problem -> assertThat(problem).contains(place))
        .anySatisfy(problem -> assertThat(problem).startsWith("colour: "));
  }

  @Test
  void givenNoGeoDatabaseWhenCheckedThenNothingIsReported() {
    Map<String, String> texts = required();
    texts.put("enrich.geo.database", "");

    assertThat(problems(texts)).isEmpty();
  }

  @Test
  void givenAGeoDatabaseThatDoesNotExistWhenCheckedThenItIsNamed() {
    Map<String, String> texts = required();
    texts.put("enrich.geo.database", folder.resolve("nope.mmdb").toString());

    assertThat(problems(texts))
        .singleElement()
        .asString()
        .startsWith("enrich.geo.database: ")
        .contains("nope.mmdb");
  }

  @Test
  void givenAFileThatIsNoGeoDatabaseWhenCheckedThenItIsNamed() throws Exception {
    Path text = Files.writeString(folder.resolve("text.mmdb"), "no database");
    Map<String, String> texts = required();
    texts.put("enrich.geo.database", text.toString());

    assertThat(problems(texts)).singleElement().asString().contains("text.mmdb");
  }

  @Test
  void givenAGeoDatabaseOfNoEnrichmentWhenCheckedThenItIsNotRead() {
    Map<String, String> texts = required();
    texts.put("enrich.chain", "page");
    texts.put("enrich.geo.database", folder.resolve("nope.mmdb").toString());

    assertThat(problems(texts)).isEmpty();
  }

  @Test
  void givenATableThatLacksACustomColumnWhenCheckedThenItIsNamedWithTheWayOut() throws Exception {
    Path mapping = folder.resolve("mapping.yaml");
    Files.writeString(
        mapping,
        "columns: {event_time: [$.at], event_type: [$.type]}\n"
            + "custom_columns: [{name: tier, type: 'decimal(9,2)', paths: [$.tier]}]\n");
    Map<String, String> texts = required();
    texts.put("parse.mapping", mapping.toString());
    texts.put(
        "catalog.columns",
        EventColumns.CONTRACT.fields().stream()
            .map(Schema.Field::name)
            .collect(Collectors.joining(";")));

    assertThat(problems(texts))
        .singleElement()
        .asString()
        .startsWith("catalog.columns: the table click_events lacks tier, ")
        .contains("ALTER TABLE click_events ADD COLUMNS (tier decimal(9,2))");

    Path columns = folder.resolve("columns.txt");
    Files.writeString(columns, texts.get("catalog.columns").replace(';', '\n') + "\ntier\n");
    texts.put("catalog.columns", columns.toString());
    assertThat(problems(texts)).isEmpty();
  }

  @Test
  void givenANumberThatIsPersonalDataByItsPathWhenCheckedThenTheColumnMustBeText()
      throws Exception {
    Path mapping = folder.resolve("mapping.yaml");
    Map<String, String> texts = required();
    texts.put("parse.mapping", mapping.toString());
    String columns = "columns: {event_time: [$.at], event_type: [$.type]}\ncustom_columns:\n";
    Files.writeString(
        mapping,
        columns
            + "  - {name: contact, type: bigint, paths: [$.traits.phone]}\n"
            + "  - {name: phone_is_known, type: boolean, paths: [$.traits.phone_known]}\n"
            + "  - {name: points, type: bigint, paths: [$.points]}\n");

    assertThat(problems(texts))
        .singleElement()
        .asString()
        .startsWith("the custom column contact: its values are personal data")
        .endsWith("use that type");

    Files.writeString(
        mapping, columns + "  - {name: contact, type: string, paths: [$.traits.phone]}\n");
    assertThat(problems(texts)).isEmpty();
  }

  @Test
  void givenTheColumnsOfTheTableInAFileThatIsGoneWhenCheckedThenTheJobStartsAnyway() {
    Map<String, String> texts = required();
    texts.put("catalog.columns", folder.resolve("gone.txt").toString());

    assertThat(problems(texts)).isEmpty();
  }

  @Test
  void givenRightSettingsWhenCheckedThenNothingIsReported() {
    assertThat(problems(required())).isEmpty();
  }

  private Map<String, String> required() {
    Map<String, String> texts = new HashMap<>();
    texts.put("source.stream", "clicks");
    texts.put("source.region", "us-east-1");
    texts.put("sink.path", folder.toUri().toString());
    return texts;
  }

  private static List<String> problems(Map<String, String> texts) {
    return SettingsCheck.of(texts, new Configuration()).withFiles().problems();
  }
}
