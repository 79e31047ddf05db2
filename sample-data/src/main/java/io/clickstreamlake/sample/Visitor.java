package io.clickstreamlake.sample;

import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A visitor, human or robot, who returns to the shop with the same browser.
 *
 * @param anonymousId identity of the browser
 * @param userId signed-in user; null for visitors without an account
 */
record Visitor(
    String anonymousId,
    String userId,
    boolean robot,
    String userAgent,
    String ipAddress,
    Shop.Market market,
    int screenWidth) {

  private static final double ROBOTS = 0.03;
  private static final double SIGNED_IN = 0.45;
  private static final int[] SCREENS = {1920, 1440, 2560, 1366};
  private static final int[] PHONES = {390, 412, 360};

  /** The visitor with this number; equal numbers and seeds give the same visitor. */
  static Visitor numbered(int number, long seed, Shop shop) {
    SplittableRandom random = new SplittableRandom(seed ^ number * 0xBF58476D1CE4E5B9L);
    boolean robot = random.nextDouble() < ROBOTS;
    String userAgent = robot ? shop.robot(random) : shop.browser(random);
    int[] screens = userAgent.contains("Mobile") ? PHONES : SCREENS;
    int screen = screens[random.nextInt(screens.length)];
    Shop.Market market = shop.market(random);
    boolean version6 = market.addressPrefix().indexOf(':') >= 0;
    int host = 1 + random.nextInt(254);
    return new Visitor(
        token("a-", random),
        !robot && random.nextDouble() < SIGNED_IN ? "u-" + (100_000 + number) : null,
        robot,
        userAgent,
        market.addressPrefix() + (version6 ? Integer.toHexString(host) : Integer.toString(host)),
        market,
        screen);
  }

  /** A short random id of about 62 bits. */
  static String token(String prefix, SplittableRandom random) {
    return prefix + Long.toString(random.nextLong() >>> 2, Character.MAX_RADIX);
  }

  /** A random (version 4) UUID. */
  static String uuid(SplittableRandom random) {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
