package io.clickstreamlake.sink;

/** The reason why a file was rolled. */
enum RollReason {
  /** The roll interval ended. */
  AGE("age"),
  /** The file reached the roll size. */
  SIZE("size"),
  /** The input ended. */
  END_OF_INPUT("endOfInput"),
  /** The open files exceeded the memory budget, and this file used the most heap. */
  MEMORY("memory");

  private final String metricName;

  RollReason(String metricName) {
    this.metricName = metricName;
  }

  String metricName() {
    return metricName;
  }
}
