package io.clickstreamlake.sink;

/** Why a file was closed. */
enum RollReason {
  /** The roll interval ended. */
  AGE("age"),
  /** The file reached the roll size. */
  SIZE("size"),
  /** There is no more input. */
  END_OF_INPUT("endOfInput"),
  /** All open files together reached the memory budget, and this held the most of it. */
  MEMORY("memory");

  private final String metricName;

  RollReason(String metricName) {
    this.metricName = metricName;
  }

  String metricName() {
    return metricName;
  }
}
