package io.clickstreamlake.local.cost;

/**
 * A line of a bill.
 *
 * @param service such as Kinesis
 * @param what is paid for
 * @param quantity in units of the price
 * @param unitPrice of one unit
 */
public record CostItem(String service, String what, double quantity, PriceList.Price unitPrice) {

  /** What the line costs a month. */
  public double usd() {
    return quantity * unitPrice.usd();
  }
}
