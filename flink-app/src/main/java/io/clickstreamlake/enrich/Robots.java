package io.clickstreamlake.enrich;

import io.clickstreamlake.config.TextFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The robots of the table {@code robots/known.csv}, found by a text in the user agent: those
 * unknown to the analyzer, and the purpose of each. Immutable.
 */
final class Robots {

  /** The kind of a robot whose purpose is unknown. */
  static final String OTHER = "other";

  private static final List<Robot> KNOWN = read();

  private Robots() {}

  /** A line of the table. */
  static final class Robot {
    private final String text;
    private final boolean atStart;

    /** Its purpose, a value of the column bot_kind. */
    final String kind;

    final String name;

    private Robot(String text, String kind, String name) {
      this.atStart = text.startsWith("^");
      this.text = (atStart ? text.substring(1) : text).toLowerCase(Locale.ROOT);
      this.kind = kind;
      this.name = name;
    }

    private boolean isIn(String userAgent) {
      return atStart ? userAgent.startsWith(text) : userAgent.contains(text);
    }
  }

  /** Returns the first robot of the table whose text is in the user agent, or null. */
  static Robot find(String userAgent) {
    String lower = userAgent.toLowerCase(Locale.ROOT);
    for (Robot robot : KNOWN) {
      if (robot.isIn(lower)) {
        return robot;
      }
    }
    return null;
  }

  private static List<Robot> read() {
    List<Robot> robots = new ArrayList<>();
    TextFile.read("robots", "known", "robots/%s.csv")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(",", 3))
        .forEach(fields -> robots.add(new Robot(fields[0], fields[1], fields[2])));
    return robots;
  }
}
