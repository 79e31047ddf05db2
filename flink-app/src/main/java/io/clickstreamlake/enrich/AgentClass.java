package io.clickstreamlake.enrich;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What kind of program sent an event; the values of the column agent_class. */
enum AgentClass {
  BROWSER(false),
  /** Any other program of a person, such as an app of a phone. */
  APP(false),
  /** Builds the index of a search engine. */
  SEARCH_CRAWLER(true),
  /** Gathers text to train models. */
  AI_CRAWLER(true),
  /** Builds the index of an assistant. */
  AI_SEARCH_CRAWLER(true),
  /** Acts for a person, for example one who asks an assistant to read a page. */
  AI_ASSISTANT(true),
  /** A library or command-line tool without an app's name. */
  HTTP_LIBRARY(true),
  LINK_PREVIEW(true),
  AUTOMATED_BROWSER(true),
  MONITOR(true),
  OTHER_BOT(true);

  private final String text = name().toLowerCase(Locale.ROOT);
  private final boolean bot;

  AgentClass(boolean bot) {
    this.bot = bot;
  }

  boolean isBot() {
    return bot;
  }

  /** The value in tables: {@code ai_crawler}. */
  String text() {
    return text;
  }

  /** The class with this value, or null. */
  static AgentClass of(String text) {
    return Arrays.stream(values()).filter(each -> each.text.equals(text)).findFirst().orElse(null);
  }

  /** All values, for messages. */
  static String names() {
    return Arrays.stream(values()).map(AgentClass::text).collect(Collectors.joining(", "));
  }
}
