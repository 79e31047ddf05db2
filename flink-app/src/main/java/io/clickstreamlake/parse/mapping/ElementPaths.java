package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The paths below an array: elements by index, by the value of a field, or any element. Not
 * thread-safe.
 */
public final class ElementPaths {

  /** Combinations of filters that are kept; the others are built for each element. */
  private static final int MAX_COMBINATIONS = 64;

  private final Map<Integer, PathNode> byIndex = new HashMap<>();
  private final List<ElementTest> tests = new ArrayList<>();
  private final List<PathNode> byTest = new ArrayList<>();
  private final TestNode testRoot = new TestNode();
  private final Map<List<PathNode>, PathNode> combinations = new HashMap<>();
  private PathNode any;
  private boolean countsFromEnd;

  ElementPaths() {}

  /** Joins the paths of several arrays into one. */
  static ElementPaths join(List<ElementPaths> sources) {
    ElementPaths joined = new ElementPaths();
    List<PathNode> wildcards = new ArrayList<>();
    TreeSet<Integer> indices = new TreeSet<>();
    for (ElementPaths source : sources) {
      if (source.any != null) {
        wildcards.add(source.any);
      }
      indices.addAll(source.byIndex.keySet());
    }
    joined.any = PathNode.join(wildcards, true);
    for (int index : indices) {
      List<PathNode> nodes = new ArrayList<>();
      sources.forEach(source -> addIfPresent(nodes, source.byIndex.get(index)));
      nodes.addAll(wildcards);
      joined.byIndex.put(index, PathNode.join(nodes, true));
      joined.countsFromEnd |= index < 0;
    }
    for (ElementPaths source : sources) {
      for (int i = 0; i < source.tests.size(); i++) {
        joined.addTest(source.tests.get(i), PathNode.join(List.of(source.byTest.get(i)), true));
      }
    }
    return joined;
  }

  private static void addIfPresent(List<PathNode> nodes, PathNode node) {
    if (node != null) {
      nodes.add(node);
    }
  }

  PathNode addIndex(int index, String path) {
    return byIndex.computeIfAbsent(index, key -> new PathNode(path));
  }

  void setAny(PathNode node) {
    any = node;
  }

  PathNode any() {
    return any;
  }

  PathNode addTest(ElementTest test, PathNode node) {
    TestNode at = testRoot;
    for (String name : test.names()) {
      at = at.children.computeIfAbsent(name, key -> new TestNode());
    }
    at.tests.add(tests.size());
    tests.add(test);
    byTest.add(node);
    return node;
  }

  /**
   * Whether an element's paths depend on what follows its start: on its fields, or on the number of
   * elements.
   */
  public boolean needLookAhead() {
    return countsFromEnd || !tests.isEmpty();
  }

  /** Paths of the element at this index, or null; only if no look-ahead is needed. */
  public PathNode at(int index) {
    PathNode node = byIndex.get(index);
    return node == null ? any : node;
  }

  /**
   * Reads the element whose first token was just read to its end.
   *
   * @return the numbers of the tests that it passes
   */
  public BitSet test(JsonParser json, JsonToken token) throws IOException {
    BitSet passed = new BitSet(tests.size());
    if (token == JsonToken.START_OBJECT && !tests.isEmpty()) {
      testObject(json, testRoot, passed);
    } else {
      json.skipChildren();
    }
    return passed;
  }

  private void testObject(JsonParser json, TestNode node, BitSet passed) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      TestNode child = node.children.get(name);
      if (child == null) {
        json.skipChildren();
        continue;
      }
      for (int number : child.tests) {
        ElementTest test = tests.get(number);
        if (test.isExistence() || token.isScalarValue() && test.passes(json, token)) {
          passed.set(number);
        }
      }
      if (token == JsonToken.START_OBJECT) {
        testObject(json, child, passed);
      } else {
        json.skipChildren();
      }
    }
  }

  /**
   * Paths of an element, or null if there are none.
   *
   * @param count number of elements of the array
   * @param passed the tests that the element passes
   */
  public PathNode at(int index, int count, BitSet passed) {
    PathNode fromStart = at(index);
    PathNode fromEnd = byIndex.get(index - count);
    if (fromEnd == null && passed.isEmpty()) {
      return fromStart;
    }
    List<PathNode> nodes = new ArrayList<>();
    addIfPresent(nodes, fromStart);
    addIfPresent(nodes, fromEnd);
    passed.stream().forEach(number -> nodes.add(byTest.get(number)));
    if (nodes.size() == 1) {
      return nodes.get(0);
    }
    PathNode known = combinations.get(nodes);
    if (known == null) {
      known = PathNode.join(nodes, true);
      if (combinations.size() < MAX_COMBINATIONS) {
        combinations.put(nodes, known);
      }
    }
    return known;
  }

  /** The tests of the values at one path within an element. */
  private static final class TestNode {
    final Map<String, TestNode> children = new HashMap<>();
    final List<Integer> tests = new ArrayList<>();
  }
}
