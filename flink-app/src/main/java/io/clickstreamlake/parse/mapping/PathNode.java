package io.clickstreamlake.parse.mapping;

/**
 * A path of the mapping. The nodes form a tree by field name, so one pass over an event finds every
 * mapped value. Not thread-safe.
 */
public final class PathNode {

  /** The path feeds no column. */
  public static final int NONE = -1;

  /** Field names from the root, joined with dots: {@code user.id}; empty for the root. */
  public final String path;

  private boolean hidden;

  /** Name of a value at this path in properties, if no column takes it. */
  private String propertyName;

  /** Prefix of the names of unmapped fields below this path, with its dot; empty for the root. */
  private String propertyPrefix;

  private PropertyName propertyNames;

  private final ByFieldName<PathNode> children = new ByFieldName<>();

  /** Slot that a scalar at this path feeds, or {@link #NONE}. */
  private int slot = NONE;

  /** Index of this path in its column's list; the lowest one with a value is used. */
  private int rank;

  /** How to read an array at this path as named fields, or null. */
  private NameValueArray pairs;

  /** Paths of an order line's columns if an array at this path holds order lines, else null. */
  private PathNode item;

  PathNode(String path) {
    this.path = path;
    nameProperties(path);
  }

  /**
   * Sets the names in properties of this node and all nodes below it. They depend only on the
   * fields' names and on the hidden paths, not on other entries of the mapping.
   *
   * @param name of this node in properties; empty for the root
   */
  void nameProperties(String name) {
    propertyName = name;
    propertyPrefix = hidden || name.isEmpty() ? "" : name + ".";
    propertyNames = PropertyName.prefix(propertyPrefix);
    children.forEach((field, child) -> child.nameProperties(propertyPrefix + field));
  }

  /** The node of a field below this path, or null if the mapping has none. */
  public PathNode child(String name) {
    return children.get(name);
  }

  PathNode addChild(String name) {
    return children.computeIfAbsent(
        name, key -> new PathNode(path.isEmpty() ? key : path + "." + key));
  }

  void feed(int slot, int rank) {
    this.slot = slot;
    this.rank = rank;
  }

  /** Slot that this path feeds, or {@link #NONE}. */
  public int slot() {
    return slot;
  }

  /** Index of this path in its column's list; lower ones take precedence. */
  public int rank() {
    return rank;
  }

  void readAsPairs(NameValueArray pairs) {
    this.pairs = pairs;
  }

  /** How to read an array as named fields, or null. */
  public NameValueArray pairs() {
    return pairs;
  }

  void readAsItems(PathNode item, int rank) {
    this.item = item;
    this.rank = rank;
  }

  /** Paths within an order line if this path is an array of order lines, else null. */
  public PathNode item() {
    return item;
  }

  /**
   * Omits this node's path from the property names of the fields below it. Takes effect when {@link
   * #nameProperties} is called on the root.
   */
  void hideFromPropertyNames() {
    hidden = true;
  }

  /** Whether the mapping has paths below this one. */
  public boolean hasChildren() {
    return children.size() > 0;
  }

  public String propertyName() {
    return propertyName;
  }

  public String propertyPrefix() {
    return propertyPrefix;
  }

  /** The names of unmapped fields below this path. */
  public PropertyName propertyNames() {
    return propertyNames;
  }
}
