package io.clickstreamlake.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClientHints;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsentTest {

  private static final Path PAGE = Path.of("..", "docs", "privacy.md");

  private static final String KEY = "0123456789abcdef";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        // value | given
        "granted | true",
        " GRANTED | true",
        "true | true",
        "[\"ads\",\"Granted\"] | true",
        "[\"ads\", true] | true",
        "ads,granted | true",
        ",C0002,C0001, | true",
        "- | false",
        "denied | false",
        "not granted | false",
        "granted-not | false",
        "[\"not granted\"] | false",
        "[[\"granted\"]] | false",
        "[{\"granted\":true}] | false",
        "[\"granted | false",
        "[] | false",
        ", | false",
        "false | false",
        "{\"granted\":true} | false",
      })
  void givenAValueOfTheFieldWhenConsentIsRequiredThenOnlyGrantedValuesGiveIt(
      String value, boolean given) {
    ParsedEvent event = event();
    event.event.setProperties(new HashMap<>());
    event.event.getProperties().put("other", "granted");
    if (value != null) {
      event.event.getProperties().put("privacy.choice", value);
    }

    assertThat(strip("properties.privacy.choice", "granted;TRUE;C0001;").isGiven(event))
        .isEqualTo(given);
  }

  @Test
  void givenNoPropertiesOrPerhapsTwoAnswersWhenConsentIsRequiredThenThereIsNone() {
    ParsedEvent none = event();
    ParsedEvent two = event();
    two.event.setProperties(new HashMap<>(Map.of("consent", "yes", "consent#2", "yes")));

    ParsedEvent dropped = event();
    dropped.event.setProperties(new HashMap<>(Map.of("consent", "yes")));
    assertThat(strip("properties.consent", "yes").isGiven(dropped)).isTrue();
    dropped.flag("properties_dropped");

    assertThat(strip("properties.consent", "yes").isGiven(dropped)).isFalse();
    assertThat(strip("properties.consent", "yes").isGiven(none)).isFalse();
    assertThat(strip("properties.consent", "yes").isGiven(two)).isFalse();
  }

  @Test
  void givenAColumnWithTheConsentWhenRequiredThenItsValueCounts() {
    ParsedEvent event = event();
    event.event.setIsLate(true);
    ParsedEvent without = event();

    assertThat(strip("is_late", "true").isGiven(event)).isTrue();
    assertThat(strip("is_late", "true").isGiven(without)).isFalse();
  }

  @Test
  void givenNoSettingWhenAnEventComesThenItNeedsNoConsent() {
    assertThat(consent(Map.of()).isGiven(event())).isTrue();
  }

  @Test
  void givenAnEventWithoutConsentWhenItIsDecidedOnThenItIsRejectedByDefaultAndNoValueIsNamed() {
    Consent rejecting =
        consent(
            Map.of(
                "privacy.consent.field", "properties.consent", "privacy.consent.granted", "yes"));

    assertThatThrownBy(rejecting::admitWithoutConsent)
        .isInstanceOf(RejectedException.class)
        .hasMessage("properties.consent gives no consent; the bytes are not kept");
    assertThatCode(() -> strip("properties.consent", "yes").admitWithoutConsent())
        .doesNotThrowAnyException();
  }

  @Test
  void givenAMarkInEveryColumnWhenStrippedThenOnlyTheDocumentedColumnsKeepTheirs()
      throws IOException {
    EventColumns columns = EventColumns.with(List.of(custom("tier", true), custom("age", false)));
    ParsedEvent parsed = event();
    parsed.event = columns.newEvent();
    for (Schema.Field column : columns.fields()) {
      parsed.event.put(column.pos(), marked(column));
    }
    parsed.ipAddress = "203.0.113.9";
    parsed.userAgent = "Marked/1";
    parsed.clientHints = new ClientHints();
    Consent consent =
        consent(
            Map.of(
                "privacy.consent.field", "properties.consent",
                "privacy.consent.granted", "yes",
                "privacy.consent.otherwise", "STRIP"),
            columns);

    consent.strip(parsed);

    Set<String> kept = new TreeSet<>();
    for (Schema.Field column : columns.fields()) {
      Object value = parsed.event.get(column.pos());
      if (value != null) {
        kept.add(column.name());
      }
      if (value instanceof String && !column.name().equals("event_id")) {
        assertThat(value).as(column.name()).isEqualTo("mark (" + column.name() + ")");
      }
    }
    assertThat(kept).isEqualTo(documentedColumns());
    assertThat(parsed.event.getEventId()).doesNotContain("mark");
    assertThat(parsed.event.getQualityFlags())
        .containsExactly("event_id_redacted", "consent_not_given");
    assertThat(parsed.ipAddress).isNull();
    assertThat(parsed.userAgent).isNull();
    assertThat(parsed.clientHints).isNull();
    assertThat(columns.fields())
        .filteredOn(column -> column.schema().getType() != Schema.Type.UNION)
        .extracting(Schema.Field::name)
        .as("required columns")
        .isSubsetOf(kept);
  }

  /** The columns in the list of docs/privacy.md. */
  private static Set<String> documentedColumns() throws IOException {
    String page = Files.readString(PAGE);
    String section =
        page.substring(
            page.indexOf("Stripping keeps"), page.indexOf("Everything else becomes null"));
    return Pattern.compile("`(\\w+)`")
        .matcher(section)
        .results()
        .map(name -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Object marked(Schema.Field column) {
    Schema type = ColumnTypes.withoutNull(column.schema());
    switch (type.getType()) {
      case STRING:
        return "mark (" + column.name() + ")";
      case MAP:
        return new HashMap<>(Map.of("mark", "mark"));
      case ARRAY:
        return column.name().equals("items")
            ? new ArrayList<>(
                List.of(
                    new Item("mark of product", BigDecimal.ONE, 1, null, null, null, null, null)))
            : new ArrayList<>();
      case BOOLEAN:
        return true;
      case INT:
        return 1;
      case BYTES:
        return BigDecimal.ONE;
      default:
        return type.getLogicalType() == null ? (Object) 1L : Instant.EPOCH;
    }
  }

  private static Schema.Field custom(String name, boolean text) {
    Schema.Field column =
        new Schema.Field(
            name,
            Schema.createUnion(
                Schema.create(Schema.Type.NULL),
                Schema.create(text ? Schema.Type.STRING : Schema.Type.LONG)),
            name,
            Schema.Field.NULL_DEFAULT_VALUE);
    column.addProp("redact", "text");
    return column;
  }

  @Property(tries = 300)
  void givenAnIdInAnyKeptTextWhenStrippedThenNoColumnHoldsIt(
      @ForAll("ids") String id,
      @ForAll("keptTexts") String column,
      @ForAll("idColumns") String idColumn,
      @ForAll boolean upper) {
    ParsedEvent parsed = event();
    parsed.event.put(position(idColumn), id);
    String written = upper ? id.toUpperCase(Locale.ROOT) : id;
    parsed.event.put(position(column), "a/" + written + "/b " + written);
    parsed.event.setItems(
        new ArrayList<>(List.of(new Item(written, null, null, null, null, null, null, null))));

    strip("properties.consent", "yes").strip(parsed);

    assertThat(parsed.event.toString().toLowerCase(Locale.ROOT))
        .doesNotContain(id.toLowerCase(Locale.ROOT));
    assertThat(parsed.event.get(position(column))).isNotNull();
  }

  @Provide
  Arbitrary<String> ids() {
    // Letters that no other value of the row has, so that finding them is finding the id.
    return Arbitraries.strings().withChars("xqzXQZ").ofMinLength(2).ofMaxLength(12);
  }

  @Provide
  Arbitrary<String> keptTexts() {
    return Arbitraries.of(
        "event_type", "page_host", "page_path", "utm_campaign", "product_name", "referrer_host");
  }

  @Provide
  Arbitrary<String> idColumns() {
    return Arbitraries.of(
        "user_id", "anonymous_id", "session_id", "order_id", "click_id", "event_id");
  }

  @ParameterizedTest
  @CsvSource({
    "/p/mug, /p/mug",
    "/p/12345, /p/[redacted]",
    "/p/1234/x, /p/1234/x",
    "/u/jane%40example.com, /u/[redacted]",
    "/u/jane@example.com/orders, /u/[redacted]/orders",
    "/s/9f8e7d6c5b4a3f2e1d0c, /s/[redacted]",
    "/p;jsessionid=1/x, /[redacted]/x",
    "/a-long-name-of-a-category/, /a-long-name-of-a-category/",
    "/, /",
  })
  void givenAPathWhenStrippedThenSegmentsThatLookLikeIdsAreRedacted(String path, String expected) {
    ParsedEvent parsed = event();
    parsed.event.setPagePath(path);

    strip("properties.consent", "yes").strip(parsed);

    assertThat(parsed.event.getPagePath()).isEqualTo(expected);
  }

  @Test
  void givenAHashKeyWhenStrippedThenRepeatsOfAnEventStillHaveOneIdAndWithoutItEachHasItsOwn() {
    Map<String, String> keyed =
        Map.of(
            "privacy.consent.field", "properties.consent",
            "privacy.consent.granted", "yes",
            "privacy.consent.otherwise", "STRIP",
            "privacy.hash-key", KEY);

    assertThat(idAfter(consent(keyed), "1")).isEqualTo(idAfter(consent(keyed), "2"));
    assertThat(idAfter(strip("properties.consent", "yes"), "1"))
        .isNotEqualTo(idAfter(strip("properties.consent", "yes"), "2"))
        .isEqualTo(idAfter(strip("properties.consent", "yes"), "1"));
  }

  private static String idAfter(Consent consent, String sequenceNumber) {
    ParsedEvent parsed = event();
    parsed.event.setSequenceNumber(sequenceNumber);
    consent.strip(parsed);
    return parsed.event.getEventId();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "visitor_consent | yes | privacy.consent.field: 'visitor_consent' is neither a scalar column",
        "properties. | yes | privacy.consent.field: 'properties.' is neither",
        "properties | yes | privacy.consent.field: 'properties' is neither",
        "items | yes | privacy.consent.field: 'items' is neither",
        "properties.consent | ; | privacy.consent.granted: is empty",
        "'' | yes | privacy.consent.field: is not set, so privacy.consent.granted has no effect",
      })
  void givenSettingsThatCannotWorkWhenCreatedThenEachIsAProblem(
      String field, String granted, String message) {
    Map<String, String> settings = new HashMap<>(Map.of("privacy.consent.granted", granted));
    if (!field.isEmpty()) {
      settings.put("privacy.consent.field", field);
    }

    assertThatThrownBy(() -> consent(settings)).hasMessageContaining(message);
  }

  private static Consent strip(String field, String granted) {
    return consent(
        Map.of(
            "privacy.consent.field", field,
            "privacy.consent.granted", granted,
            "privacy.consent.otherwise", "STRIP"));
  }

  private static Consent consent(Map<String, String> overrides) {
    return consent(overrides, EventColumns.CONTRACT);
  }

  private static Consent consent(Map<String, String> overrides, EventColumns columns) {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.putAll(
        Map.of("source.stream", "s", "source.region", "r", "sink.path", "s3://processed"));
    ValidationErrors problems = new ValidationErrors();
    Consent consent = Consent.of(JobSettings.of(settings), columns, problems);
    problems.throwIfAny();
    return consent;
  }

  private static int position(String column) {
    return ClickEvent.getClassSchema().getField(column).pos();
  }

  private static ParsedEvent event() {
    byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
    ParsedEvent parsed = new ParsedEvent(bytes, 0, bytes.length, 0);
    parsed.event = new ClickEvent();
    parsed.event.setEventId("e1");
    parsed.event.setStream("clicks");
    parsed.event.setShardId("s");
    parsed.event.setSequenceNumber("1");
    return parsed;
  }
}
