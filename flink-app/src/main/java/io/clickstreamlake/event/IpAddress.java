package io.clickstreamlake.event;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Reads addresses that are written as numbers; never asks a name server. */
public final class IpAddress {

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  private IpAddress() {}

  /**
   * The address, or null if the text is none. Of a list, as X-Forwarded-For has it, the first: the
   * visitor's own.
   */
  public static InetAddress parse(String text) {
    int comma = text.indexOf(',');
    String first = (comma < 0 ? text : text.substring(0, comma)).trim();
    if (!IPV4.matcher(first).matches() && !IPV6.matcher(first).matches()) {
      return null;
    }
    try {
      // With a colon or four numbers this is a literal, which is never looked up.
      return InetAddress.getByName(first);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
