package io.clickstreamlake.sink;

import java.io.IOException;

/**
 * A snapshot is older than the last commit: restored, its rows would come twice. It says which
 * objects are in the way and what can be done.
 *
 * <p>It is an ordinary failure to Flink, so the restart strategy tries again: that ends the refusal
 * by itself once the objects were dealt with, and the job is never failed for good, which would
 * discard its checkpoints.
 */
final class SnapshotRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  SnapshotRefusedException(String message) {
    super(message);
  }
}
