package io.clickstreamlake.event;

/**
 * User-agent client hints of an event, as sent: the values of navigator.userAgentData or of the
 * request headers Sec-CH-UA. Each is null if absent.
 *
 * <p>A Flink POJO, see {@link ParsedEvent}.
 */
public final class ClientHints {

  /** A JSON object that holds the hints under the names of either form. */
  public String object;

  /** Brands with versions: a JSON array of objects, or the text of the header. */
  public String brands;

  /** true, false, ?1 or ?0. */
  public String mobile;

  public String model;

  public String platform;

  public String platformVersion;

  public ClientHints() {}

  /** Appends all values, so that equal texts are of equal hints. */
  public void appendTo(StringBuilder text) {
    for (String value : new String[] {object, brands, mobile, model, platform, platformVersion}) {
      text.append('\n').append(value == null ? "" : value);
    }
  }

  /** Length of all values in characters. */
  public int length() {
    return length(object)
        + length(brands)
        + length(mobile)
        + length(model)
        + length(platform)
        + length(platformVersion);
  }

  private static int length(String value) {
    return value == null ? 0 : value.length();
  }
}
