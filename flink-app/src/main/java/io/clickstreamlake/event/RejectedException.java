package io.clickstreamlake.event;

/**
 * An event cannot become a row. Thrown and caught within one operator for each bad event, so it has
 * no stack trace. The message never holds a value of the event: rejected rows are read by people
 * who may not see personal data.
 */
public final class RejectedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;
  private final String column;

  private RejectedException(RejectionReason reason, String column, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.column = column;
  }

  public static RejectedException of(RejectionReason reason, String message) {
    return new RejectedException(reason, null, message);
  }

  public static RejectedException of(RejectionReason reason, String column, String message) {
    return new RejectedException(reason, column, message);
  }

  /**
   * A step failed at the event, and one event must not stop the job.
   *
   * @param e whose own message may hold a value, so only its kind is told
   */
  public static RejectedException unreadable(String step, RuntimeException e) {
    return of(RejectionReason.UNREADABLE, step + " failed with " + e.getClass().getSimpleName());
  }

  public RejectionReason reason() {
    return reason;
  }

  /** The column that the reason is about, or null. */
  public String column() {
    return column;
  }
}
