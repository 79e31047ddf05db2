package io.clickstreamlake.sample;

import java.util.Locale;

/** The steps of a visit to the shop, and what happens to its orders afterwards. */
enum EventType {
  PAGE_VIEW,
  PRODUCT_VIEW,
  SEARCH,
  ADD_TO_CART,
  CHECKOUT,
  PURCHASE,
  /** Sent by the shop's back office, days after the purchase and outside of any visit. */
  REFUND;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** The name in events, such as {@code page_view}. */
  String text() {
    return text;
  }
}
