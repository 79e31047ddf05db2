package io.clickstreamlake.local.flink;

import io.clickstreamlake.local.LakeException;

/** The job will not start from the snapshot that it was given; the message is the job's own. */
public final class SnapshotRefusedException extends LakeException {

  private static final long serialVersionUID = 1L;

  SnapshotRefusedException(String message) {
    super(message);
  }
}
