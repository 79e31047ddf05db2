package io.clickstreamlake.parse.mapping;

/** What a column is if no path has a value for it, but the path {@link #when} has one. */
public final class DefaultValue {

  public final int slot;
  public final String text;
  public final PathNode when;

  DefaultValue(int slot, String text, PathNode when) {
    this.slot = slot;
    this.text = text;
    this.when = when;
  }
}
