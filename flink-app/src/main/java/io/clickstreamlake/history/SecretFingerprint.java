package io.clickstreamlake.history;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.annotation.Nullable;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The fingerprint of a secret: it shows whether two starts had the same secret, but not which.
 *
 * <pre>
 *   pbkdf2-sha256:ITERATIONS:SALT:HASH        salt and hash in base64
 * </pre>
 *
 * <p>Readers of the record may try guesses, and people choose short keys. So each guess costs as
 * much as {@value #ITERATIONS} hashes, and the random salt prevents precomputed tables and the
 * comparison of keys between environments. The salt is in the record, since the next start needs
 * it.
 */
final class SecretFingerprint {

  private static final String ALGORITHM = "pbkdf2-sha256";

  /** About a tenth of a second, once per start. */
  private static final int ITERATIONS = 210_000;

  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;

  private SecretFingerprint() {}

  /**
   * The fingerprint of a secret.
   *
   * @param known fingerprint of an earlier start; it is returned if it is of the same secret
   */
  static String of(String secret, @Nullable String known) {
    if (known != null && matches(secret, known)) {
      return known;
    }
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return text(salt, hash(secret, salt));
  }

  private static boolean matches(String secret, String known) {
    String[] parts = known.split(":", -1);
    if (parts.length != 4
        || !parts[0].equals(ALGORITHM)
        || !parts[1].equals(Integer.toString(ITERATIONS))) {
      return false;
    }
    try {
      byte[] salt = Base64.getDecoder().decode(parts[2]);
      byte[] hash = Base64.getDecoder().decode(parts[3]);
      return salt.length > 0 && MessageDigest.isEqual(hash, hash(secret, salt));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String text(byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder();
    return String.join(
        ":",
        ALGORITHM,
        Integer.toString(ITERATIONS),
        base64.encodeToString(salt),
        base64.encodeToString(hash));
  }

  private static byte[] hash(String secret, byte[] salt) {
    // As Latin-1 characters of the UTF-8 bytes: some providers use only the low byte of a
    // character.
    String bytes = new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    PBEKeySpec key = new PBEKeySpec(bytes.toCharArray(), salt, ITERATIONS, HASH_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
    } finally {
      key.clearPassword();
    }
  }
}
