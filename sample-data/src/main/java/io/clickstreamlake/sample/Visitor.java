package io.clickstreamlake.sample;

import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A visitor with one of their devices, or a robot. The number of a person determines everything, so
 * that nothing about visitors needs to be stored.
 *
 * @param anonymousId identity of the browser on this device
 * @param account user id of the person, which events have only while signed in; null without an
 *     account
 */
record Visitor(
    String anonymousId,
    String account,
    boolean robot,
    String userAgent,
    String ipAddress,
    Shop.Market market,
    int screenWidth) {

  private static final double HAS_ACCOUNT = 0.45;

  /** Shares of the people with at least two, and with three devices. */
  private static final double TWO_DEVICES = 0.35;

  private static final double THREE_DEVICES = 0.08;

  /** Share of the visits that a person with several devices makes with the first one. */
  private static final double FIRST_DEVICE = 0.65;

  private static final int[] SCREENS = {1920, 1440, 2560, 1366};
  private static final int[] PHONES = {390, 412, 360};

  /** The person with this number, with the device of this visit. */
  static Visitor person(long number, long seed, Shop shop, SplittableRandom visit) {
    SplittableRandom person = new SplittableRandom(seed ^ number * 0xBF58476D1CE4E5B9L);
    String account =
        person.nextDouble() < HAS_ACCOUNT
            ? "u-" + (100_000 + (number < 0 ? -2 * number - 1 : 2 * number))
            : null;
    Shop.Market market = shop.market(person);
    double more = person.nextDouble();
    int devices = more < THREE_DEVICES ? 3 : more < TWO_DEVICES ? 2 : 1;
    int device =
        devices == 1 || visit.nextDouble() < FIRST_DEVICE ? 0 : 1 + visit.nextInt(devices - 1);
    SplittableRandom own = person;
    for (int i = 0; i < device; i++) {
      own = own.split();
    }
    return on(shop.browser(own), account, false, market, own);
  }

  static Visitor robot(int number, long seed, Shop shop) {
    SplittableRandom random = new SplittableRandom(~seed ^ number * 0x94D049BB133111EBL);
    return on(shop.robot(random), null, true, shop.market(random), random);
  }

  private static Visitor on(
      String userAgent,
      String account,
      boolean robot,
      Shop.Market market,
      SplittableRandom random) {
    int[] screens = isPhone(userAgent) ? PHONES : SCREENS;
    int screen = screens[random.nextInt(screens.length)];
    boolean version6 = market.addressPrefix().indexOf(':') >= 0;
    int host = 1 + random.nextInt(254);
    return new Visitor(
        token("a-", random),
        account,
        robot,
        userAgent,
        market.addressPrefix() + (version6 ? Integer.toHexString(host) : Integer.toString(host)),
        market,
        screen);
  }

  boolean onPhone() {
    return isPhone(userAgent);
  }

  private static boolean isPhone(String userAgent) {
    return userAgent.contains("Mobile");
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
