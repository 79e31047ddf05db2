package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.nio.file.Path;

/** No stack is running on a state folder, or in containers. */
public final class NotRunningException extends LakeException {

  private static final long serialVersionUID = 1L;

  public NotRunningException(Path state) {
    super(
        "No stack is running on "
            + state
            + ". Start one with ./lake start, or in containers with ./lake up.");
  }

  private NotRunningException(String message) {
    super(message);
  }

  static NotRunningException inContainers() {
    return new NotRunningException("No stack is running. Start one with ./lake up --build.");
  }
}
