package io.clickstreamlake.sample;

import static io.clickstreamlake.sample.EventType.ADD_TO_CART;
import static io.clickstreamlake.sample.EventType.CHECKOUT;
import static io.clickstreamlake.sample.EventType.PAGE_VIEW;
import static io.clickstreamlake.sample.EventType.PRODUCT_VIEW;
import static io.clickstreamlake.sample.EventType.PURCHASE;
import static io.clickstreamlake.sample.EventType.SEARCH;

import io.clickstreamlake.sample.Shop.Arrival;
import io.clickstreamlake.sample.Shop.Product;
import io.clickstreamlake.sample.Step.Line;
import io.clickstreamlake.sample.Step.Page;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A visit to the shop: some pages, searches and products, and then as far along the funnel as its
 * {@link Goal}.
 *
 * <pre>
 *   page_view ─▶ page_view, search, product_view, … ─▶ add_to_cart ─▶ checkout ─▶ purchase
 *                              ▲                            │
 *                              └────────────────────────────┘
 * </pre>
 *
 * <p>Each step follows its precondition: a product is added to the cart after a view, a checkout
 * has a cart, a purchase follows a checkout.
 */
final class Visit {

  private static final BigDecimal FREE_DELIVERY_FROM = new BigDecimal("50.00");
  private static final BigDecimal DELIVERY = new BigDecimal("4.95");
  private static final int NEVER = Integer.MAX_VALUE;

  /** Seconds that half of the pauses after a step are longer than, in the order of the types. */
  private static final int[] MEDIAN_SECONDS = {14, 28, 12, 16, 75, 30, 0};

  private static final int ROBOT_SECONDS = 3;

  /** Chance of a sign-in before the checkout in the first visit. */
  private static final double SIGNS_IN_AT_ONCE = 0.1;

  private static final double STAYS_SIGNED_IN = 0.55;
  private static final double SIGNS_IN_AGAIN = 0.3;

  private final Visitor visitor;
  private final Arrival arrival;
  private final Goal goal;
  private final String sessionId;
  private final String variant;

  /** Whether the browser sends pages of the shop as referrers; most do not. */
  private final boolean sendsOwnReferrer;

  private final Shop shop;
  private final SplittableRandom random;
  private final List<Line> cart = new ArrayList<>(0);

  /** Steps before the cart, and lines to add to it. */
  private int looks;

  private int lines;
  private int signedInAfter;
  private int taken;
  private EventType previous;
  private EventType upcoming = PAGE_VIEW;
  private String referrer;
  private Product viewed;
  private boolean foundNothing;
  private String orderId;

  /**
   * @param returns whether the visitor was here before
   */
  Visit(Visitor visitor, boolean returns, Shop shop, SplittableRandom random) {
    this.visitor = visitor;
    this.shop = shop;
    this.random = random;
    this.sessionId = Visitor.token("s-", random);
    this.variant = random.nextBoolean() ? "green" : "orange";
    this.sendsOwnReferrer = random.nextInt(4) == 0;
    if (visitor.robot()) {
      this.arrival = Arrival.DIRECT;
      this.goal = Goal.BROWSE;
      this.looks = geometric(6);
      this.signedInAfter = NEVER;
    } else {
      this.arrival = shop.arrival(random);
      double device = visitor.onPhone() ? 0.72 : 1.4;
      double custom = returns ? 1.35 : 0.78;
      // An effect for the sample query experiment.
      double button = variant.equals("green") ? 1.1 : 0.9;
      this.goal = Goal.draw(arrival.intent() * device * custom * button, random);
      this.looks =
          switch (goal) {
            case BOUNCE -> 0;
            case BROWSE -> 1 + geometric(3);
            default -> 3 + geometric(6);
          };
      this.lines = goal.reaches(Goal.CART) ? 1 + (random.nextInt(3) == 0 ? 1 : 0) : 0;
      this.signedInAfter = signedInAfter(returns);
    }
  }

  /** Number of the step after which the account is known; at the checkout at the latest. */
  private int signedInAfter(boolean returns) {
    if (visitor.account() == null) {
      return NEVER;
    }
    double drawn = random.nextDouble();
    if (returns && drawn < STAYS_SIGNED_IN) {
      return 0;
    }
    double soon = returns ? STAYS_SIGNED_IN + SIGNS_IN_AGAIN : SIGNS_IN_AT_ONCE;
    return drawn < soon ? 1 + random.nextInt(4) : NEVER;
  }

  boolean ended() {
    return upcoming == null;
  }

  /** Takes the next step. */
  Action next(long millis) {
    Step step = take(upcoming);
    if (upcoming == CHECKOUT && visitor.account() != null) {
      signedInAfter = Math.min(signedInAfter, taken);
    }
    Action action =
        new Action(
            millis,
            visitor,
            taken >= signedInAfter ? visitor.account() : null,
            sessionId,
            variant,
            step);
    taken++;
    referrer = sendsOwnReferrer ? step.page().url() : null;
    previous = upcoming;
    upcoming = choose();
    return action;
  }

  /** Time until the visitor is ready for the next step, in milliseconds. */
  long pause() {
    return Pause.millis(
        visitor.robot() ? ROBOT_SECONDS : MEDIAN_SECONDS[previous.ordinal()], random);
  }

  private EventType choose() {
    if (looks > 0) {
      // Without a result, many try another term and the others leave.
      if (foundNothing && !goal.reaches(Goal.CART) && random.nextInt(5) < 2) {
        return null;
      }
      looks--;
      return look();
    }
    return switch (previous) {
      case PURCHASE -> random.nextInt(5) == 0 ? PAGE_VIEW : null;
      case CHECKOUT -> goal == Goal.PURCHASE ? PURCHASE : null;
      case PRODUCT_VIEW -> lines > 0 ? ADD_TO_CART : null;
      case ADD_TO_CART -> lines > 0 ? PRODUCT_VIEW : goal.reaches(Goal.CHECKOUT) ? CHECKOUT : null;
      // A product must be on the screen before it is added to the cart.
      case PAGE_VIEW, SEARCH -> lines > 0 ? PRODUCT_VIEW : null;
      case REFUND -> null;
    };
  }

  private EventType look() {
    int drawn = random.nextInt(100);
    if (visitor.robot()) {
      return drawn < 35 ? PAGE_VIEW : PRODUCT_VIEW;
    }
    if (foundNothing) {
      return drawn < 50 ? SEARCH : PAGE_VIEW;
    }
    return drawn < 52 ? PRODUCT_VIEW : drawn < 67 ? SEARCH : PAGE_VIEW;
  }

  private Step take(EventType type) {
    return switch (type) {
      case PAGE_VIEW -> previous == null ? landing() : browsing();
      case PRODUCT_VIEW -> productView();
      case SEARCH -> search();
      case ADD_TO_CART -> addToCart();
      case CHECKOUT -> checkout();
      case PURCHASE -> purchase();
      case REFUND -> throw new IllegalStateException("a refund is not part of a visit");
    };
  }

  private Step landing() {
    String query = arrival.query();
    if (arrival.hasClickId()) {
      query = query.replace("{click}", clickId());
    }
    String url = query.isEmpty() ? Shop.HOME : Shop.HOME + "?" + query;
    String from = arrival.referrer().isEmpty() ? null : arrival.referrer();
    return Step.view(new Page(url, "Outdoor Shop"), from);
  }

  private Step browsing() {
    foundNothing = false;
    return Step.view(shop.product(random).categoryPage(), referrer);
  }

  private Step productView() {
    viewed = shop.product(random);
    return step(PRODUCT_VIEW, viewed.page(), line(1), List.of(), null);
  }

  private Step search() {
    Shop.SearchTerm term = shop.searchTerm(random);
    foundNothing = term.results() == 0;
    return new Step(SEARCH, term.page(), referrer, null, List.of(), null, null, term);
  }

  private Step addToCart() {
    Line line = line(1 + (random.nextInt(5) == 0 ? 1 + random.nextInt(3) : 0));
    cart.add(line);
    lines--;
    return step(ADD_TO_CART, viewed.page(), line, List.of(), null);
  }

  private Step checkout() {
    orderId = Visitor.token("o-", random);
    return step(CHECKOUT, Shop.CHECKOUT, null, List.copyOf(cart), null);
  }

  private Step purchase() {
    List<Line> bought = List.copyOf(cart);
    cart.clear();
    // Some shops report no total with the order; then the revenue is the sum of the lines.
    BigDecimal total = random.nextInt(10) == 0 ? null : total(bought);
    return step(PURCHASE, Shop.THANK_YOU, null, bought, total);
  }

  private Step step(EventType type, Page page, Line product, List<Line> items, BigDecimal total) {
    return new Step(type, page, referrer, product, items, orderId, total, null);
  }

  private Line line(int quantity) {
    return new Line(viewed, shop.price(viewed, visitor.market()), quantity);
  }

  private static BigDecimal total(List<Line> lines) {
    BigDecimal goods = new BigDecimal("0.00");
    for (Line line : lines) {
      goods = goods.add(line.amount());
    }
    return goods.compareTo(FREE_DELIVERY_FROM) < 0 ? goods.add(DELIVERY) : goods;
  }

  private String clickId() {
    return Visitor.token("", random) + Visitor.token("", random);
  }

  /** A number from 0 on with this mean; each further one is equally likely. */
  private int geometric(int mean) {
    int number = 0;
    while (number < 60 && random.nextInt(mean + 1) > 0) {
      number++;
    }
    return number;
  }
}
