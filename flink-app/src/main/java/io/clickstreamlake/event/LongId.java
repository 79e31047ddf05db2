package io.clickstreamlake.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The replacement of an id that is longer than {@code parse.max-id-length}. */
public final class LongId {

  /** Prefix of the replacement. */
  public static final String PREFIX = "sha256:";

  private LongId() {}

  /** The prefix and the SHA-256 of the id in hexadecimal. */
  public static String hash(String id) {
    return hash(id, sha256());
  }

  /**
   * The same with a digest of {@link #sha256}, for many ids.
   *
   * @param sha256 is reset
   */
  public static String hash(String id, MessageDigest sha256) {
    StringBuilder hashed = new StringBuilder(PREFIX);
    for (byte b : sha256.digest(id.getBytes(StandardCharsets.UTF_8))) {
      hashed.append(Character.forDigit(b >> 4 & 0xF, 16)).append(Character.forDigit(b & 0xF, 16));
    }
    return hashed.toString();
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
