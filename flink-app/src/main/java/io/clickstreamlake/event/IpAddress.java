package io.clickstreamlake.event;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A parser of IP addresses in the forms that trackers and proxies write. It never queries a name
 * server.
 */
public final class IpAddress {

  /** Maximum length of a text or list, in characters; proxies never add that many hops. */
  private static final int MAX_LENGTH = 1024;

  private IpAddress() {}

  /**
   * Returns the address, or null if the text is not one. It may have a port ({@code
   * 192.0.2.1:443}), brackets ({@code [2001:db8::1]:443}), a zone ({@code fe80::1%eth0}) and the
   * form of a Forwarded header ({@code for="[2001:db8::1]"}). Of a list, as in X-Forwarded-For or
   * as a JSON array of texts, the first public address is returned: the visitor's. If none is
   * public, the first one is.
   */
  public static InetAddress parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    boolean isArray = text.startsWith("[\"") && text.endsWith("\"]");
    int start = isArray ? 1 : 0;
    int length = isArray ? text.length() - 1 : text.length();
    InetAddress first = null;
    while (start < length) {
      int end = text.indexOf(',', start);
      end = end < 0 ? length : end;
      InetAddress address = parseOne(text.substring(start, end).trim());
      if (address != null && isPublic(address)) {
        return address;
      }
      first = first == null ? address : first;
      start = end + 1;
    }
    return first;
  }

  /** Whether the address is not of a private network, such as that of a proxy (RFC 6890). */
  private static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean sharedV4 = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xC0) == 64;
    boolean localV6 = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
    return !(sharedV4
        || localV6
        || address.isSiteLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress());
  }

  private static InetAddress parseOne(String text) {
    String address = stripDecoration(text);
    if (!isLiteral(address)) {
      return null;
    }
    try {
      // With a colon or four numbers this is a literal, which is never resolved.
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  static boolean isLiteral(String address) {
    return address.indexOf(':') >= 0 ? isIpv6(address) : isIpv4(address);
  }

  private static String stripDecoration(String text) {
    String address = text;
    if (address.regionMatches(true, 0, "for=", 0, 4)) {
      int semicolon = address.indexOf(';');
      address = address.substring(4, semicolon < 0 ? address.length() : semicolon).trim();
    }
    if (address.length() > 1 && address.startsWith("\"") && address.endsWith("\"")) {
      address = address.substring(1, address.length() - 1);
    }
    if (address.startsWith("[")) {
      int close = address.indexOf(']');
      address = close < 0 ? address : address.substring(1, close);
    } else if (address.indexOf(':') >= 0 && address.indexOf(':') == address.lastIndexOf(':')) {
      // A single colon separates a port: an IPv6 address has at least two.
      address = address.substring(0, address.indexOf(':'));
    }
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  /**
   * Whether the text is four numbers up to 255 without leading zeros. Some programs read 010 as
   * octal, so 010.1.1.1 is ambiguous.
   */
  private static boolean isIpv4(String text) {
    String[] numbers = text.split("\\.", -1);
    if (numbers.length != 4) {
      return false;
    }
    for (String number : numbers) {
      boolean digits = !number.isEmpty() && number.length() <= 3;
      for (int i = 0; i < number.length(); i++) {
        digits &= number.charAt(i) >= '0' && number.charAt(i) <= '9';
      }
      if (!digits
          || (number.length() > 1 && number.charAt(0) == '0')
          || Integer.parseInt(number) > 255) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the text may be an IPv6 address. Java makes the final decision, but would resolve a
   * text with other characters as a host name.
   */
  private static boolean isIpv6(String text) {
    if (text.charAt(0) == '.') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ':' && c != '.' && (c >= 128 || Character.digit(c, 16) < 0)) {
        return false;
      }
    }
    return true;
  }
}
