package io.clickstreamlake.local.flink;

import io.clickstreamlake.local.LakeException;

/** The job refuses to start from its snapshot; the message is that of the job. */
public final class SnapshotRefusedException extends LakeException {

  private static final long serialVersionUID = 1L;

  SnapshotRefusedException(String message) {
    super(message);
  }
}
