package io.clickstreamlake.athena;

import java.util.List;
import java.util.Optional;

/** A robot of sample-data, recognised by the text that its operator documents. */
record Robot(String text, String name, String kind) {

  private static final List<Robot> ALL =
      List.of(
          new Robot("Googlebot", "Googlebot", "search"),
          new Robot("bingbot", "Bingbot", "search"),
          new Robot("AhrefsBot", "AhrefsBot", "other"),
          new Robot("facebookexternalhit", "facebookexternalhit", "preview"),
          new Robot("GPTBot", "GPTBot", "ai_training"),
          new Robot("ClaudeBot", "ClaudeBot", "ai_training"),
          new Robot("CCBot", "CCBot", "ai_training"),
          new Robot("OAI-SearchBot", "OAI-SearchBot", "ai_search"),
          new Robot("PerplexityBot", "PerplexityBot", "ai_search"),
          new Robot("ChatGPT-User", "ChatGPT-User", "ai_agent"),
          new Robot("Perplexity-User", "Perplexity-User", "ai_agent"));

  /** The robot with this user agent; empty for a browser, or without a user agent. */
  static Optional<Robot> of(String userAgent) {
    return userAgent == null
        ? Optional.empty()
        : ALL.stream().filter(robot -> userAgent.contains(robot.text())).findFirst();
  }
}
