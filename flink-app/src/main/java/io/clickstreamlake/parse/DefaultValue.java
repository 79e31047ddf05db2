package io.clickstreamlake.parse;

/** What a column is if no path has a value for it, but the path {@link #when} has one. */
final class DefaultValue {

  final int slot;
  final String text;
  final PathNode when;

  DefaultValue(int slot, String text, PathNode when) {
    this.slot = slot;
    this.text = text;
    this.when = when;
  }
}
