package io.clickstreamlake.sample;

import java.time.LocalDate;

/**
 * The text of a time, always with three decimals: {@code 2026-11-20T10:15:30.120Z}. The date is
 * kept from the last call, because most events are of the same day as the one before.
 */
final class EventTime {

  private static final int DAY = 86_400_000;
  private static final int DATE_LENGTH = 10;

  private final char[] text = "0000-00-00T00:00:00.000Z".toCharArray();
  private long day = Long.MIN_VALUE;

  /** Years from 0 to 9999 only. */
  String of(long millis) {
    if (Math.floorDiv(millis, (long) DAY) != day) {
      day = Math.floorDiv(millis, (long) DAY);
      LocalDate.ofEpochDay(day).toString().getChars(0, DATE_LENGTH, text, 0);
    }
    int time = (int) Math.floorMod(millis, (long) DAY);
    put(11, 2, time / 3_600_000);
    put(14, 2, time / 60_000 % 60);
    put(17, 2, time / 1_000 % 60);
    put(20, 3, time % 1_000);
    return new String(text);
  }

  private void put(int at, int digits, int number) {
    for (int i = at + digits - 1; i >= at; i--) {
      text[i] = (char) ('0' + number % 10);
      number /= 10;
    }
  }
}
