package io.clickstreamlake.parse.mapping;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Steps that are performed together on a value, after a walk has found the values at their paths,
 * the captures: fields are decoded in place, and the events are taken out. Immutable.
 */
public final class UnwrapStage {

  /** If one of them holds, the value is a message of the transport and holds no event. */
  public final List<Condition> controls;

  public final List<Decoding> decodings;

  /** Where the events are, or null if the value stays one. */
  public final Events events;

  UnwrapStage(List<Condition> controls, List<Decoding> decodings, Events events) {
    this.controls = List.copyOf(controls);
    this.decodings = List.copyOf(decodings);
    this.events = events;
  }

  /**
   * A condition: all captures have a value that is not null, and one of the texts if any are given.
   */
  public static final class Condition {

    /** The permitted texts by capture; an empty set permits every value. */
    public final Map<Integer, Set<String>> texts;

    Condition(Map<Integer, Set<String>> texts) {
      this.texts = Map.copyOf(texts);
    }
  }

  /** The decoding of a field. */
  public static final class Decoding {
    public final int capture;
    public final String path;
    public final List<Codec> codecs;
    public final Condition when;

    Decoding(int capture, String path, List<Codec> codecs, Condition when) {
      this.capture = capture;
      this.path = path;
      this.codecs = List.copyOf(codecs);
      this.when = when;
    }
  }

  /** The place of the events: an object, an array, or nested arrays. */
  public static final class Events {
    public final int capture;
    public final String path;
    public final Condition when;

    /** The captures that each event keeps, by their names. */
    public final Map<String, Integer> keep;

    Events(int capture, String path, Condition when, Map<String, Integer> keep) {
      this.capture = capture;
      this.path = path;
      this.when = when;
      this.keep = keep;
    }
  }
}
