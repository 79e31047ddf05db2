package io.clickstreamlake.parse;

import io.clickstreamlake.event.RejectionReason;

/** A text is not what a step of the mapping decodes. The message never quotes the text. */
final class UndecodableException extends Exception {

  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;

  UndecodableException(RejectionReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  RejectionReason reason() {
    return reason;
  }
}
