package io.clickstreamlake.privacy;

import io.clickstreamlake.event.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An action of {@code privacy.fields} on the value of one field. One class per action. Not
 * thread-safe.
 */
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

  /** The first {@code count} bytes in hexadecimal. */
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

  /** The network of an IP address: IPv4 to /24, IPv6 to /48. Other values are dropped. */
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
        throw new IllegalStateException("an IP address of " + bytes.length + " bytes", e);
      }
    }
  }

  /**
   * HMAC-SHA-256 in hexadecimal: equal values stay equal, and without the key the hash cannot be
   * reversed by hashing all IP addresses.
   */
  private static final class Hash extends FieldAction {
    private final Mac mac;

    Hash(String key) {
      try {
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HmacSHA256", e);
      }
    }

    @Override
    String apply(String value) {
      byte[] digest = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return hex(digest, digest.length);
    }
  }
}
