package io.clickstreamlake.sample;

import io.clickstreamlake.sample.Step.Line;
import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The refunds of orders, two days to four weeks after the purchase: of the whole order, or of one
 * of its lines. The amounts are positive, as in Segment and GA4; the event type says that the money
 * went back.
 */
final class Refunds {

  private static final double REFUNDED = 0.07;
  private static final long DAY = 24 * 3_600_000L;
  private static final long EARLIEST = 2 * DAY;
  private static final long LATEST = 28 * DAY;

  /** Bound of the memory; more refunds at a time are not begun. */
  private static final int MOST_OPEN = 10_000;

  private final SplittableRandom random;
  private final long to;
  private int open;

  /**
   * @param to end of the time range; later refunds are not part of it
   */
  Refunds(long to, SplittableRandom random) {
    this.to = to;
    this.random = random;
  }

  /** The refund that will follow an action, or null. */
  Action of(Action purchase) {
    Step bought = purchase.step();
    if (bought.type() != EventType.PURCHASE
        || random.nextDouble() >= REFUNDED
        || open == MOST_OPEN) {
      return null;
    }
    // Of two draws the smaller one: most goods come back soon.
    long wait = EARLIEST + Math.min(random.nextLong(LATEST - EARLIEST), random.nextLong(LATEST));
    if (purchase.millis() + wait >= to) {
      return null;
    }
    open++;
    boolean whole = bought.items().size() == 1 || random.nextBoolean();
    List<Line> items =
        whole ? bought.items() : List.of(bought.items().get(random.nextInt(bought.items().size())));
    Step refund =
        new Step(EventType.REFUND, null, null, null, items, bought.orderId(), amount(items), null);
    return new Action(
        purchase.millis() + wait, purchase.visitor(), purchase.userId(), null, null, refund);
  }

  /** Must be called with each action, in order. */
  void handedOut(Action action) {
    if (action.step().type() == EventType.REFUND) {
      open--;
    }
  }

  /** The goods without the delivery. */
  private static BigDecimal amount(List<Line> items) {
    return items.stream().map(Line::amount).reduce(BigDecimal::add).orElseThrow();
  }
}
