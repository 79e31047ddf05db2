package io.clickstreamlake.parse.mapping;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.event.Utf8;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Reads the text of a JSON scalar as a value of one column. One class for each kind of column. */
public abstract class ValueReader {

  /** Property of a column in the contract that says that it is an identity. */
  private static final String ID = "id";

  /**
   * The value.
   *
   * @param marks takes a mark for each way in which the value differs from the text
   * @throws InvalidValueException if the text is no value of the column
   */
  public abstract Object read(String text, ParserLimits limits, QualityFlags marks)
      throws InvalidValueException;

  /**
   * The reader for a column of the contract.
   *
   * @param column its name, for marks
   * @return null if no scalar can fill such a column
   */
  static ValueReader of(String column, Schema.Field field, TimeReader times) {
    Schema type = ColumnTypes.withoutNull(field.schema());
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
        return isId(field) ? new Ids(column) : new Texts(column);
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

  /** Whether the contract says of the column that it is an identity: {@code "id": true}. */
  static boolean isId(Schema.Field column) {
    return Boolean.TRUE.equals(column.getObjectProp(ID));
  }

  /**
   * Texts, cut and marked {@code COLUMN_truncated} where they are too long: the beginning of an
   * address or title says most of it, and the event is worth keeping.
   */
  private static final class Texts extends ValueReader {
    private final boolean isType;
    private final String truncatedMark;

    Texts(String column) {
      // The type of an event is grouped by, sorted by and remembered, as ids are.
      this.isType = column.equals("event_type");
      this.truncatedMark = column + "_truncated";
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks) {
      int most = isType ? limits.maxIdLength : limits.maxTextLength;
      if (text.length() <= most) {
        return text;
      }
      marks.add(truncatedMark);
      return Utf8.cut(text, most);
    }
  }

  /**
   * Identities. One that is too long is replaced by its SHA-256 and marked {@code COLUMN_hashed}:
   * so it stays one identity, which a cut one might not, and repeats are still found.
   */
  private static final class Ids extends ValueReader {
    private final MessageDigest sha256 = sha256();
    private final String hashedMark;

    Ids(String column) {
      this.hashedMark = column + "_hashed";
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks) {
      if (text.length() <= limits.maxIdLength) {
        return text;
      }
      marks.addAndKeepText(hashedMark);
      byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
      StringBuilder hashed = new StringBuilder(JobOptions.HASHED_ID_PREFIX);
      for (byte b : hash) {
        hashed.append(Character.forDigit(b >> 4 & 0xF, 16)).append(Character.forDigit(b & 0xF, 16));
      }
      return hashed.toString();
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  private static final class Timestamps extends ValueReader {
    private final TimeReader times;

    Timestamps(TimeReader times) {
      this.times = times;
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks)
        throws InvalidValueException {
      return times.read(text);
    }
  }

  private static final class Integers extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks)
        throws InvalidValueException {
      long value = wholeNumber(text, limits);
      if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
        throw new InvalidValueException("is beyond the range of a 32-bit integer");
      }
      return (int) value;
    }
  }

  private static final class Longs extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks)
        throws InvalidValueException {
      return wholeNumber(text, limits);
    }
  }

  private static final class Doubles extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks)
        throws InvalidValueException {
      double value = number(text, limits).doubleValue();
      if (!Double.isFinite(value)) {
        throw new InvalidValueException("is beyond the range of a double");
      }
      return value;
    }
  }

  private static final class Booleans extends ValueReader {
    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks)
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
   * Exact decimals. More places than the column has are rounded half even and marked {@code
   * COLUMN_rounded}: JavaScript sends 19.990000000000002, and the event is worth keeping.
   */
  private static final class Decimals extends ValueReader {
    private final int precision;
    private final int scale;
    private final String roundedMark;

    Decimals(String column, LogicalTypes.Decimal type) {
      this.precision = type.getPrecision();
      this.scale = type.getScale();
      this.roundedMark = column + "_rounded";
    }

    @Override
    public Object read(String text, ParserLimits limits, QualityFlags marks)
        throws InvalidValueException {
      BigDecimal value = number(text, limits);
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
        marks.addAndKeepText(roundedMark);
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
      throw new InvalidValueException("is not a whole number of 64 bits");
    }
  }

  /** Whether the character may stand in a number in JSON. */
  static boolean isOfNumber(char c) {
    return c >= '0' && c <= '9' || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  }

  /** The number, if the text is 1 to 18 digits and nothing else; else less than 0. */
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
   * The number as JSON writes numbers, with blanks around it or a plus before it allowed. Java
   * reads more, such as the digits of all alphabets, and takes time that grows with the square of
   * the digits.
   */
  private static BigDecimal number(String text, ParserLimits limits) throws InvalidValueException {
    if (text.length() > limits.maxNumberLength) {
      throw new InvalidValueException(
          "is longer than parse.max-number-length " + limits.maxNumberLength);
    }
    String number = text.trim();
    for (int i = 0; i < number.length(); i++) {
      if (!isOfNumber(number.charAt(i))) {
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
