package io.clickstreamlake.sink;

import java.io.IOException;

/**
 * The check that state belongs to this sink. State of another sink, taken by mistake, would pass
 * for ours and commit files into the wrong table, or skip commits in silence.
 */
final class SinkIdentity {

  private SinkIdentity() {}

  static void check(String expected, String found, String what) throws IOException {
    if (!expected.equals(found)) {
      throw new IOException(
          String.format(
              "The snapshot belongs to the sink '%s' and this is the sink '%s'; it holds %s. Restore"
                  + " a snapshot of this job, or set the identity back if it was renamed.",
              found, expected, what));
    }
  }
}
