package io.clickstreamlake.event;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Reads IP addresses as trackers and proxies write them; never asks a name server. */
public final class IpAddress {

  /** Longest text that is read, and longest list: so many hops no proxy adds. */
  private static final int MAX_LENGTH = 1024;

  private IpAddress() {}

  /**
   * The address, or null if the text is none. It may have a port ({@code 192.0.2.1:443}), brackets
   * ({@code [2001:db8::1]:443}), a zone ({@code fe80::1%eth0}) and the form of a Forwarded header
   * ({@code for="[2001:db8::1]"}). Of a list, as X-Forwarded-For has it, the first that is an
   * address: the visitor's own.
   */
  public static InetAddress parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf(',', start);
      end = end < 0 ? text.length() : end;
      InetAddress address = parseOne(text.substring(start, end).trim());
      if (address != null) {
        return address;
      }
      start = end + 1;
    }
    return null;
  }

  private static InetAddress parseOne(String text) {
    String address = withoutSurroundings(text);
    if (!isLiteral(address)) {
      return null;
    }
    try {
      // With a colon or four numbers this is a literal, which is never looked up.
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  static boolean isLiteral(String address) {
    return address.indexOf(':') >= 0 ? isIpv6(address) : isIpv4(address);
  }

  private static String withoutSurroundings(String text) {
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
      // One colon is no IPv6 address, so a port.
      address = address.substring(0, address.indexOf(':'));
    }
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  /**
   * Four numbers up to 255 without leading zeros: some read 010 as eight, so nobody can tell which
   * address 010.1.1.1 is.
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
   * Whether the text may be an IPv6 address. Java decides; but what does not begin like one it
   * takes for the name of a host.
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
