package io.clickstreamlake.history;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A file that a setting names, with its text at a start. */
final class SettingFile {

  final String location;
  final String text;

  SettingFile(String location, String text) {
    this.location = location;
    this.text = text;
  }

  /** SHA-256 of the text in UTF-8, as {@code sha256sum} prints it. */
  String sha256() {
    return sha256(text);
  }

  static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      StringBuilder hex = new StringBuilder();
      for (byte each : digest) {
        hex.append(String.format("%02x", each));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  boolean hasTextOf(SettingFile other) {
    return text.equals(other.text);
  }

  /** The location and the beginning of the hash. */
  @Override
  public String toString() {
    return location + " (sha256 " + sha256().substring(0, 12) + ")";
  }
}
