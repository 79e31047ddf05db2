package io.clickstreamlake.source;

/** A snapshot has positions that the stream no longer has. The message lists the ways out. */
public final class LostPositionException extends Exception {

  private static final long serialVersionUID = 1L;

  LostPositionException(String message) {
    super(message);
  }
}
