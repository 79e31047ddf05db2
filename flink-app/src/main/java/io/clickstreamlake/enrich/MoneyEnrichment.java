package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Currency and revenue. Sums are exact: decimals, never a double. A purchase without an order total
 * gets the sum of its lines, or its own price times quantity.
 */
final class MoneyEnrichment implements Enrichment {

  private static final String PURCHASE = "purchase";

  /** ISO 4217, with codes that went out of use: old events are imported too. */
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  /** Greatest value of decimal(12,2). */
  private static final BigDecimal MOST = new BigDecimal("9999999999.99");

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getCurrency() != null) {
      event.setCurrency(event.getCurrency().trim().toUpperCase(Locale.ROOT));
      if (!CURRENCIES.contains(event.getCurrency())) {
        parsed.flag("currency_unknown");
      }
    }
    if (event.getRevenue() == null && PURCHASE.equals(event.getEventType())) {
      BigDecimal revenue = sum(parsed);
      if (revenue != null && revenue.abs().compareTo(MOST) > 0) {
        parsed.flag("revenue_out_of_range");
      } else {
        event.setRevenue(revenue);
      }
    }
  }

  /** The sum, or null if it cannot be told. */
  private static BigDecimal sum(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getItems() == null || event.getItems().isEmpty()) {
      return event.getPrice() == null ? null : amount(event.getPrice(), event.getQuantity());
    }
    BigDecimal sum = BigDecimal.ZERO.setScale(2);
    for (Item item : event.getItems()) {
      if (item.getPrice() == null) {
        parsed.flag("revenue_incomplete");
        return null;
      }
      sum = sum.add(amount(item.getPrice(), item.getQuantity()));
    }
    return sum;
  }

  private static BigDecimal amount(BigDecimal price, Integer quantity) {
    return price.multiply(BigDecimal.valueOf(quantity == null ? 1 : quantity));
  }
}
