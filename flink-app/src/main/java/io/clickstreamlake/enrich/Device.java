package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ClickEvent;
import nl.basjes.parse.useragent.UserAgent;

/** What a user agent says of itself, as the device columns hold it; what it hides is null. */
final class Device {

  /** The fields that the analyzer is asked for; computing all would cost many times as much. */
  static final String[] FIELDS = {
    UserAgent.DEVICE_CLASS,
    UserAgent.DEVICE_BRAND,
    UserAgent.OPERATING_SYSTEM_NAME,
    UserAgent.OPERATING_SYSTEM_VERSION,
    UserAgent.AGENT_NAME,
    UserAgent.AGENT_VERSION
  };

  private final String deviceClass;
  private final String deviceBrand;
  private final String osName;
  private final String osVersion;
  private final String browserName;
  private final String browserVersion;

  private Device(UserAgent agent) {
    deviceClass = known(agent, UserAgent.DEVICE_CLASS);
    deviceBrand = known(agent, UserAgent.DEVICE_BRAND);
    osName = known(agent, UserAgent.OPERATING_SYSTEM_NAME);
    osVersion = known(agent, UserAgent.OPERATING_SYSTEM_VERSION);
    browserName = known(agent, UserAgent.AGENT_NAME);
    browserVersion = known(agent, UserAgent.AGENT_VERSION);
  }

  static Device of(UserAgent agent) {
    return new Device(agent);
  }

  /** yauaa's classes Robot, Robot Mobile and Robot Imitator. */
  boolean isBot() {
    return deviceClass != null && deviceClass.startsWith("Robot");
  }

  void fill(ClickEvent event) {
    event.setDeviceClass(first(event.getDeviceClass(), deviceClass));
    event.setDeviceBrand(first(event.getDeviceBrand(), deviceBrand));
    event.setOsName(first(event.getOsName(), osName));
    event.setOsVersion(first(event.getOsVersion(), osVersion));
    event.setBrowserName(first(event.getBrowserName(), browserName));
    event.setBrowserVersion(first(event.getBrowserVersion(), browserVersion));
    if (event.getIsBot() == null) {
      event.setIsBot(isBot());
    }
  }

  private static String first(String sent, String found) {
    return sent == null ? found : sent;
  }

  private static String known(UserAgent agent, String field) {
    String value = agent.getValue(field);
    return value == null || value.equals("Unknown") || value.startsWith("??") ? null : value;
  }
}
