package io.clickstreamlake.parse.mapping;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A path of a mapping, in a subset of RFC 9535 (JSONPath). Immutable.
 *
 * <pre>
 *   $.user.id  $['user']["id"]      fields; a name that is not a word is written in brackets
 *   $.tags[0]  $.tags[-1]           an element of an array, from its start or its end
 *   $.value.*  $.tags[*]            any field or element
 *   $.params[?@.key=='sku'].value   the elements whose field has this value
 *   $.params[?@.value]              the elements that have this field
 *   $.ctx[?match(@.schema,'…')]     the elements whose field matches as a whole; search: in part
 * </pre>
 *
 * If a path selects several values, the first one in the event is used. A name outside of brackets
 * may contain hyphens, which RFC 9535 does not allow. {@link JsonPathParser} reads the text.
 */
final class JsonPath {

  private final String text;
  private final List<Segment> segments;

  JsonPath(String text, List<Segment> segments) {
    this.text = text;
    this.segments = List.copyOf(segments);
  }

  /** The segments from the root to the value. */
  List<Segment> segments() {
    return segments;
  }

  /** Whether the path selects at most one value of an event. */
  boolean isSingular() {
    return segments.stream()
        .allMatch(segment -> segment instanceof Name || segment instanceof Index);
  }

  /** Whether the path consists of names only. */
  boolean isPlain() {
    return segments.stream().allMatch(segment -> segment instanceof Name);
  }

  /** The names of the path joined with dots: {@code user.id}. */
  String names() {
    return segments.stream()
        .filter(segment -> segment instanceof Name)
        .map(segment -> ((Name) segment).name)
        .collect(Collectors.joining("."));
  }

  /** The field of an envelope that the path starts at; empty if it starts at the event. */
  Optional<String> keptName() {
    boolean isKept =
        segments.size() > 1
            && segments.get(0) instanceof Name
            && ((Name) segments.get(0)).name.equals(JsonPathParser.ENVELOPE)
            && segments.get(1) instanceof Name;
    return isKept ? Optional.of(((Name) segments.get(1)).name) : Optional.empty();
  }

  /** Whether the path starts at an element of an array. */
  boolean startsWithIndex() {
    return segments.get(0) instanceof Index;
  }

  /** Whether the path may lead through a value that the other path selects. */
  boolean startsLike(JsonPath other) {
    if (other.segments.size() > segments.size()) {
      return false;
    }
    for (int i = 0; i < other.segments.size(); i++) {
      Segment mine = segments.get(i);
      Segment theirs = other.segments.get(i);
      boolean differ =
          mine instanceof Name
                  && theirs instanceof Name
                  && !((Name) mine).name.equals(((Name) theirs).name)
              || mine instanceof Index
                  && theirs instanceof Index
                  && ((Index) mine).index != ((Index) theirs).index;
      if (differ) {
        return false;
      }
    }
    return true;
  }

  /** The path as written in the mapping. */
  @Override
  public String toString() {
    return text;
  }

  /** A step from a value to one of its fields or elements. */
  abstract static class Segment {}

  /** The field with this name. */
  static final class Name extends Segment {
    final String name;

    Name(String name) {
      this.name = name;
    }
  }

  /** The element at this index; a negative one counts from the end. */
  static final class Index extends Segment {
    final int index;

    Index(int index) {
      this.index = index;
    }
  }

  /** Every field or element. */
  static final class Wildcard extends Segment {}

  /** The elements that are objects for which the test holds. */
  static final class Filter extends Segment {
    final ElementTest test;

    Filter(ElementTest test) {
      this.test = test;
    }
  }
}
