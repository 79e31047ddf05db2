package io.clickstreamlake.parse.mapping;

/**
 * The exception for a text that is not a value of its column's type. The message states the
 * expectation and never quotes the text, which may be personal data.
 */
public final class InvalidValueException extends Exception {

  private static final long serialVersionUID = 1L;

  InvalidValueException(String message) {
    super(message, null, false, false);
  }
}
