package io.clickstreamlake.sample;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Traffic over days and weeks in the {@link Rhythm} of day and week, with refunds.
 *
 * <p>The number of actions is exact although each visit has as many as it takes: a visit is walked
 * through when it starts, so the number of actions that are still to be planned is known, and the
 * start of the next visit is drawn as the first of the visits that this number needs, spread over
 * the rest of the range. A visit that would last beyond the range is cut off there.
 */
final class DailyTraffic implements Traffic {

  /** First guess of the actions per visit, and the number of visits that it counts for. */
  private static final double ACTIONS_PER_VISIT = 4.2;

  private static final int GUESSED_VISITS = 50;

  private final Audience audience;
  private final Rhythm rhythm;
  private final Refunds refunds;
  private final SplittableRandom random;
  private final long to;
  private final PriorityQueue<Action> planned =
      new PriorityQueue<>(Comparator.comparingLong(Action::millis));

  private long left;
  private double visits = GUESSED_VISITS;
  private double actions = GUESSED_VISITS * ACTIONS_PER_VISIT;
  private double share;
  private long nextStart;

  DailyTraffic(Audience audience, SplittableRandom random, long from, long to, long events) {
    this.audience = audience;
    this.rhythm = new Rhythm(from, to);
    this.refunds = new Refunds(to, random.split());
    this.random = random;
    this.to = to;
    this.left = events;
    drawNextStart();
  }

  @Override
  public Action next() {
    while (left > 0 && (planned.isEmpty() || planned.peek().millis() > nextStart)) {
      plan(nextStart);
      drawNextStart();
    }
    Action next = planned.remove();
    refunds.handedOut(next);
    return next;
  }

  private void drawNextStart() {
    double needed = Math.max(1, left / (actions / visits));
    double u = 1 - random.nextDouble();
    share += (1 - share) * -StrictMath.expm1(StrictMath.log(u) / needed);
    nextStart = rhythm.timeAt(share);
  }

  private void plan(long start) {
    Visit visit =
        random.nextDouble() < Rhythm.robots(start)
            ? audience.robot(random)
            : audience.person(start, random);
    visits++;
    for (long time = start; time < to && left > 0; time += visit.pause()) {
      Action action = visit.next(time);
      plan(action);
      Action refund = left > 0 ? refunds.of(action) : null;
      if (refund != null) {
        plan(refund);
      }
      if (visit.ended()) {
        return;
      }
    }
  }

  private void plan(Action action) {
    planned.add(action);
    left--;
    actions++;
  }
}
