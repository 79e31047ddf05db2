package io.clickstreamlake.sample;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The people and robots that visit the shop, and who of them comes next.
 *
 * <p>People are numbered in the order of their first visit. A return draws how long ago the first
 * visit was, most often some days, sometimes many weeks, and takes one of the people of that hour.
 * Some are taken far more often than others: the regulars. So the audience stores only the number
 * of new people per hour, however many events there are. People whose first visit would lie before
 * the time range have negative numbers: the customers that the shop already had.
 */
final class Audience {

  private static final double RETURNS = 0.42;

  /** Half of the returns are within this time of the first visit. */
  private static final double MEDIAN_DAYS = 5;

  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;

  /** Nobody returns before their visit has ended. */
  private static final long SHORTEST_AGE = HOUR / 2;

  private static final int ROBOTS = 60;

  private final long seed;
  private final Shop shop;
  private final long from;
  private final int customers;

  /** Number of people whose first visit was before the end of each hour. */
  private int[] people = new int[64];

  private int hour;

  /**
   * @param from start of the time range
   * @param customers number of people who were here before it
   */
  Audience(long seed, Shop shop, long from, int customers) {
    this.seed = seed;
    this.shop = shop;
    this.from = from;
    this.customers = customers;
  }

  Visit robot(SplittableRandom random) {
    double skewed = random.nextDouble();
    int number = (int) (skewed * skewed * ROBOTS);
    return new Visit(Visitor.robot(number, seed, shop), true, shop, random.split());
  }

  /** The next visit of a person, at a time that is not before that of the last one. */
  Visit person(long millis, SplittableRandom random) {
    advanceTo((int) ((millis - from) / HOUR));
    boolean returns = random.nextDouble() < RETURNS;
    long number = returns ? known(millis, random) : people[hour]++;
    return visit(number, returns, random);
  }

  /** A visit of somebody who was here before the time range. */
  Visit customer(SplittableRandom random) {
    return visit(-1 - random.nextInt(customers), true, random);
  }

  private Visit visit(long number, boolean returns, SplittableRandom random) {
    return new Visit(Visitor.person(number, seed, shop, random), returns, shop, random.split());
  }

  private void advanceTo(int now) {
    if (now >= people.length) {
      people = Arrays.copyOf(people, Math.max(now + 1, people.length * 2));
    }
    while (hour < now) {
      people[hour + 1] = people[hour];
      hour++;
    }
  }

  private long known(long millis, SplittableRandom random) {
    double u = random.nextDouble();
    double age = SHORTEST_AGE + MEDIAN_DAYS * DAY * u / (1 - u);
    double skewed = random.nextDouble();
    skewed *= skewed;
    if (age <= millis - from) {
      int born = (int) ((millis - (long) age - from) / HOUR);
      int first = born == 0 ? 0 : people[born - 1];
      int next = people[born];
      if (next > first) {
        return first + (int) (skewed * (next - first));
      }
    }
    return -1 - (int) (skewed * customers);
  }
}
