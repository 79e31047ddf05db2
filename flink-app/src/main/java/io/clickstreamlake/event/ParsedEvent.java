package io.clickstreamlake.event;

import java.util.HashMap;

/**
 * An event between the parser and the lake: its row so far, the inputs of enrichments that are not
 * written, and its original bytes in case a later step rejects it.
 *
 * <p>A Flink POJO. The steps that exchange it are chained with object reuse, so it is not copied.
 */
public final class ParsedEvent {

  /** The row; columns that enrichments fill are null until then. */
  public ClickEvent event;

  /**
   * IP address of the visitor as sent, or null. Written unchanged only with the action keep in
   * privacy.fields.
   */
  public String ipAddress;

  /**
   * User agent of the visitor, or null. Written unchanged only with the action keep in
   * privacy.fields.
   */
  public String userAgent;

  /** User-agent client hints, or null if there are none. */
  public ClientHints clientHints;

  /** Uncompressed bytes of the record or a part of it; shared by its events. */
  public byte[] bytes;

  /** Offset of the event in {@link #bytes}. */
  public int start;

  /** Length of the event in bytes. */
  public int length;

  /** Index of the event in its record, from 0. */
  public int position;

  public ParsedEvent() {}

  public ParsedEvent(byte[] bytes, int start, int length, int position) {
    this.bytes = bytes;
    this.start = start;
    this.length = length;
    this.position = position;
  }

  /** Adds a flag to the column quality_flags. */
  public void flag(String flag) {
    EventFlags.add(event, flag);
  }

  /** Whether the column quality_flags contains this flag. */
  public boolean isFlagged(String flag) {
    return EventFlags.has(event, flag);
  }

  /** Adds an entry to the column properties, as {@code NAME#2} and so on if the name is taken. */
  public void addProperty(String name, String value) {
    if (event.getProperties() == null) {
      event.setProperties(new HashMap<>());
    }
    String free = name;
    for (int n = 2; event.getProperties().putIfAbsent(free, value) != null; n++) {
      free = name + "#" + n;
    }
  }

  /** Sets an entry of the column properties, replacing an existing one. */
  public void putProperty(String name, String value) {
    if (event.getProperties() == null) {
      event.setProperties(new HashMap<>());
    }
    event.getProperties().put(name, value);
  }
}
