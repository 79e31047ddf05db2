package io.clickstreamlake.sample;

import java.util.SplittableRandom;

/** How far a visit gets. It is drawn when the visit starts. */
enum Goal {
  /** Leaves after the landing page. */
  BOUNCE,
  /** Looks at pages and products. */
  BROWSE,
  /** Fills the cart and leaves it. */
  CART,
  /** Leaves during the checkout. */
  CHECKOUT,
  PURCHASE;

  /** Share of the visits with an order, for a visit of intent 1. */
  private static final double CONVERSION = 0.022;

  private static final double CHECKOUT_PER_PURCHASE = 1.7;
  private static final double CART_PER_PURCHASE = 3.6;
  private static final double BOUNCES = 0.40;

  /**
   * @param intent the visit's readiness to buy; 1 is average
   */
  static Goal draw(double intent, SplittableRandom random) {
    double drawn = random.nextDouble();
    double purchase = CONVERSION * intent;
    if (drawn < purchase) {
      return PURCHASE;
    }
    if (drawn < purchase * CHECKOUT_PER_PURCHASE) {
      return CHECKOUT;
    }
    if (drawn < purchase * CART_PER_PURCHASE) {
      return CART;
    }
    return drawn < 1 - BOUNCES ? BROWSE : BOUNCE;
  }

  boolean reaches(Goal other) {
    return compareTo(other) >= 0;
  }
}
