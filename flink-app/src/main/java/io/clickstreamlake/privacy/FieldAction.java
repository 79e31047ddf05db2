package io.clickstreamlake.privacy;

import io.clickstreamlake.event.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What becomes of one field's value. One class for each action of {@code privacy.fields}. */
abstract class FieldAction {

  /** The value to write, or null for none. */
  abstract String apply(String value);

  static FieldAction drop() {
    return new Drop();
  }

  static FieldAction keep() {
    return new Keep();
  }

  static FieldAction truncate() {
    return new Truncate();
  }

  static FieldAction hash(String key) {
    return new Hash(key);
  }

  /** The first bytes in hexadecimal. */
  static String hex(byte[] bytes, int count) {
    StringBuilder hex = new StringBuilder(2 * count);
    for (int i = 0; i < count; i++) {
      hex.append(Character.forDigit(bytes[i] >> 4 & 0xF, 16));
      hex.append(Character.forDigit(bytes[i] & 0xF, 16));
    }
    return hex.toString();
  }

  private static final class Drop extends FieldAction {
    @Override
    String apply(String value) {
      return null;
    }
  }

  private static final class Keep extends FieldAction {
    @Override
    String apply(String value) {
      return value;
    }
  }

  /** The network of an address: IPv4 to /24, IPv6 to /48. What is no address is dropped. */
  private static final class Truncate extends FieldAction {
    @Override
    String apply(String value) {
      InetAddress address = IpAddress.parse(value);
      if (address == null) {
        return null;
      }
      byte[] bytes = address.getAddress();
      Arrays.fill(bytes, bytes.length == 4 ? 3 : 6, bytes.length, (byte) 0);
      try {
        return InetAddress.getByAddress(bytes).getHostAddress();
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
      }
    }
  }

  /**
   * HMAC-SHA-256 in hexadecimal: equal values stay equal, and without the key nobody can try out
   * all addresses to find one.
   */
  private static final class Hash extends FieldAction {
    private final Mac mac;

    Hash(String key) {
      try {
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has HmacSHA256", e);
      }
    }

    @Override
    String apply(String value) {
      byte[] digest = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return hex(digest, digest.length);
    }
  }
}
