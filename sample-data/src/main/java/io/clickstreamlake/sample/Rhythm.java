package io.clickstreamlake.sample;

/**
 * The number of visits over the hours of the day and the days of the week: few people at night and
 * most in the evening, more on Sundays and Mondays; robots at any time. Times are UTC; most people
 * of the shop live one hour east of it.
 */
final class Rhythm {

  private static final long HOUR = 3_600_000;
  private static final long MONDAY = 4 * 24 * HOUR;

  /** People per hour of the day, from 0 to 23 o'clock UTC. */
  private static final int[] HOURS = {
    14, 8, 5, 4, 6, 14, 30, 46, 58, 66, 70, 74, 72, 68, 66, 68, 74, 86, 100, 108, 104, 84, 54, 28
  };

  /** People per day of the week, Monday first, in percent. */
  private static final int[] DAYS = {108, 98, 96, 98, 92, 92, 116};

  /** Robots per hour, on the scale of {@link #HOURS}. */
  private static final double ROBOTS = 4.5;

  private final long from;
  private final long to;

  /** Number of visits, of any unit, from the start of the range to the end of each hour. */
  private final double[] until;

  private int hour;

  Rhythm(long from, long to) {
    this.from = from;
    this.to = to;
    this.until = new double[(int) ((to - from + HOUR - 1) / HOUR)];
    double sum = 0;
    for (int i = 0; i < until.length; i++) {
      long start = from + i * HOUR;
      sum += weight(start) * (Math.min(to, start + HOUR) - start) / HOUR;
      until[i] = sum;
    }
  }

  /** Share of robots in the visits at a time. */
  static double robots(long millis) {
    return ROBOTS / weight(millis);
  }

  private static double weight(long millis) {
    int hourOfDay = (int) Math.floorMod(millis, 24 * HOUR) / (int) HOUR;
    int day = (int) Math.floorMod(Math.floorDiv(millis - MONDAY, 24 * HOUR), 7L);
    return ROBOTS + HOURS[hourOfDay] * DAYS[day] / 100.0;
  }

  /**
   * The time before which this share of all visits starts. The shares of successive calls must not
   * fall.
   */
  long timeAt(double share) {
    double wanted = share * until[until.length - 1];
    while (hour < until.length - 1 && until[hour] <= wanted) {
      hour++;
    }
    double before = hour == 0 ? 0 : until[hour - 1];
    long start = from + hour * HOUR;
    long length = Math.min(to, start + HOUR) - start;
    long offset = (long) ((wanted - before) / (until[hour] - before) * length);
    return start + Math.min(offset, length - 1);
  }
}
