package io.clickstreamlake.parse.mapping;

/** A text is not a value of its column's type. The message says what was expected, not the text. */
public final class InvalidValueException extends Exception {

  private static final long serialVersionUID = 1L;

  InvalidValueException(String message) {
    super(message, null, false, false);
  }
}
