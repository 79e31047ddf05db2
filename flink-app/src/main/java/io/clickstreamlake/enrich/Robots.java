package io.clickstreamlake.enrich;

import io.clickstreamlake.config.TextFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Robots by what stands in their user agent, from the table {@code robots/known.csv}: those that
 * the analyzer does not know, and what each is there for.
 */
final class Robots {

  /** What a robot is of which nothing else is known. */
  static final String OTHER = "other";

  private static final List<Robot> KNOWN = read();

  private Robots() {}

  /** A line of the table. */
  static final class Robot {
    private final String text;
    private final boolean atBegin;

    /** What it is there for, as the column bot_kind has it. */
    final String kind;

    final String name;

    private Robot(String text, String kind, String name) {
      this.atBegin = text.startsWith("^");
      this.text = (atBegin ? text.substring(1) : text).toLowerCase(Locale.ROOT);
      this.kind = kind;
      this.name = name;
    }

    private boolean isIn(String userAgent) {
      return atBegin ? userAgent.startsWith(text) : userAgent.contains(text);
    }
  }

  /** The robot that says its name in the user agent, or null. */
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
