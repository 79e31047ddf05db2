package io.clickstreamlake.sink;

import java.io.IOException;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The serializer of {@link CommittableFile}.
 *
 * <pre>
 *   int magic "RPC1" · UTF identity · lineage · long checkpoint · UTF bucket · UTF path · long opened at
 *   · long rows · long length · int version of the commit point · int length · commit point
 * </pre>
 */
final class CommittableFileSerializer implements SimpleVersionedSerializer<CommittableFile> {

  static final int VERSION = 1;
  private static final int MAGIC = 0x52504331;
  private static final String WHAT = "a committable of a rolling Parquet sink";

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(CommittableFile file) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    out.writeInt(MAGIC);
    out.writeUTF(file.identity());
    file.lineage().writeTo(out);
    out.writeLong(file.checkpoint());
    out.writeUTF(file.bucket());
    out.writeUTF(file.path().toString());
    out.writeLong(file.openedAt());
    out.writeLong(file.rows());
    out.writeLong(file.length());
    out.writeInt(file.commit().version());
    StateFormat.writeBytes(out, file.commit().bytes());
    return out.getCopyOfBuffer();
  }

  @Override
  public CommittableFile deserialize(int version, byte[] bytes) throws IOException {
    DataInputDeserializer in = StateFormat.open(bytes, MAGIC, version, VERSION, WHAT);
    return new CommittableFile(
        in.readUTF(),
        Lineage.readFrom(in),
        in.readLong(),
        in.readUTF(),
        new Path(in.readUTF()),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        new SerializedRecoverable(in.readInt(), StateFormat.readBytes(in)));
  }
}
