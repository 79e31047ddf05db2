package io.clickstreamlake.local.stack;

import java.time.Duration;

/** Receives the progress of a start or a stop; called by several threads. */
public interface StackProgress {

  /** Prints nothing. */
  StackProgress SILENT =
      new StackProgress() {
        @Override
        public void ready(String what, String where, Duration took) {}

        @Override
        public void note(String text) {}
      };

  /** A part of the stack is ready. */
  void ready(String what, String where, Duration took);

  /** A message for the user who waits. */
  void note(String text);
}
