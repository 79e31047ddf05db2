package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.RejectionReason;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mapping does with the text at a path before its column takes it. */
class MappedValuesTest {

  private static final String BASE =
      "columns:\n  event_type: [$.type, {value: v}]\n  event_time: [$.at]\n";
  private static final String TIME = "time: {formats: [iso8601, epoch], absent: arrival}\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{path: $.x, trim: true}                            | ' a '      | a",
        "{path: $.x, lower: true}                           | ÄB         | äb",
        "{path: $.x, upper: true}                           | äb         | ÄB",
        "{path: $.x, split: {by: /, take: 0}}               | a/b/c      | a",
        "{path: $.x, split: {by: /, take: 2}}               | a/b/c      | c",
        "{path: $.x, split: {by: /, take: -1}}              | a/b/c      | c",
        "{path: $.x, split: {by: /, take: -3}}              | a/b/c      | a",
        "{path: $.x, split: {by: /, take: -4}}              | a/b/c      | fallback",
        "{path: $.x, split: {by: /, take: 3}}               | a/b/c      | fallback",
        "{path: $.x, split: {by: ', ', take: -1}}           | a          | a",
        "{path: $.x, split: {by: ;, take: 1}, trim: true}   | 'a ; b ;c' | b",
        "{path: $.x, translate: {a: b}}                     | a          | b",
        "{path: $.x, translate: {a: null}}                  | a          | fallback",
        "{path: $.x, translate: {'$d:*': null}}             | $d:7       | fallback",
        "{path: $.x, translate: {'a*c*': b}}                | abcd       | b",
        "{path: $.x, translate: {'a*a': b}}                 | a          | a",
        "{path: $.x, lower: true, translate: {a: b}, prefix: p-} | A     | p-b",
        "{path: $.x, prefix: p-}                            | ''         | fallback",
      })
  void givenAFormWhenReadThenTheValueHasIt(String entry, String sent, String value) {
    String mapping = BASE + "  brand: [" + entry + ", $.other]\n" + TIME;

    ClickEvent event = event(mapping, "{\"x\":\"" + sent + "\",\"other\":\"fallback\"}");

    assertThat(event.getBrand()).isEqualTo(value);
  }

  @Test
  void givenATextWithoutThePieceWhenReadThenItIsAPropertyAndOneThatMeansNoneIsNot() {
    String mapping =
        BASE
            + "  brand: [{path: $.x, split: {by: /, take: 3}}]\n"
            + "  category: [{path: $.y, translate: {'(none)': null}}]\n"
            + TIME;

    ClickEvent event = event(mapping, "{\"x\":\"a/b\",\"y\":\"(none)\"}");

    assertThat(event.getBrand()).isNull();
    assertThat(event.getProperties()).isEqualTo(Map.of("x", "a/b"));
  }

  @Test
  void givenAConstantWhenNoPathHasAValueThenItIsUsed() {
    String mapping = BASE + "  brand: [$.brand, {value: Acme}]\n" + TIME;

    assertThat(event(mapping, "{}").getBrand()).isEqualTo("Acme");
    assertThat(event(mapping, "{\"brand\":\"B\"}").getBrand()).isEqualTo("B");
    assertThat(event(mapping, "{}").getEventType()).isEqualTo("v");
  }

  @Test
  void givenOnePathForTwoColumnsWhenReadThenBothHaveItsValue() {
    String mapping =
        BASE
            + "  brand: [{path: $.p, split: {by: '|', take: 0}}]\n"
            + "  category: [{path: $.p, split: {by: '|', take: 1}}]\n"
            + TIME;

    ClickEvent event = event(mapping, "{\"p\":\"Acme|Mugs\"}");

    assertThat(event.getBrand()).isEqualTo("Acme");
    assertThat(event.getCategory()).isEqualTo("Mugs");
    assertThat(event.getProperties()).isNull();
  }

  @Test
  void givenPlaceholdersThatAreIdsWhenReadThenTheyAreKept() {
    String mapping =
        BASE + "  session_id: [{path: $.s, placeholders: keep}]\n  user_id: [$.u]\n" + TIME;

    ClickEvent event = event(mapping, "{\"s\":0,\"u\":0}");

    assertThat(event.getSessionId()).isEqualTo("0");
    assertThat(event.getUserId()).isNull();
  }

  @Property(tries = 500)
  void givenANumberAsPeopleWriteItWhenReadThenItIsThatNumber(
      @ForAll @BigRange(min = "-99999999", max = "99999999") @Scale(4) BigDecimal number) {
    String mapping =
        BASE
            + "  price: [{path: $.p, number: {decimal: ',', group: '. ', symbols: [€, EUR]}}]\n"
            + TIME;
    DecimalFormat german =
        new DecimalFormat("#,##0.####", DecimalFormatSymbols.getInstance(Locale.GERMANY));
    String grouped = german.format(number);

    for (String text :
        new String[] {
          grouped,
          "€ " + grouped,
          grouped + "\u00A0EUR",
          " " + grouped.replace('.', '\u202F'),
          grouped.replace(".", "")
        }) {
      ClickEvent event = event(mapping, "{\"p\":\"" + text + "\"}");
      assertThat(event.getPrice()).as(text).isEqualByComparingTo(number);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "19.99",
        "1.2345",
        "1,00,000",
        "1.000.00",
        "12.34,5",
        "1,2,3",
        "x",
        "1.",
        ",5",
        "5,",
        "1.000 000",
        "USD 5",
        "0x10",
        "1e3",
        "١٩",
        "(5,00)",
        "€",
        "1.23",
        "--5"
      })
  void givenANumberInAnotherFormWhenReadThenItIsInvalidAndKept(String text) {
    String mapping =
        BASE + "  price: [{path: $.p, number: {decimal: ',', group: '. ', symbols: [€]}}]\n" + TIME;

    ClickEvent event = event(mapping, "{\"p\":\"" + text + "\"}");

    assertThat(event.getPrice()).isNull();
    assertThat(event.getQualityFlags()).contains("price_invalid");
    assertThat(event.getProperties()).isEqualTo(Map.of("p", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1299.5", "-1299.5", "7", "0.25"})
  void givenANumberOfJsonWhereTextsHaveAnotherFormWhenReadThenItIsThatNumber(String number) {
    String mapping =
        BASE
            + "  price: [{path: $.p, number: {decimal: ',', group: '.'}}]\n"
            + TIME
            + "items: {paths: [$.l], price: [{path: p, number: {decimal: ','}}]}\n";

    ClickEvent event = event(mapping, "{\"p\":" + number + ",\"l\":[{\"p\":" + number + "}]}");

    assertThat(event.getPrice()).isEqualByComparingTo(number);
    assertThat(event.getItems().get(0).getPrice()).isEqualByComparingTo(number);
  }

  @Test
  void givenDateAndTimeInTwoFieldsWhenReadThenTheyAreOneTime() {
    String mapping =
        BASE.replace("[$.at]", "[$.at, {join: [$.date, $.clock], with: ' '}]")
            + "time: {formats: [iso8601, 'dd.MM.yyyy HH:mm'], zone: Europe/Berlin}\n";

    assertThat(event(mapping, "{\"date\":\"2026-11-20\",\"clock\":\"10:15:30\"}").getEventTime())
        .isEqualTo(Instant.parse("2026-11-20T09:15:30Z"));
    assertThat(event(mapping, "{\"clock\":\"10:15\",\"date\":\"20.11.2026\"}").getEventTime())
        .isEqualTo(Instant.parse("2026-11-20T09:15:00Z"));
    ClickEvent first =
        event(mapping, "{\"at\":\"2026-11-20T08:00:00Z\",\"date\":\"d\",\"clock\":\"c\"}");
    assertThat(first.getEventTime()).isEqualTo(Instant.parse("2026-11-20T08:00:00Z"));
    assertThat(first.getProperties()).isEqualTo(Map.of("date", "d", "clock", "c"));
    assertThat(
            MappedRecord.of(mapping, "{\"date\":\"2026-11-20\"}").rejected.get(0).cause().reason())
        .isEqualTo(RejectionReason.MISSING_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1795169730.123",
        "1.795169730123E9",
        "1795169730123",
        "1795169730123.4",
        "1795169730123456",
        "1795169730123456789"
      })
  void givenAnEpochOfAnyUnitWhenReadThenTheRangeTellsTheUnit(String number) {
    assertThat(event(BASE + TIME, "{\"at\":" + number + "}").getEventTime())
        .isEqualTo(Instant.parse("2026-11-20T10:15:30.123Z"));
  }

  @Test
  void givenTheDateOfAnHttpHeaderWhenReadThenItIsATime() {
    String mapping = BASE + "time: {formats: [rfc1123]}\n";

    assertThat(event(mapping, "{\"at\":\"Fri, 20 Nov 2026 10:15:30 GMT\"}").getEventTime())
        .isEqualTo(Instant.parse("2026-11-20T10:15:30Z"));
    assertThat(event(mapping, "{\"at\":\"Fri, 20 Nov 2026 10:15:30 +0100\"}").getEventTime())
        .isEqualTo(Instant.parse("2026-11-20T09:15:30Z"));
    assertThat(MappedRecord.of(mapping, "{\"at\":\"Thu, 20 Nov 2026 10:15:30 GMT\"}").events)
        .isEmpty();
  }

  @Test
  void givenATimeThatIsAbsentOrOutOfRangeWhenReadThenItIsTheArrivalAndMarked() {
    String mapping =
        BASE + "time: {formats: [iso8601, epoch], absent: arrival, out_of_range: arrival}\n";

    for (String event : new String[] {"{}", "{\"at\":null}", "{\"at\":\" \"}", "{\"at\":0}"}) {
      ClickEvent row = event(mapping, event);
      assertThat(row.getEventTime()).isEqualTo(ParsedRecord.ARRIVAL);
      assertThat(row.getQualityFlags()).containsExactly("event_time_from_arrival");
      assertThat(row.getIsLate()).isFalse();
    }
    assertThat(event(mapping, "{\"at\":\"2036-01-01T00:00:00Z\"}").getProperties())
        .isEqualTo(Map.of("at", "2036-01-01T00:00:00Z"));
    assertThat(MappedRecord.of(mapping, "{\"at\":\"yesterday\"}").rejected.get(0).cause().reason())
        .isEqualTo(RejectionReason.INVALID_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    // correct, event, sent, expected (arrival 10:20:00)
    "impossible, 2026-11-20T10:50:00Z, 2026-11-20T10:50:02Z, 2026-11-20T10:50:00Z",
    "ahead,      2026-11-20T10:50:00Z, 2026-11-20T10:50:02Z, 2026-11-20T10:19:58Z",
    "ahead,      2026-11-20T10:19:00Z, 2026-11-20T10:20:30Z, 2026-11-20T10:19:00Z",
    "always,     2026-11-20T09:00:00Z, 2026-11-20T09:00:05Z, 2026-11-20T10:19:55Z",
    "always,     2026-11-20T09:00:05Z, 2026-11-20T09:00:00Z, 2026-11-20T09:00:05Z",
    "always,     2026-11-20T09:00:05Z, soon,                 2026-11-20T09:00:05Z",
    "impossible, 1970-01-01T00:00:01Z, 1970-01-01T00:00:11Z, 2026-11-20T10:19:50Z"
  })
  void givenATimeOfSendingWhenReadThenTheClockIsCorrectedAsConfigured(
      String correct, String at, String sent, String expected) {
    String mapping =
        BASE + "time: {formats: [iso8601], sent_at: [$.sent], correct: " + correct + "}\n";

    ClickEvent event = event(mapping, "{\"at\":\"" + at + "\",\"sent\":\"" + sent + "\"}");

    assertThat(event.getEventTime()).isEqualTo(Instant.parse(expected));
    boolean corrected = !at.equals(expected);
    assertThat(event.getQualityFlags() != null).isEqualTo(corrected);
    assertThat(event.getProperties()).containsEntry("sent", sent);
    assertThat(event.getProperties().containsKey("at")).isEqualTo(corrected);
  }

  @Test
  void givenOrderLinesWithNestedPathsWhenReadThenTheListedOrderOfPathsCounts() {
    String mapping =
        BASE
            + TIME
            + "items:\n"
            + "  paths: ['$.orders[0].lines']\n"
            + "  product_id: [\"offer['@id']\", sku]\n"
            + "  price: [{path: offer.price.amount, number: {decimal: ','}}]\n"
            + "  category: ['categories[-1]']\n"
            + "  coupon: [\"adjustments[?@.kind=='coupon'].code\"]\n";

    ClickEvent event =
        event(
            mapping,
            "{\"orders\":[{\"lines\":[{\"sku\":\"s\",\"offer\":{\"@id\":\"o\",\"price\":{\"amount\":\"9,50\","
                + "\"unit\":\"kg\"}},\"categories\":[\"a\",\"b\"],\"adjustments\":[{\"kind\":\"tax\",\"code\":\"t\"},"
                + "{\"code\":\"WARM\",\"kind\":\"coupon\"}]}]}]}");

    assertThat(event.getItems()).hasSize(1);
    assertThat(event.getItems().get(0).getProductId()).isEqualTo("o");
    assertThat(event.getItems().get(0).getPrice()).isEqualByComparingTo("9.5");
    assertThat(event.getItems().get(0).getCategory()).isEqualTo("b");
    assertThat(event.getItems().get(0).getCoupon()).isEqualTo("WARM");
    assertThat(event.getProperties())
        .containsOnly(
            Map.entry("orders.0.lines.0.sku", "s"),
            Map.entry("orders.0.lines.0.offer.price.unit", "kg"),
            Map.entry("orders.0.lines.0.categories.0", "a"),
            Map.entry("orders.0.lines.0.adjustments.0.kind", "tax"),
            Map.entry("orders.0.lines.0.adjustments.0.code", "t"),
            Map.entry("orders.0.lines.0.adjustments.1.kind", "coupon"));
  }

  private static ClickEvent event(String mapping, String record) {
    ParsedRecord result = MappedRecord.of(mapping, record);
    assertThat(result.rejected).as(record).isEmpty();
    return result.events.get(0).event;
  }
}
