package io.clickstreamlake.local.stack;

import java.time.Duration;

/** Hears what happens while a stack starts; called by several threads. */
public interface StackProgress {

  /** Says nothing. */
  StackProgress SILENT =
      new StackProgress() {
        @Override
        public void ready(String what, String where, Duration took) {}

        @Override
        public void note(String text) {}
      };

  /** Something answers now. */
  void ready(String what, String where, Duration took);

  /** Something that a person should know while waiting. */
  void note(String text);
}
