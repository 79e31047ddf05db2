package io.clickstreamlake.sink;

import java.io.IOException;

/**
 * The check that state belongs to this sink. The state of another sink, restored by mistake, would
 * commit files to the wrong table, or silently skip commits.
 */
final class SinkIdentity {

  private SinkIdentity() {}

  /**
   * @param what the state contains, for the message
   * @throws IOException if the identities differ
   */
  static void check(String expected, String found, String what) throws IOException {
    if (!expected.equals(found)) {
      throw new IOException(
          String.format(
              "The snapshot belongs to the sink '%s', but this is the sink '%s'; it contains %s."
                  + " Restore a snapshot of this job, or undo the renaming of the job or table.",
              found, expected, what));
    }
  }
}
