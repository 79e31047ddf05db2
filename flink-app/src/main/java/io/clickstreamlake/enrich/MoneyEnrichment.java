package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.ParsedEvent;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;

/**
 * Currency and revenue. Sums are exact: decimals, never a double. A purchase without an order total
 * gets the sum of its lines, or its own price times quantity. What was wrong with a price or
 * quantity is told of the revenue too: from an invalid one, or without all lines, none is computed
 * ({@code revenue_incomplete}), and from a rounded one it is {@code revenue_rounded}.
 */
final class MoneyEnrichment implements Enrichment {

  private static final String PURCHASE = "purchase";
  private static final String INCOMPLETE = "revenue_incomplete";

  /** ISO 4217, with codes that went out of use: old events are imported too. */
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  /** The form of a code, ISO 4217's or another: {@code BTC} is worth keeping, a sign is not. */
  private static final int CODE_LENGTH = 3;

  private static final LogicalTypes.Decimal MONEY =
      (LogicalTypes.Decimal)
          ColumnTypes.withoutNull(ClickEvent.getClassSchema().getField("revenue").schema())
              .getLogicalType();

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getCurrency() != null) {
      readCurrency(parsed);
    }
    // A total that was sent and could not be read may differ from the sum: shipping, discounts.
    if (event.getRevenue() == null
        && PURCHASE.equals(event.getEventType())
        && !parsed.isFlagged("revenue_invalid")) {
      BigDecimal revenue = sum(parsed);
      if (revenue != null && revenue.precision() > MONEY.getPrecision()) {
        parsed.flag("revenue_out_of_range");
      } else {
        event.setRevenue(revenue);
      }
    }
  }

  private static void readCurrency(ParsedEvent parsed) {
    String text = parsed.event.getCurrency();
    String code = text.trim().toUpperCase(Locale.ROOT);
    if (CURRENCIES.contains(code)) {
      parsed.event.setCurrency(code);
    } else if (isCode(code)) {
      parsed.event.setCurrency(code);
      parsed.flag("currency_unknown");
    } else {
      parsed.event.setCurrency(null);
      parsed.flag("currency_invalid");
      parsed.addProperty("currency", text);
    }
  }

  private static boolean isCode(String text) {
    return text.length() == CODE_LENGTH && text.chars().allMatch(c -> c >= 'A' && c <= 'Z');
  }

  /** The sum, or null if it cannot be told. */
  private static BigDecimal sum(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getItems() == null || event.getItems().isEmpty()) {
      return ofEvent(parsed);
    }
    if (parsed.isFlagged("items_dropped")
        || parsed.isFlagged("items_price_invalid")
        || parsed.isFlagged("items_quantity_invalid")) {
      parsed.flag(INCOMPLETE);
      return null;
    }
    BigDecimal sum = BigDecimal.ZERO.setScale(MONEY.getScale());
    for (Item item : event.getItems()) {
      if (item.getPrice() == null) {
        parsed.flag(INCOMPLETE);
        return null;
      }
      sum = sum.add(amount(item.getPrice(), item.getQuantity()));
    }
    if (parsed.isFlagged("items_price_rounded")) {
      parsed.flag("revenue_rounded");
    }
    return sum;
  }

  private static BigDecimal ofEvent(ParsedEvent parsed) {
    BigDecimal price = parsed.event.getPrice();
    if (parsed.isFlagged("items_invalid")
        || parsed.isFlagged("price_invalid")
        || price != null && parsed.isFlagged("quantity_invalid")) {
      parsed.flag(INCOMPLETE);
      return null;
    }
    if (price == null) {
      return null;
    }
    if (parsed.isFlagged("price_rounded")) {
      parsed.flag("revenue_rounded");
    }
    return amount(price, parsed.event.getQuantity());
  }

  private static BigDecimal amount(BigDecimal price, Integer quantity) {
    return price.multiply(BigDecimal.valueOf(quantity == null ? 1 : quantity));
  }
}
