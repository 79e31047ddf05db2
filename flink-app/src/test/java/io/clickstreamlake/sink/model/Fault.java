package io.clickstreamlake.sink.model;

/** A fault in a call of the store. */
public enum Fault {
  /** The call has no effect, and the caller sees an error. */
  FAIL_BEFORE,
  /** The call has its effect, but the response is lost: the caller sees an error. */
  FAIL_AFTER,
  /** The process crashes before the call reaches the store. */
  CRASH_BEFORE,
  /** The call has its effect, but the process crashes before the response arrives. */
  CRASH_AFTER,
  /**
   * Another process, which was only paused, uploads its own bytes as the last part just before its
   * successor completes an upload that it took over. There is no fault in other calls, and for
   * uploads that were never taken over.
   */
  ZOMBIE_PART
}
