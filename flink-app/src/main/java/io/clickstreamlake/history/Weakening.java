package io.clickstreamlake.history;

/** A field or kind of value that is less protected than before. */
final class Weakening {

  /** A field of privacy.fields, or an element of one of the lists of redactions. */
  final String what;

  final String before;
  final String after;

  Weakening(String what, String before, String after) {
    this.what = what;
    this.before = before;
    this.after = after;
  }

  @Override
  public String toString() {
    return what + ": " + before + " before, now " + after;
  }
}
