package io.clickstreamlake.event;

/**
 * The form of an {@code anonymous_id} that stands for a visitor without cookies during one day. It
 * depends on the address, so the same event sent from two networks has two.
 */
public final class DailyVisitorId {

  private static final String PREFIX = "daily-";

  private DailyVisitorId() {}

  /** The id with this hash. */
  public static String of(String hash) {
    return PREFIX + hash;
  }

  /** Whether a text is such an id. */
  public static boolean is(String text) {
    return text.startsWith(PREFIX);
  }
}
