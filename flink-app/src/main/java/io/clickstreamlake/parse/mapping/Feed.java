package io.clickstreamlake.parse.mapping;

/** The connection of a path to the slot that its value fills. Compared by identity. */
public final class Feed {

  /** No feed. */
  static final Feed[] NONE = {};

  /** The slot that the value fills. */
  public final int slot;

  /** Index of the path in its column's list; the lowest one with a value is used. */
  public final int rank;

  /** The path as the mapping writes it. */
  public final String path;

  /** Whether an event can have at most one value at the path. */
  public final boolean singular;

  /** Whether a placeholder such as 0 is an id at this path. */
  public final boolean keepsPlaceholders;

  /** How the numbers at the path are written, or null for JSON's form. */
  public final NumberForm numbers;

  /** What to do with the text, or null if it is used unchanged. */
  private final ValueForm form;

  private final boolean needsChecks;

  private boolean isShared;
  private boolean isDirect;

  /** Name of the value in properties, or null if it depends on the event. */
  private String propertyName;

  /**
   * @param needsChecks whether the slot holds an id, or no column's value
   */
  Feed(int slot, int rank, PathEntry entry, boolean needsChecks) {
    this.needsChecks = needsChecks;
    this.slot = slot;
    this.rank = rank;
    this.path = entry.paths().isEmpty() ? "a constant" : entry.paths().get(0).toString();
    this.singular = entry.paths().size() == 1 && entry.paths().get(0).isSingular();
    this.keepsPlaceholders = entry.keepsPlaceholders();
    this.numbers = entry.numbers();
    this.form = entry.form();
  }

  void share() {
    isShared = true;
  }

  /** Whether a value at the path also fills another slot. */
  public boolean isShared() {
    return isShared;
  }

  void nameProperty(String name) {
    propertyName = singular ? name : null;
    isDirect = propertyName != null && form == null && numbers == null && !needsChecks;
  }

  /** Whether the first text that is not blank is the value, without any further check. */
  public boolean isDirect() {
    return isDirect;
  }

  /** Name of the value in properties, or null if it depends on the event. */
  public String propertyName() {
    return propertyName;
  }

  /** Whether the value may differ from the text. */
  public boolean hasForm() {
    return form != null;
  }

  /**
   * Returns the value of a text at the path. It is blank if the text stands for no value, and null
   * if the text does not have the piece that the mapping takes.
   */
  public String value(String text) {
    return form == null ? text : form.apply(text);
  }
}
