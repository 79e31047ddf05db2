package io.clickstreamlake.parse.mapping;

/**
 * A place in the JSON of an event, as the mapping knows it. The nodes form a tree by field name, so
 * that one walk over the event finds every mapped value.
 */
public final class PathNode {

  /** No column is fed from here. */
  public static final int NONE = -1;

  /** From the root, with dots: {@code user.id}; empty for the root. */
  public final String path;

  private boolean hidden;

  /** What a value here is called in properties, if no column takes it. */
  private String propertyName;

  /** Prefix of the names of unmapped fields below here, with its dot; empty for the root. */
  private String propertyPrefix;

  private PropertyName propertyNames;

  private final ByFieldName<PathNode> children = new ByFieldName<>();

  /** Slot that a scalar here feeds, or {@link #NONE}. */
  private int slot = NONE;

  /** Place of this path in its column's list; the lowest one present wins. */
  private int rank;

  /** How to read an array here as fields by name, or null. */
  private NameValueArray pairs;

  /** Paths of an order line's columns, if an array here holds order lines, or null. */
  private PathNode item;

  PathNode(String path) {
    this.path = path;
    nameProperties(path);
  }

  /**
   * Gives this node and all below it the names that they have in properties. They depend on the
   * fields' own names and on which paths are hidden, not on what else the mapping names.
   *
   * @param name of this node in properties; empty for the root
   */
  void nameProperties(String name) {
    propertyName = name;
    propertyPrefix = hidden || name.isEmpty() ? "" : name + ".";
    propertyNames = PropertyName.prefix(propertyPrefix);
    children.forEach((field, child) -> child.nameProperties(propertyPrefix + field));
  }

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

  public int slot() {
    return slot;
  }

  public int rank() {
    return rank;
  }

  void readAsPairs(NameValueArray pairs) {
    this.pairs = pairs;
  }

  public NameValueArray pairs() {
    return pairs;
  }

  void readAsItems(PathNode item, int rank) {
    this.item = item;
    this.rank = rank;
  }

  public PathNode item() {
    return item;
  }

  /**
   * Lets fields below here go into properties without this node's path, once {@link
   * #nameProperties} was called on the root.
   */
  void hideFromPropertyNames() {
    hidden = true;
  }

  /** Whether the mapping names anything below here. */
  public boolean hasChildren() {
    return children.size() > 0;
  }

  public String propertyName() {
    return propertyName;
  }

  public String propertyPrefix() {
    return propertyPrefix;
  }

  /** The names of unmapped fields below here. */
  public PropertyName propertyNames() {
    return propertyNames;
  }
}
