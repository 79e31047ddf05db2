package io.clickstreamlake.batch;

/** A difference of two generations, or a number of them. A Flink POJO. */
public final class GenerationDifference {

  /** What is counted. */
  public enum Kind {
    /** Events of a day and type. */
    COUNT,
    SAME,
    CHANGED,
    ONLY_OLD,
    ONLY_NEW,
    /** A column of changed events. */
    COLUMN
  }

  public Kind kind;

  /** Day, a tab and the type; or the id of the event; or the name of the column; or empty. */
  public String name;

  /** Number of events in the former generation, or of events with this difference. */
  public long former;

  /** Number of events in the new generation. */
  public long current;

  public GenerationDifference() {}

  GenerationDifference(Kind kind, String name, long former, long current) {
    this.kind = kind;
    this.name = name;
    this.former = former;
    this.current = current;
  }
}
