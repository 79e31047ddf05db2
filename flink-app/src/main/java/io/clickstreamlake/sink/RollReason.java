package io.clickstreamlake.sink;

/** Why a file was closed. */
enum RollReason {
  /** The roll interval ended. */
  AGE("age"),
  /** The file reached the roll size. */
  SIZE("size"),
  /** There is no more input. */
  END_OF_INPUT("endOfInput"),
  /** All open files together reached the memory budget, and this was the oldest. */
  MEMORY("memory"),
  /** As many files were open as may be, another bucket came, and this was the oldest. */
  OPEN_FILES("openFiles");

  private final String metricName;

  RollReason(String metricName) {
    this.metricName = metricName;
  }

  String metricName() {
    return metricName;
  }
}
