package io.clickstreamlake.sample;

import static io.clickstreamlake.sample.EventType.ADD_TO_CART;
import static io.clickstreamlake.sample.EventType.CHECKOUT;
import static io.clickstreamlake.sample.EventType.PAGE_VIEW;
import static io.clickstreamlake.sample.EventType.PRODUCT_VIEW;
import static io.clickstreamlake.sample.EventType.PURCHASE;
import static io.clickstreamlake.sample.EventType.SEARCH;

import io.clickstreamlake.sample.Shop.Arrival;
import io.clickstreamlake.sample.Shop.Product;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A visit to the shop: a random walk along the funnel that may end after any step.
 *
 * <pre>
 *   page_view ─▶ product_view ─▶ add_to_cart ─▶ checkout ─▶ purchase
 *       └──▶ search ──┘ ▲             │
 *                       └─────────────┘
 * </pre>
 *
 * <p>Each step follows its precondition: a product is added to the cart after a view, a checkout
 * has a cart, a purchase follows a checkout.
 */
final class Visit {

  private static final int LEAVE = -1;

  /**
   * Probability of the next step in percent, in the order of {@link EventType}; the rest leaves.
   */
  private static final Map<EventType, int[]> NEXT = new EnumMap<>(EventType.class);

  static {
    NEXT.put(PAGE_VIEW, new int[] {14, 44, 18, 0, 0, 0});
    NEXT.put(SEARCH, new int[] {4, 66, 10, 0, 0, 0});
    NEXT.put(PRODUCT_VIEW, new int[] {10, 34, 10, 24, 0, 0});
    NEXT.put(ADD_TO_CART, new int[] {4, 26, 6, 6, 42, 0});
    NEXT.put(CHECKOUT, new int[] {6, 4, 0, 0, 0, 66});
    NEXT.put(PURCHASE, new int[] {12, 4, 0, 0, 0, 0});
  }

  private static final BigDecimal FREE_DELIVERY_FROM = new BigDecimal("50.00");
  private static final BigDecimal DELIVERY = new BigDecimal("4.95");

  /** A page of the shop. */
  record Page(String url, String title) {}

  /** A line of the cart. */
  record Line(Product product, BigDecimal price, int quantity) {}

  /**
   * A step of the visit, with the content of its event.
   *
   * @param referrer null if there is none
   * @param product null for steps without a single product
   * @param items lines of the cart; empty for steps without the cart
   * @param orderId null before the checkout
   * @param total amount to pay; null unless the shop reports it with this step
   * @param searchTerm null unless the step is a search
   */
  record Step(
      EventType type,
      Page page,
      String referrer,
      Line product,
      List<Line> items,
      String orderId,
      BigDecimal total,
      String searchTerm,
      int results) {}

  private final Visitor visitor;
  private final String sessionId;
  private final String variant;

  /** Whether the browser sends pages of the shop as referrers; most do not. */
  private final boolean sendsOwnReferrer;

  private final Shop shop;
  private final SplittableRandom random;
  private final List<Line> cart = new ArrayList<>();
  private EventType previous;
  private EventType upcoming = PAGE_VIEW;
  private String referrer;
  private Product viewed;
  private String orderId;

  Visit(Visitor visitor, Shop shop, SplittableRandom random) {
    this.visitor = visitor;
    this.shop = shop;
    this.random = random;
    this.sessionId = Visitor.token("s-", random);
    this.variant = random.nextBoolean() ? "green" : "orange";
    this.sendsOwnReferrer = random.nextInt(4) == 0;
  }

  Visitor visitor() {
    return visitor;
  }

  String sessionId() {
    return sessionId;
  }

  /** Colour of the buy button in the visitor's experiment. */
  String variant() {
    return variant;
  }

  boolean ended() {
    return upcoming == null;
  }

  Step next() {
    Step step = take(upcoming);
    referrer = sendsOwnReferrer ? step.page().url() : null;
    previous = upcoming;
    upcoming = choose();
    return step;
  }

  private EventType choose() {
    int drawn = random.nextInt(100);
    int chosen = LEAVE;
    int sum = 0;
    int[] percent = NEXT.get(previous);
    for (int i = 0; i < percent.length && chosen == LEAVE; i++) {
      sum += percent[i];
      if (drawn < sum) {
        chosen = i;
      }
    }
    EventType type = chosen == LEAVE ? null : EventType.values()[chosen];
    // Robots only read; they do not buy or search.
    boolean reads = type == PAGE_VIEW || type == PRODUCT_VIEW;
    return visitor.robot() && !reads ? null : type;
  }

  private Step take(EventType type) {
    return switch (type) {
      case PAGE_VIEW -> previous == null ? landing() : browsing();
      case PRODUCT_VIEW -> productView();
      case SEARCH -> search();
      case ADD_TO_CART -> addToCart();
      case CHECKOUT -> checkout();
      case PURCHASE -> purchase();
    };
  }

  private Step landing() {
    Arrival arrival = shop.arrival(random);
    String query = arrival.query().replace("{click}", clickId());
    String url = Shop.URL + "/" + (query.isEmpty() ? "" : "?" + query);
    String from = arrival.referrer().isEmpty() ? null : arrival.referrer();
    return plain(PAGE_VIEW, new Page(url, "Outdoor Shop"), from);
  }

  private Step browsing() {
    String category = shop.product(random).category();
    return plain(
        PAGE_VIEW, new Page(Shop.URL + "/category/" + category, "All " + category), referrer);
  }

  private Step productView() {
    viewed = shop.product(random);
    return new Step(
        PRODUCT_VIEW, productPage(viewed), referrer, line(1), List.of(), null, null, null, 0);
  }

  private Step search() {
    String term = shop.searchTerm(random);
    String query = URLEncoder.encode(term, StandardCharsets.UTF_8);
    Page page = new Page(Shop.URL + "/search?q=" + query, "Search");
    return new Step(
        SEARCH, page, referrer, null, List.of(), null, null, term, 1 + random.nextInt(60));
  }

  private Step addToCart() {
    Line line = line(1 + (random.nextInt(5) == 0 ? 1 + random.nextInt(3) : 0));
    cart.add(line);
    return new Step(
        ADD_TO_CART, productPage(viewed), referrer, line, List.of(), null, null, null, 0);
  }

  private Step checkout() {
    orderId = Visitor.token("o-", random);
    Page page = new Page(Shop.URL + "/checkout", "Checkout");
    return new Step(CHECKOUT, page, referrer, null, List.copyOf(cart), orderId, null, null, 0);
  }

  private Step purchase() {
    List<Line> bought = List.copyOf(cart);
    cart.clear();
    // Some shops report no total with the order; then the revenue is the sum of the lines.
    BigDecimal total = random.nextInt(10) == 0 ? null : total(bought);
    Page page = new Page(Shop.URL + "/checkout/thank-you", "Thank you");
    return new Step(PURCHASE, page, referrer, null, bought, orderId, total, null, 0);
  }

  private Step plain(EventType type, Page page, String from) {
    return new Step(type, page, from, null, List.of(), null, null, null, 0);
  }

  private Line line(int quantity) {
    return new Line(viewed, viewed.price(visitor.market()), quantity);
  }

  private static Page productPage(Product product) {
    return new Page(product.url(), product.name());
  }

  private static BigDecimal total(List<Line> lines) {
    BigDecimal goods = new BigDecimal("0.00");
    for (Line line : lines) {
      goods = goods.add(line.price().multiply(BigDecimal.valueOf(line.quantity())));
    }
    return goods.compareTo(FREE_DELIVERY_FROM) < 0 ? goods.add(DELIVERY) : goods;
  }

  private String clickId() {
    return Visitor.token("", random) + Visitor.token("", random);
  }
}
