package io.clickstreamlake.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.FileSourceSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What a snapshot knows of the files that were found. Immutable. */
final class FilesProgress {

  /** The folder that {@link #found} and {@link #horizon} are about. */
  final String folder;

  /** Files that no reader has, in the order in which they are read. */
  final List<FileSourceSplit> waiting;

  /** Digests of the objects that were found, with the times at which they were stored. */
  final Map<UUID, Long> found;

  /** Every object that was stored before this time was found. */
  final long horizon;

  FilesProgress(
      String folder, Collection<FileSourceSplit> waiting, Map<UUID, Long> found, long horizon) {
    this.folder = folder;
    this.waiting = List.copyOf(waiting);
    this.found = Map.copyOf(found);
    this.horizon = horizon;
  }

  static final class Serializer implements SimpleVersionedSerializer<FilesProgress> {

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(FilesProgress progress) throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(1024);
      out.writeUTF(progress.folder);
      out.writeLong(progress.horizon);
      out.writeInt(FileSourceSplitSerializer.INSTANCE.getVersion());
      out.writeInt(progress.waiting.size());
      for (FileSourceSplit split : progress.waiting) {
        byte[] bytes = FileSourceSplitSerializer.INSTANCE.serialize(split);
        out.writeInt(bytes.length);
        out.write(bytes);
      }
      out.writeInt(progress.found.size());
      for (Map.Entry<UUID, Long> object : progress.found.entrySet()) {
        out.writeLong(object.getKey().getMostSignificantBits());
        out.writeLong(object.getKey().getLeastSignificantBits());
        out.writeLong(object.getValue());
      }
      return out.getCopyOfBuffer();
    }

    @Override
    public FilesProgress deserialize(int version, byte[] serialized) throws IOException {
      if (version != VERSION) {
        throw new IOException("unknown version of the state of the file source: " + version);
      }
      DataInputDeserializer in = new DataInputDeserializer(serialized);
      String folder = in.readUTF();
      long horizon = in.readLong();
      int splitVersion = in.readInt();
      List<FileSourceSplit> waiting = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        waiting.add(FileSourceSplitSerializer.INSTANCE.deserialize(splitVersion, bytes));
      }
      Map<UUID, Long> found = new HashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        found.put(new UUID(in.readLong(), in.readLong()), in.readLong());
      }
      return new FilesProgress(folder, waiting, found, horizon);
    }
  }
}
