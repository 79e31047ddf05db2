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
 * The enrichment that normalizes the currency and computes the revenue. Sums are exact: decimals,
 * never doubles. A purchase without an order total gets the sum of its lines, or its own price
 * times quantity. Errors in a price or quantity carry over to the revenue: if one is invalid, or
 * lines are missing, no revenue is computed ({@code revenue_incomplete}); if one is rounded, the
 * revenue is flagged {@code revenue_rounded}.
 */
final class MoneyEnrichment implements Enrichment {

  private static final String PURCHASE = "purchase";
  private static final String INCOMPLETE = "revenue_incomplete";

  /** ISO 4217, including withdrawn codes: old events may be imported. */
  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * Length of a code, in ISO 4217 or not: {@code BTC} is kept as a currency, a symbol such as $ is
   * not.
   */
  private static final int CODE_LENGTH = 3;

  private static final LogicalTypes.Decimal MONEY =
      (LogicalTypes.Decimal)
          ColumnTypes.withoutNull(ClickEvent.getClassSchema().getField("revenue").schema())
              .getLogicalType();

  @Override
  public void enrich(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getCurrency() != null) {
      normalizeCurrency(parsed);
    }
    // An unreadable order total may differ from the sum, by shipping or discounts.
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

  private static void normalizeCurrency(ParsedEvent parsed) {
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

  /** The sum, or null if it cannot be computed. */
  private static BigDecimal sum(ParsedEvent parsed) {
    ClickEvent event = parsed.event;
    if (event.getItems() == null || event.getItems().isEmpty()) {
      return priceTimesQuantity(parsed);
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

  private static BigDecimal priceTimesQuantity(ParsedEvent parsed) {
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
