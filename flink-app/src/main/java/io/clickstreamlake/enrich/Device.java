package io.clickstreamlake.enrich;

import io.clickstreamlake.enrich.AgentTable.Agent;
import io.clickstreamlake.event.ClickEvent;
import javax.annotation.Nullable;
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
    UserAgent.AGENT_CLASS,
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

  private final String agentClass;

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
    agentClass = null;
  }

  /**
   * @param known the agent in the table, or null
   * @param analyzed result of the analyzer
   * @param classOfOthers class of an agent that is not in the table, or null
   * @param botOfOthers whether an agent that is not in the table is a bot, or null
   */
  private Device(
      @Nullable Agent known,
      UserAgent analyzed,
      boolean systemKnown,
      @Nullable AgentClass classOfOthers,
      @Nullable Boolean botOfOthers) {
    AgentClass found = known == null ? classOfOthers : known.agentClass;
    bot = known == null ? botOfOthers : Boolean.valueOf(found.isBot());
    agentClass = found == null ? null : found.text();
    String device = known(analyzed, UserAgent.DEVICE_CLASS);
    boolean analyzedAsBot = device != null && device.startsWith(ROBOT);
    boolean isBot = Boolean.TRUE.equals(bot);
    deviceClass = isBot == analyzedAsBot ? device : isBot ? ROBOT : null;
    deviceBrand = known(analyzed, UserAgent.DEVICE_BRAND);
    osName = systemKnown ? known(analyzed, UserAgent.OPERATING_SYSTEM_NAME) : null;
    osVersion = systemKnown ? known(analyzed, UserAgent.OPERATING_SYSTEM_VERSION) : null;
    // The analyzer calls some robots AppleWebKit, which they also name.
    browserName =
        known != null && known.name != null ? known.name : known(analyzed, UserAgent.AGENT_NAME);
    browserVersion = known(analyzed, UserAgent.AGENT_VERSION);
  }

  /**
   * The device of a user agent.
   *
   * @param known the agent in the table, or null
   */
  static Device of(@Nullable Agent known, UserAgent analyzed) {
    AgentClass others = analyzedClass(analyzed);
    boolean meaningless = HACKER.equals(analyzed.getValue(UserAgent.DEVICE_CLASS));
    Boolean bot = meaningless ? null : Boolean.valueOf(others != null && others.isBot());
    return new Device(known, analyzed, true, others, bot);
  }

  /**
   * The device of client hints without a user agent. They say which browser it is; whether a
   * program controls the browser is unknown.
   *
   * @param known the agent in the table, or null
   * @param analyzed of the user agent that a browser with these hints sends
   * @param systemKnown whether the hints name the system
   */
  static Device ofHints(@Nullable Agent known, UserAgent analyzed, boolean systemKnown) {
    return new Device(known, analyzed, systemKnown, AgentClass.BROWSER, null);
  }

  /** The class by the analyzer, or null if it does not know the agent. */
  @Nullable
  private static AgentClass analyzedClass(UserAgent analyzed) {
    String device = known(analyzed, UserAgent.DEVICE_CLASS);
    String agent = known(analyzed, UserAgent.AGENT_CLASS);
    if (device != null && device.startsWith(ROBOT) || agent != null && agent.startsWith(ROBOT)) {
      return AgentClass.OTHER_BOT;
    }
    if (agent == null) {
      return null;
    }
    return agent.startsWith("Browser") ? AgentClass.BROWSER : AgentClass.APP;
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
    }
    event.setAgentClass(first(event.getAgentClass(), agentClass));
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
