package io.clickstreamlake.sink;

import java.io.IOException;

/**
 * The failure of a job that may not restore its snapshot, or may not publish, because rows would be
 * written twice. The message names the conflicting publications or objects and the ways out.
 *
 * <p>For Flink it is an ordinary failure, so the restart strategy tries again. The job recovers by
 * itself once the conflict is resolved, and never fails permanently, which would discard its
 * checkpoints.
 */
final class SnapshotRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  SnapshotRefusedException(String message) {
    super(message);
  }
}
