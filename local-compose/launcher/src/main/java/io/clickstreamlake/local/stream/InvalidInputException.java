package io.clickstreamlake.local.stream;

import io.clickstreamlake.local.LakeException;

/** A text of events is not what its format says; the message has the place and the way out. */
final class InvalidInputException extends LakeException {

  private static final long serialVersionUID = 1L;

  InvalidInputException(String message) {
    super(message);
  }
}
