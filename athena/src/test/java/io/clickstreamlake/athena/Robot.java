package io.clickstreamlake.athena;

import java.util.List;
import java.util.Optional;

/** A robot of sample-data, recognised by the text that its operator documents. */
record Robot(String text, String name, String agentClass) {

  private static final List<Robot> ALL =
      List.of(
          new Robot("Googlebot", "Googlebot", "search_crawler"),
          new Robot("bingbot", "Bingbot", "search_crawler"),
          new Robot("AhrefsBot", "AhrefsBot", "other_bot"),
          new Robot("facebookexternalhit", "facebookexternalhit", "link_preview"),
          new Robot("GPTBot", "GPTBot", "ai_crawler"),
          new Robot("ClaudeBot", "ClaudeBot", "ai_crawler"),
          new Robot("CCBot", "CCBot", "ai_crawler"),
          new Robot("OAI-SearchBot", "OAI-SearchBot", "ai_search_crawler"),
          new Robot("PerplexityBot", "PerplexityBot", "ai_search_crawler"),
          new Robot("ChatGPT-User", "ChatGPT-User", "ai_assistant"),
          new Robot("Perplexity-User", "Perplexity-User", "ai_assistant"));

  /** The robot with this user agent; empty for a browser, or without a user agent. */
  static Optional<Robot> of(String userAgent) {
    return userAgent == null
        ? Optional.empty()
        : ALL.stream().filter(robot -> userAgent.contains(robot.text())).findFirst();
  }
}
