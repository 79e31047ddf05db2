package io.clickstreamlake.sink;

import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What the state serializers share: a magic number first, so that the state of another operator is
 * told from ours, then fields in the order of {@link java.io.DataOutput}.
 */
final class StateFormat {

  private StateFormat() {}

  static DataInputDeserializer open(byte[] bytes, int magic, int version, int known, String what)
      throws IOException {
    if (version > known) {
      throw new IOException(
          String.format(
              "The snapshot holds %s of format %d, and this release reads up to %d: restore it with"
                  + " the release that wrote it, or a newer one.",
              what, version, known));
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    int found = bytes.length < Integer.BYTES ? 0 : in.readInt();
    if (found != magic) {
      throw new IOException(
          String.format(
              "The snapshot's state is not %s (it begins with %08x, not %08x): it belongs to another"
                  + " operator. Give every sink its own uid(), and keep it.",
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
