package io.clickstreamlake.sink.model;

/** What goes wrong with a call of the store. */
public enum Fault {
  /** The call has no effect, and the caller sees an error. */
  FAIL_BEFORE,
  /** The call has its effect, and the answer is lost: the caller sees an error. */
  FAIL_AFTER,
  /** The process ends before the call reaches the store. */
  CRASH_BEFORE,
  /** The call has its effect, and the process ends before the answer comes. */
  CRASH_AFTER,
  /**
   * Another process, which was only paused, uploads its own bytes as the last part just before its
   * successor completes an upload that it took over. On other calls, and for uploads that only ever
   * had one process, nothing happens.
   */
  ZOMBIE_PART
}
