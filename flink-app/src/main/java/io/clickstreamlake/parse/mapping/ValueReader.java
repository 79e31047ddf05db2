package io.clickstreamlake.parse.mapping;

import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.LongId;
import io.clickstreamlake.event.Utf8;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.security.MessageDigest;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The reader of one column: converts the text of a JSON scalar to a value; one subclass per type of
 * column. Not thread-safe: some readers reuse a digest.
 */
public abstract class ValueReader {

  /** Attribute of a column in the contract that declares it an id. */
  private static final String ID = "id";

  /**
   * Reads the value.
   *
   * @param flags receives a flag for each way in which the value differs from the text
   * @throws InvalidValueException if the text is not a value of the column's type
   */
  public abstract Object read(String text, ParserLimits limits, QualityFlags flags)
      throws InvalidValueException;

  /**
   * Returns the reader for a column of the contract.
   *
   * @param column its name, for flags
   * @return null if a scalar cannot fill such a column
   */
  static ValueReader of(String column, Schema.Field field, TimeReader timeReader) {
    Schema type = ColumnTypes.withoutNull(field.schema());
    if (type.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
      return new TimestampReader(timeReader);
    }
    if (type.getLogicalType() instanceof LogicalTypes.Decimal) {
      return new DecimalReader(column, (LogicalTypes.Decimal) type.getLogicalType());
    }
    if (type.getLogicalType() != null) {
      return null;
    }
    switch (type.getType()) {
      case STRING:
        return isId(field) ? new IdReader(column) : new StringReader(column);
      case INT:
        return new IntegerReader();
      case LONG:
        return new LongReader();
      case DOUBLE:
        return new DoubleReader();
      case BOOLEAN:
        return new BooleanReader();
      default:
        return null;
    }
  }

  /** Whether the contract declares the column an id: {@code "id": true}. */
  static boolean isId(Schema.Field column) {
    return Boolean.TRUE.equals(column.getObjectProp(ID));
  }

  /**
   * Reads strings. One that is too long is truncated and flagged {@code COLUMN_truncated}: the
   * start of a URL or title carries most of its information, and the event is worth keeping.
   */
  private static final class StringReader extends ValueReader {
    private final boolean isEventType;
    private final String truncatedFlag;

    StringReader(String column) {
      // The event type is grouped by, sorted by and kept in state, like an id.
      this.isEventType = column.equals("event_type");
      this.truncatedFlag = column + "_truncated";
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags) {
      int maxLength = isEventType ? limits.maxIdLength : limits.maxTextLength;
      if (text.length() <= maxLength) {
        return text;
      }
      flags.add(truncatedFlag);
      return Utf8.cut(text, maxLength);
    }
  }

  /**
   * Reads ids. One that is too long is replaced by its SHA-256 and flagged {@code COLUMN_hashed}:
   * unlike truncation, this keeps distinct ids distinct, and repeats are still found.
   */
  private static final class IdReader extends ValueReader {
    private final MessageDigest sha256 = LongId.sha256();
    private final String hashedFlag;

    IdReader(String column) {
      this.hashedFlag = column + "_hashed";
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags) {
      if (text.length() <= limits.maxIdLength) {
        return text;
      }
      flags.addAndKeepText(hashedFlag);
      return LongId.hash(text, sha256);
    }
  }

  private static final class TimestampReader extends ValueReader {
    private final TimeReader timeReader;

    TimestampReader(TimeReader timeReader) {
      this.timeReader = timeReader;
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags)
        throws InvalidValueException {
      return timeReader.read(text);
    }
  }

  private static final class IntegerReader extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags)
        throws InvalidValueException {
      long value = wholeNumber(text, limits);
      if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
        throw new InvalidValueException("is beyond the range of a 32-bit integer");
      }
      return (int) value;
    }
  }

  private static final class LongReader extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags)
        throws InvalidValueException {
      return wholeNumber(text, limits);
    }
  }

  private static final class DoubleReader extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags)
        throws InvalidValueException {
      double value = number(text, limits).doubleValue();
      if (!Double.isFinite(value)) {
        throw new InvalidValueException("is beyond the range of a double");
      }
      return value;
    }
  }

  private static final class BooleanReader extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags)
        throws InvalidValueException {
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
   * Reads exact decimals. Excess decimal places are rounded half even and flagged {@code
   * COLUMN_rounded}: JavaScript sends 19.990000000000002, and the event is worth keeping.
   */
  private static final class DecimalReader extends ValueReader {
    private final int precision;
    private final int scale;
    private final String roundedFlag;

    DecimalReader(String column, LogicalTypes.Decimal type) {
      this.precision = type.getPrecision();
      this.scale = type.getScale();
      this.roundedFlag = column + "_rounded";
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags flags)
        throws InvalidValueException {
      BigDecimal value = number(text, limits);
      // Checked before setScale, which would expand all zeros of 1e999999999.
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
        flags.addAndKeepText(roundedFlag);
      }
      return scaled;
    }

    private InvalidValueException tooLarge() {
      return new InvalidValueException(
          "is beyond the range of decimal(" + precision + "," + scale + ")");
    }
  }

  private static long wholeNumber(String text, ParserLimits limits) throws InvalidValueException {
    long plain = plainNumber(text);
    if (plain >= 0) {
      return plain;
    }
    // 2.0 and 1e3 are whole numbers too; an exponent beyond a long's digits is out of range.
    BigDecimal value = number(text, limits);
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
      throw new InvalidValueException("is not a 64-bit whole number");
    }
  }

  /** Whether the character may occur in a JSON number. */
  static boolean isNumberChar(char c) {
    return c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  }

  /** The number if the text consists of 1 to 18 digits; else a negative number. */
  private static long plainNumber(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /**
   * Reads a number in JSON syntax, also with surrounding blanks or a leading plus. BigDecimal alone
   * would accept more, such as the digits of all alphabets, and its run time grows with the square
   * of the number of digits.
   */
  private static BigDecimal number(String text, ParserLimits limits) throws InvalidValueException {
    if (text.length() > limits.maxNumberLength) {
      throw new InvalidValueException(
          "is longer than parse.max-number-length " + limits.maxNumberLength);
    }
    String number = text.trim();
    for (int i = 0; i < number.length(); i++) {
      if (!isNumberChar(number.charAt(i))) {
        throw new InvalidValueException("is not a number");
      }
    }
    try {
      return new BigDecimal(number);
    } catch (NumberFormatException e) {
      throw new InvalidValueException("is not a number");
    }
  }
}
