package io.clickstreamlake.athena;

/** Device and browser of a user agent of sample-data, by the rules that a person would apply. */
record Device(String deviceClass, String browser, boolean robot) {

  /** Searches for the parts that name a browser, the most specific first. */
  static Device of(String userAgent) {
    return Robot.of(userAgent)
        .map(robot -> new Device("Robot", robot.name(), true))
        .orElseGet(() -> new Device(deviceClass(userAgent), browser(userAgent), false));
  }

  private static String deviceClass(String userAgent) {
    if (userAgent.contains("iPad") || userAgent.contains("SM-X200")) {
      return "Tablet";
    }
    return userAgent.contains("Mobile") ? "Phone" : "Desktop";
  }

  private static String browser(String userAgent) {
    if (userAgent.contains("Edg/")) {
      return "Edge";
    }
    if (userAgent.contains("SamsungBrowser")) {
      return "SamsungBrowser";
    }
    if (userAgent.contains("Firefox/")) {
      return "Firefox";
    }
    return userAgent.contains("Chrome/") || userAgent.contains("CriOS/") ? "Chrome" : "Safari";
  }
}
