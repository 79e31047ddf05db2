package io.clickstreamlake.local.flink;

import io.clickstreamlake.local.LakeException;

/** The job refuses to start from its snapshot, or cannot; the message is that of the job. */
public final class SnapshotRefusedException extends LakeException {

  private static final long serialVersionUID = 1L;

  /** Why a job does not start from its snapshot. */
  public enum Reason {
    OLDER_THAN_THE_TABLES("io.clickstreamlake.sink.SnapshotRefusedException: "),
    LOST_POSITION("io.clickstreamlake.source.LostPositionException: "),
    UNREADABLE("org.apache.flink.runtime.state.BackendBuildingException: ");

    /** Found in the stack trace of the failure. */
    final String exception;

    Reason(String exception) {
      this.exception = exception;
    }
  }

  private final Reason reason;

  SnapshotRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
