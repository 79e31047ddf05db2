package io.clickstreamlake.parse.mapping;

/**
 * The default of a column: used if none of its paths has a value but the path {@link #when} has
 * one.
 */
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
