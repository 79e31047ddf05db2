package io.clickstreamlake.local.cli;

import java.io.IOException;

/** The program that reads the output of this one has ended, as {@code head} does. */
final class ReaderGoneException extends IOException {

  private static final long serialVersionUID = 1L;

  ReaderGoneException(IOException cause) {
    super(cause);
  }
}
