package io.clickstreamlake.sink;

import java.util.Arrays;

/** A resume or commit point of a file system, as written by that file system's serializer. */
final class SerializedRecoverable {

  private final int version;
  private final byte[] bytes;

  SerializedRecoverable(int version, byte[] bytes) {
    this.version = version;
    this.bytes = bytes;
  }

  int version() {
    return version;
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SerializedRecoverable
        && version == ((SerializedRecoverable) other).version
        && Arrays.equals(bytes, ((SerializedRecoverable) other).bytes);
  }

  @Override
  public int hashCode() {
    return 31 * version + Arrays.hashCode(bytes);
  }
}
