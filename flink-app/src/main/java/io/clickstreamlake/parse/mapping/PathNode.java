package io.clickstreamlake.parse.mapping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A place in an event to which paths of the mapping lead. The nodes form a tree by field name, so
 * one pass over an event finds every mapped value. Paths with a wildcard are added to the siblings
 * that they also cover when the tree is complete: {@link #join}. Not thread-safe.
 */
public final class PathNode {

  /** Steps from the root, in the form of a path: {@code $.user.id}. */
  public final String path;

  private boolean hidden;

  /** Whether the names in properties depend on the event: the path has a wildcard or an index. */
  private boolean dynamic;

  /** Name of a value at this path in properties, if no column takes it. */
  private String propertyName = "";

  private PropertyName propertyNames;

  private final ByFieldName<PathNode> children = new ByFieldName<>();

  /** The node of the fields that {@link #children} does not have, or null. */
  private PathNode anyChild;

  /** The paths into an array here, or null. */
  private ElementPaths elements;

  /** The slots that a scalar at this path fills. */
  private Feed[] feeds = Feed.NONE;

  private Feed onlyFeed;

  /** How to read an array at this path as named fields, or null. */
  private NameValueArray pairs;

  /** Paths of an order line's columns if an array at this path holds order lines, else null. */
  private PathNode item;

  PathNode(String path) {
    this.path = path;
  }

  /** Returns the node of a path below this one, and creates it if it is absent. */
  PathNode descend(JsonPath to) {
    PathNode node = this;
    for (JsonPath.Segment segment : to.segments()) {
      node = node.child(segment);
    }
    return node;
  }

  private PathNode child(JsonPath.Segment segment) {
    if (segment instanceof JsonPath.Name) {
      String name = ((JsonPath.Name) segment).name;
      return children.computeIfAbsent(name, key -> new PathNode(path + "." + key));
    }
    if (elements == null) {
      elements = new ElementPaths();
    }
    if (segment instanceof JsonPath.Index) {
      int index = ((JsonPath.Index) segment).index;
      return elements.addIndex(index, path + "[" + index + "]");
    }
    if (segment instanceof JsonPath.Filter) {
      return elements.addTest(((JsonPath.Filter) segment).test, new PathNode(path + "[?…]"));
    }
    if (anyChild == null) {
      anyChild = new PathNode(path + ".*");
      elements.setAny(anyChild);
    }
    return anyChild;
  }

  /**
   * Joins nodes into one that has the paths of all of them, and adds the paths of each wildcard to
   * its siblings.
   *
   * @param dynamic whether the nodes are below a wildcard or an array
   * @return null if there are no nodes
   */
  static PathNode join(List<PathNode> nodes, boolean dynamic) {
    if (nodes.isEmpty()) {
      return null;
    }
    PathNode joined = new PathNode(nodes.get(0).path);
    joined.dynamic = dynamic;
    Set<Feed> feeds = new LinkedHashSet<>();
    Set<String> names = new LinkedHashSet<>();
    List<PathNode> wildcards = new ArrayList<>();
    List<ElementPaths> arrays = new ArrayList<>();
    for (PathNode node : nodes) {
      feeds.addAll(Arrays.asList(node.feeds));
      node.children.forEach((name, child) -> names.add(name));
      if (node.anyChild != null && !wildcards.contains(node.anyChild)) {
        wildcards.add(node.anyChild);
      }
      if (node.elements != null && !arrays.contains(node.elements)) {
        arrays.add(node.elements);
      }
      joined.hidden |= node.hidden;
      joined.pairs = joined.pairs == null ? node.pairs : joined.pairs;
      joined.item = joined.item == null ? node.item : joined.item;
    }
    joined.feeds = feeds.toArray(Feed.NONE);
    joined.onlyFeed = feeds.size() == 1 ? joined.feeds[0] : null;
    if (feeds.size() > 1) {
      feeds.forEach(Feed::share);
    }
    for (String name : names) {
      List<PathNode> same =
          nodes.stream()
              .map(node -> node.children.get(name))
              .filter(child -> child != null)
              .collect(Collectors.toCollection(ArrayList::new));
      same.addAll(wildcards);
      joined.children.put(name, join(same, dynamic));
    }
    joined.anyChild = join(wildcards, true);
    joined.elements = arrays.isEmpty() ? null : ElementPaths.join(arrays);
    if (dynamic) {
      joined.propertyNames = PropertyName.of("");
    }
    return joined;
  }

  /**
   * Sets the names in properties of this node and all nodes below it. They depend only on the
   * fields' names and on the hidden paths, not on other entries of the mapping.
   *
   * @param name of this node in properties; empty for the root
   */
  void nameProperties(String name) {
    propertyName = name;
    String prefix = hidden || name.isEmpty() ? "" : name + ".";
    propertyNames = PropertyName.prefix(prefix);
    for (Feed feed : feeds) {
      feed.nameProperty(name);
    }
    children.forEach(
        (field, child) -> {
          if (!child.dynamic) {
            child.nameProperties(prefix + field);
          }
        });
  }

  /** The node of a field below this path, or null if the mapping has none. */
  public PathNode child(String name) {
    PathNode child = children.get(name);
    return child == null ? anyChild : child;
  }

  /** The paths into an array at this path, or null. */
  public ElementPaths elements() {
    return elements;
  }

  void feed(Feed feed) {
    feeds = Arrays.copyOf(feeds, feeds.length + 1);
    feeds[feeds.length - 1] = feed;
    onlyFeed = feeds.length == 1 ? feed : null;
  }

  /** The slots that a scalar at this path fills; not to be changed. */
  public Feed[] feeds() {
    return feeds;
  }

  /** The slot that a scalar at this path fills, or null if there is none or more than one. */
  public Feed onlyFeed() {
    return onlyFeed;
  }

  /** Whether a scalar at this path fills a slot. */
  public boolean isMapped() {
    return feeds.length > 0;
  }

  void readAsPairs(NameValueArray pairs) {
    this.pairs = pairs;
  }

  /** How to read an array as named fields, or null. */
  public NameValueArray pairs() {
    return pairs;
  }

  void readAsItems(PathNode item) {
    this.item = item;
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

  /** Whether the mapping has paths below an object here. */
  public boolean hasFields() {
    return children.size() > 0 || anyChild != null;
  }

  /** Whether the names in properties depend on the event, so that the node cannot give them. */
  public boolean isDynamic() {
    return dynamic;
  }

  /** Name of a value here in properties. */
  public String propertyName() {
    return propertyName;
  }

  /** The names of unmapped fields below this path. */
  public PropertyName propertyNames() {
    return propertyNames;
  }
}
