package io.clickstreamlake.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The serializer of {@link RollingWriterState}.
 *
 * <pre>
 *   int magic "RPW1" · UTF identity · lineage · boolean file?
 *   file: UTF bucket · UTF path · long opened at · long rows · long uploaded
 *         · long CRC of these · boolean resume? (int version · bytes) · bytes remaining
 *   bytes: int length · the bytes
 *   lineage: int segments, and per segment UTF epoch · long from · long to
 * </pre>
 *
 * <p>The state of each format version is kept as a test resource ({@code sink/golden}), and later
 * releases must be able to read it.
 */
final class RollingWriterStateSerializer implements SimpleVersionedSerializer<RollingWriterState> {

  static final int VERSION = 1;
  private static final int MAGIC = 0x52505731;
  private static final String WHAT = "the state of a rolling Parquet writer";

  /** Bytes that Flink puts before a state: its version and its length. */
  private static final int HEADER = 2 * Integer.BYTES;

  /** Whether a state with Flink's header is one of this serializer, or too short to tell. */
  static boolean wrote(byte[] state) {
    return state.length < HEADER + Integer.BYTES || ByteBuffer.wrap(state).getInt(HEADER) == MAGIC;
  }

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(RollingWriterState state) throws IOException {
    int remaining = state.file().map(file -> file.remaining().length).orElse(0);
    DataOutputSerializer out = new DataOutputSerializer(1024 + remaining);
    out.writeInt(MAGIC);
    out.writeUTF(state.identity());
    state.lineage().writeTo(out);
    out.writeBoolean(state.file().isPresent());
    if (state.file().isPresent()) {
      InProgressFileState file = state.file().get();
      out.writeUTF(file.bucket());
      out.writeUTF(file.path().toString());
      out.writeLong(file.openedAt());
      out.writeLong(file.rows());
      out.writeLong(file.uploaded());
      out.writeLong(file.uploadedCrc());
      StateFormat.writeRecoverable(out, file.resume().orElse(null));
      StateFormat.writeBytes(out, file.remaining());
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public RollingWriterState deserialize(int version, byte[] bytes) throws IOException {
    DataInputDeserializer in = StateFormat.open(bytes, MAGIC, version, VERSION, WHAT);
    return new RollingWriterState(
        in.readUTF(), Lineage.readFrom(in), in.readBoolean() ? readFile(in) : null);
  }

  private static InProgressFileState readFile(DataInputDeserializer in) throws IOException {
    return new InProgressFileState(
        in.readUTF(),
        new Path(in.readUTF()),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        StateFormat.readRecoverable(in),
        StateFormat.readBytes(in));
  }
}
