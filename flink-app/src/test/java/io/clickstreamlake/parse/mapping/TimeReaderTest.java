package io.clickstreamlake.parse.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TimeReaderTest {

  private final TimeReader iso = TimeReader.of(List.of("iso8601"), ZoneOffset.UTC);

  @Property(tries = 2000)
  void givenAnyInstantWhenFormattedByJavaThenItIsReadBack(
      @ForAll @LongRange(min = -62135596800000L, max = 253402300799999L) long millis)
      throws InvalidValueException {
    Instant instant = Instant.ofEpochMilli(millis);

    assertThat(iso.read(instant.toString())).isEqualTo(instant);
    assertThat(
            iso.read(
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                    instant.atOffset(ZoneOffset.ofHoursMinutes(-9, -30)))))
        .isEqualTo(instant);
  }

  @Test
  void givenAZoneWhenATimeHasNoOffsetThenItIsReadInThatZone() throws InvalidValueException {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    TimeReader reader = TimeReader.of(List.of("iso8601", "yyyy/MM/dd HH:mm"), berlin);

    assertThat(reader.read("2026-07-01T12:00:00.250"))
        .isEqualTo(Instant.parse("2026-07-01T10:00:00.250Z"));
    assertThat(reader.read("2026/01/01 12:00")).isEqualTo(Instant.parse("2026-01-01T11:00:00Z"));
    assertThat(reader.read("2026-01-01T12:00:00"))
        .isEqualTo(LocalDateTime.parse("2026-01-01T12:00:00").atZone(berlin).toInstant());
  }

  @Test
  void givenAPatternWhenADateDoesNotExistThenItIsInvalidAndNotAdjusted() {
    TimeReader reader = TimeReader.of(List.of("yyyy-MM-dd HH:mm:ss"), ZoneOffset.UTC);

    assertThatThrownBy(() -> reader.read("2026-02-30 10:00:00"))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void givenOneFormatWhenATimeHasAnotherThenItIsInvalid() {
    assertThatThrownBy(() -> iso.read("1795169730")).isInstanceOf(InvalidValueException.class);
  }
}
