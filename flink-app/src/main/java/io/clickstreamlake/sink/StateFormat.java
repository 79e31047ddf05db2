package io.clickstreamlake.sink;

import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The common format of the state serializers: a magic number, which distinguishes this state from
 * that of other operators, and then fields as {@link java.io.DataOutput} writes them.
 */
final class StateFormat {

  private StateFormat() {}

  /**
   * Checks version and magic number.
   *
   * @param known the newest version that this release can read
   * @param what the state is, for messages
   * @return the bytes after the magic number
   * @throws IOException if this release cannot read the state, with the ways out
   */
  static DataInputDeserializer open(byte[] bytes, int magic, int version, int known, String what)
      throws IOException {
    if (version > known) {
      throw new IOException(
          String.format(
              "The snapshot contains %s of format %d, but this release reads up to %d: restore it"
                  + " with the release that wrote it, or a newer one.",
              what, version, known));
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    int found = bytes.length < Integer.BYTES ? 0 : in.readInt();
    if (found != magic) {
      throw new IOException(
          String.format(
              "The snapshot's state is not %s (it begins with %08x, not %08x): it belongs to another"
                  + " operator. Give every sink its own uid(), and do not change it.",
              what, found, magic));
    }
    return in;
  }

  static void writeBytes(DataOutputSerializer out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] readBytes(DataInputDeserializer in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  static void writeRecoverable(
      DataOutputSerializer out, @Nullable SerializedRecoverable recoverable) throws IOException {
    out.writeBoolean(recoverable != null);
    if (recoverable != null) {
      out.writeInt(recoverable.version());
      writeBytes(out, recoverable.bytes());
    }
  }

  @Nullable
  static SerializedRecoverable readRecoverable(DataInputDeserializer in) throws IOException {
    return in.readBoolean() ? new SerializedRecoverable(in.readInt(), readBytes(in)) : null;
  }
}
