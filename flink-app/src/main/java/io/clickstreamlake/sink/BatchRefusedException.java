package io.clickstreamlake.sink;

import java.io.IOException;

/** A batch may not publish its files; the message says why, and what to do. */
public final class BatchRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  public BatchRefusedException(String message) {
    super(message);
  }
}
