package io.clickstreamlake.parquet;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.avro.LogicalTypes;

/**
 * Converts decimals to the unscaled integers that a decimal column stores: 12.34 becomes 1234 if
 * the column has scale 2.
 */
final class DecimalUnscaler {

  private final int scale;
  private final int precision;
  private final String path;

  DecimalUnscaler(LogicalTypes.Decimal type, String path) {
    this.scale = type.getScale();
    this.precision = type.getPrecision();
    this.path = path;
  }

  /**
   * @throws IllegalArgumentException if the value has more digits than the column, before or after
   *     the decimal point
   */
  long unscaled(BigDecimal value) {
    BigDecimal decimal = value;
    if (decimal.scale() != scale) {
      try {
        decimal = decimal.setScale(scale, RoundingMode.UNNECESSARY);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(doesNotFit(value), e);
      }
    }
    if (decimal.precision() > precision) {
      throw new IllegalArgumentException(doesNotFit(value));
    }
    return decimal.unscaledValue().longValue();
  }

  private String doesNotFit(BigDecimal value) {
    return String.format(
        "A value of %s has %d digits, %d of them after the decimal point, and does not fit into"
            + " decimal(%d, %d): round or reject it before the sink.",
        path, value.precision(), value.scale(), precision, scale);
  }
}
