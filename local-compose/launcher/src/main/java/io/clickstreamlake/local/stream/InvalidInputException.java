package io.clickstreamlake.local.stream;

/** A text of events is not what its format says; the message has the place and the way out. */
final class InvalidInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidInputException(String message) {
    super(message);
  }
}
