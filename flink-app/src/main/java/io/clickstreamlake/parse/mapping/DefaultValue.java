package io.clickstreamlake.parse.mapping;

/**
 * The default of a column: used if none of its paths has a value, always or only if the path of
 * {@link #when} has one.
 */
public final class DefaultValue {

  /** The slot to fill. */
  public final int slot;

  public final String text;

  /** The path that must have a value, or null. */
  public final Feed when;

  DefaultValue(int slot, String text, Feed when) {
    this.slot = slot;
    this.text = text;
    this.when = when;
  }
}
