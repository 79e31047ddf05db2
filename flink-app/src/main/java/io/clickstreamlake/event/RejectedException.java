package io.clickstreamlake.event;

/**
 * The exception for an event that cannot become a row. It is thrown and caught within one operator
 * for each bad event, so it has no stack trace. The message never contains a value of the event,
 * because people without access to personal data may read rejected rows.
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
   * Returns the rejection of an event for which a step failed: one event must not stop the job.
   *
   * @param e the failure; only its class is reported, because its message may contain a value
   */
  public static RejectedException unreadable(String step, RuntimeException e) {
    return of(RejectionReason.UNREADABLE, step + " failed with " + e.getClass().getSimpleName());
  }

  /** The reason, as in the column reason of rejected_events. */
  public RejectionReason reason() {
    return reason;
  }

  /** The column that the reason is about, or null. */
  public String column() {
    return column;
  }
}
