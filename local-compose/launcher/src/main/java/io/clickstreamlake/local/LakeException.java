package io.clickstreamlake.local;

/**
 * A user-correctable error. The message names the cause and the way out; it is printed without a
 * stack trace.
 */
public class LakeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LakeException(String message) {
    super(message);
  }

  public LakeException(String message, Throwable cause) {
    super(message, cause);
  }
}
