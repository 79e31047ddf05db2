package io.clickstreamlake.local.cost;

/**
 * One line of a bill.
 *
 * @param service AWS service, such as Kinesis
 * @param what the billed item
 * @param quantity in units of the price
 * @param unitPrice price per unit
 */
public record CostItem(String service, String what, double quantity, PriceList.Price unitPrice) {

  /** Cost of the line per month. */
  public double usd() {
    return quantity * unitPrice.usd();
  }
}
