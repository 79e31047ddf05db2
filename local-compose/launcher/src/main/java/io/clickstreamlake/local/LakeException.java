package io.clickstreamlake.local;

/**
 * Something that the person at the terminal can mend. The message is a sentence that says what was
 * wrong and what to do; it is shown as it is, without a stack trace.
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
