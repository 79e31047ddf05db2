package io.clickstreamlake.sample;

import io.clickstreamlake.sample.Shop.Product;
import java.math.BigDecimal;
import java.util.List;

/**
 * The content of an event.
 *
 * @param page null for a refund, which has no page
 * @param referrer null if there is none
 * @param product null for steps without a single product
 * @param items lines of the cart or order; empty for steps without it
 * @param orderId null before the checkout
 * @param total amount that is paid or refunded; null unless the shop reports it with this step
 * @param search null unless the step is a search
 */
record Step(
    EventType type,
    Page page,
    String referrer,
    Line product,
    List<Line> items,
    String orderId,
    BigDecimal total,
    Shop.SearchTerm search) {

  /** A page of the shop. */
  record Page(String url, String title) {}

  /** A line of the cart. */
  record Line(Product product, BigDecimal price, int quantity) {

    BigDecimal amount() {
      return price.multiply(BigDecimal.valueOf(quantity));
    }
  }

  static Step view(Page page, String referrer) {
    return new Step(EventType.PAGE_VIEW, page, referrer, null, List.of(), null, null, null);
  }
}
