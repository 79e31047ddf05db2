package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import nl.basjes.parse.useragent.UserAgent;

/**
 * The values of the device columns from one user agent; unknown ones are null. Values from a user
 * agent that the analyzer classifies as an attack are null too, because the names in it are made
 * up. Immutable.
 */
final class Device {

  /** The fields that the analyzer computes; computing all would cost many times as much. */
  static final String[] FIELDS = {
    UserAgent.DEVICE_CLASS,
    UserAgent.DEVICE_BRAND,
    UserAgent.OPERATING_SYSTEM_NAME,
    UserAgent.OPERATING_SYSTEM_VERSION,
    UserAgent.AGENT_NAME,
    UserAgent.AGENT_VERSION
  };

  /** Prefix of yauaa's device classes Robot, Robot Mobile and Robot Imitator. */
  private static final String ROBOT = "Robot";

  /** yauaa's value in all fields of a user agent that looks like an attack or is meaningless. */
  private static final String HACKER = "Hacker";

  private final String deviceClass;
  private final String deviceBrand;
  private final String osName;
  private final String osVersion;
  private final String browserName;
  private final String browserVersion;

  /** Null if unknown. */
  private final Boolean bot;

  private final String botKind;

  /** All values are null. */
  static final Device UNKNOWN = new Device();

  private Device() {
    deviceClass = null;
    deviceBrand = null;
    osName = null;
    osVersion = null;
    browserName = null;
    browserVersion = null;
    bot = null;
    botKind = null;
  }

  private Device(String text, UserAgent agent) {
    Robots.Robot robot = Robots.find(text);
    String analyzed = known(agent, UserAgent.DEVICE_CLASS);
    boolean analyzedAsBot = analyzed != null && analyzed.startsWith(ROBOT);
    if (robot != null) {
      bot = true;
      botKind = robot.kind;
    } else if (analyzedAsBot) {
      bot = true;
      botKind = Robots.OTHER;
    } else {
      bot = HACKER.equals(agent.getValue(UserAgent.DEVICE_CLASS)) ? null : Boolean.FALSE;
      botKind = null;
    }
    deviceClass = robot != null && !analyzedAsBot ? ROBOT : analyzed;
    deviceBrand = known(agent, UserAgent.DEVICE_BRAND);
    osName = known(agent, UserAgent.OPERATING_SYSTEM_NAME);
    osVersion = known(agent, UserAgent.OPERATING_SYSTEM_VERSION);
    // The analyzer calls some robots AppleWebKit, which they also name.
    browserName = robot != null ? robot.name : known(agent, UserAgent.AGENT_NAME);
    browserVersion = known(agent, UserAgent.AGENT_VERSION);
  }

  static Device of(String text, UserAgent agent) {
    return new Device(text, agent);
  }

  void fill(ClickEvent event) {
    event.setDeviceClass(first(event.getDeviceClass(), deviceClass));
    event.setDeviceBrand(first(event.getDeviceBrand(), deviceBrand));
    event.setOsName(first(event.getOsName(), osName));
    event.setOsVersion(first(event.getOsVersion(), osVersion));
    event.setBrowserName(first(event.getBrowserName(), browserName));
    event.setBrowserVersion(first(event.getBrowserVersion(), browserVersion));
    if (event.getIsBot() == null) {
      event.setIsBot(bot);
      event.setBotKind(first(event.getBotKind(), botKind));
    }
  }

  private static String first(String sent, String found) {
    return sent == null ? found : sent;
  }

  private static String known(UserAgent agent, String field) {
    String value = agent.getValue(field);
    return value == null
            || value.equals("Unknown")
            || value.equals(HACKER)
            || value.startsWith("??")
        ? null
        : value;
  }
}
