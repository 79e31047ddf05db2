package io.clickstreamlake.event;

import java.util.ArrayList;
import java.util.HashMap;

/**
 * An event between the parser and the lake: its row so far, what only enrichments may see, and the
 * bytes it came from, should a later step reject it.
 *
 * <p>A Flink POJO. The steps that pass it on are chained with object reuse, so it is not copied.
 */
public final class ParsedEvent {

  /** The row; columns that enrichments fill are null until then. */
  public ClickEvent event;

  /** Address of the visitor, or null. Never written as it is unless privacy.fields says keep. */
  public String ipAddress;

  /** User agent of the visitor, or null. Never written as it is unless privacy.fields says keep. */
  public String userAgent;

  /** Uncompressed bytes that hold the event, from {@link #start} for {@link #length} bytes. */
  public byte[] bytes;

  public int start;
  public int length;

  /** Place of the event in its record, from 0. */
  public int position;

  public ParsedEvent() {}

  public ParsedEvent(byte[] bytes, int start, int length, int position) {
    this.bytes = bytes;
    this.start = start;
    this.length = length;
    this.position = position;
  }

  /** Marks the event in its column quality_flags. */
  public void flag(String mark) {
    if (event.getQualityFlags() == null) {
      event.setQualityFlags(new ArrayList<>());
    }
    event.getQualityFlags().add(mark);
  }

  /** Whether the event has this mark in its column quality_flags. */
  public boolean isFlagged(String mark) {
    return event.getQualityFlags() != null && event.getQualityFlags().contains(mark);
  }

  /** Adds to the column properties; under {@code NAME#2} and so on if the name is taken. */
  public void addProperty(String name, String value) {
    if (event.getProperties() == null) {
      event.setProperties(new HashMap<>());
    }
    String free = name;
    for (int n = 2; event.getProperties().putIfAbsent(free, value) != null; n++) {
      free = name + "#" + n;
    }
  }

  /** Sets an entry of the column properties. */
  public void putProperty(String name, String value) {
    if (event.getProperties() == null) {
      event.setProperties(new HashMap<>());
    }
    event.getProperties().put(name, value);
  }
}
