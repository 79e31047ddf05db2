package io.clickstreamlake.parse;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Reads the text of a JSON scalar as a value of one column. One class for each kind of column. */
abstract class ValueReader {

  /**
   * The value.
   *
   * @param flags takes a mark for each way in which the value differs from the text
   * @throws InvalidValueException if the text is no value of the column
   */
  abstract Object read(String text, List<String> flags) throws InvalidValueException;

  /**
   * The reader for a column of the contract.
   *
   * @param column its name, for marks
   * @param type its Avro type, without null
   * @return null if no scalar can fill such a column
   */
  static ValueReader of(String column, Schema type, TimeReader times) {
    if (type.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
      return new Timestamps(times);
    }
    if (type.getLogicalType() instanceof LogicalTypes.Decimal) {
      return new Decimals(column, (LogicalTypes.Decimal) type.getLogicalType());
    }
    if (type.getLogicalType() != null) {
      return null;
    }
    switch (type.getType()) {
      case STRING:
        return new Texts();
      case INT:
        return new Integers();
      case LONG:
        return new Longs();
      case DOUBLE:
        return new Doubles();
      case BOOLEAN:
        return new Booleans();
      default:
        return null;
    }
  }

  private static final class Texts extends ValueReader {
    @Override
    Object read(String text, List<String> flags) {
      return text;
    }
  }

  private static final class Timestamps extends ValueReader {
    private final TimeReader times;

    Timestamps(TimeReader times) {
      this.times = times;
    }

    @Override
    Object read(String text, List<String> flags) throws InvalidValueException {
      return times.read(text);
    }
  }

  private static final class Integers extends ValueReader {
    @Override
    Object read(String text, List<String> flags) throws InvalidValueException {
      long value = wholeNumber(text);
      if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
        throw new InvalidValueException("is beyond the range of a 32-bit integer");
      }
      return (int) value;
    }
  }

  private static final class Longs extends ValueReader {
    @Override
    Object read(String text, List<String> flags) throws InvalidValueException {
      return wholeNumber(text);
    }
  }

  private static final class Doubles extends ValueReader {
    @Override
    Object read(String text, List<String> flags) throws InvalidValueException {
      double value;
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new InvalidValueException("is not a number");
      }
      if (!Double.isFinite(value)) {
        throw new InvalidValueException("is beyond the range of a double");
      }
      return value;
    }
  }

  private static final class Booleans extends ValueReader {
    @Override
    Object read(String text, List<String> flags) throws InvalidValueException {
      switch (text) {
        case "true":
          return true;
        case "false":
          return false;
        default:
          throw new InvalidValueException("is neither true nor false");
      }
    }
  }

  /**
   * Exact decimals. More places than the column has are rounded half even and marked {@code
   * COLUMN_rounded}: JavaScript sends 19.990000000000002, and the event is worth keeping.
   */
  private static final class Decimals extends ValueReader {
    private final int precision;
    private final int scale;
    private final String roundedFlag;

    Decimals(String column, LogicalTypes.Decimal type) {
      this.precision = type.getPrecision();
      this.scale = type.getScale();
      this.roundedFlag = column + "_rounded";
    }

    @Override
    Object read(String text, List<String> flags) throws InvalidValueException {
      BigDecimal value = number(text);
      // Before setScale, which would write out all the zeros of 1e999999999.
      if (value.signum() != 0 && (long) value.precision() - value.scale() > precision - scale) {
        throw tooLarge();
      }
      // The same for 1e-999999999.
      BigDecimal scaled =
          value.signum() == 0 || (long) value.scale() - value.precision() > scale
              ? BigDecimal.ZERO.setScale(scale)
              : value.setScale(scale, RoundingMode.HALF_EVEN);
      if (scaled.precision() > precision) {
        throw tooLarge();
      }
      if (scaled.compareTo(value) != 0) {
        flags.add(roundedFlag);
      }
      return scaled;
    }

    private InvalidValueException tooLarge() {
      return new InvalidValueException(
          "is beyond the range of decimal(" + precision + "," + scale + ")");
    }
  }

  private static long wholeNumber(String text) throws InvalidValueException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      // 2.0 and 1e3 are whole numbers too; an exponent beyond a long's digits is out of range.
      BigDecimal value = number(text);
      if (value.signum() == 0) {
        return 0;
      }
      if ((long) value.precision() - value.scale() > 19) {
        throw new InvalidValueException("is beyond the range of a 64-bit integer");
      }
      if ((long) value.scale() - value.precision() > 0) {
        throw new InvalidValueException("is not a whole number");
      }
      try {
        return value.longValueExact();
      } catch (ArithmeticException notWhole) {
        throw new InvalidValueException("is not a whole number of 64 bits");
      }
    }
  }

  private static BigDecimal number(String text) throws InvalidValueException {
    try {
      return new BigDecimal(text.trim());
    } catch (NumberFormatException e) {
      throw new InvalidValueException("is not a number");
    }
  }
}
