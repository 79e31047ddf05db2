package io.clickstreamlake.parse.mapping;

/** A value that is joined from several paths: date and time in two fields. Immutable. */
public final class JoinedValue {

  /** The column that it fills. */
  public final Feed feed;

  /** The slots of the parts, in their order. */
  public final int[] parts;

  /** The text between the parts. */
  public final String with;

  JoinedValue(Feed feed, int[] parts, String with) {
    this.feed = feed;
    this.parts = parts;
    this.with = with;
  }
}
