package io.clickstreamlake.sink.model;

import io.clickstreamlake.sink.model.ModelStore.PartTag;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.core.fs.RecoverableWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Recoverable uploads that behave like those of flink-s3-fs. Bytes are buffered and uploaded as a
 * part once there are enough. An error of a part is reported by the next persist or close. Bytes
 * that are buffered at a persist become a separate object. A commit after recovery that fails
 * checks the object.
 */
final class ModelRecoverableWriter implements RecoverableWriter {

  /** Small, so that small files have many parts. Minimum part size of the sink. */
  static final int MIN_PART_BYTES = 64;

  private final ModelStore store;

  ModelRecoverableWriter(ModelStore store) {
    this.store = store;
  }

  private record Recoverable(String key, String upload, List<PartTag> parts, long bytes)
      implements ResumeRecoverable {}

  @Override
  public RecoverableFsDataOutputStream open(Path path) throws IOException {
    String key = ModelFileSystem.key(path);
    return new Stream(new Recoverable(key, store.createUpload(key), List.of(), 0));
  }

  @Override
  public RecoverableFsDataOutputStream recover(ResumeRecoverable resumable) {
    store.takeOver(((Recoverable) resumable).upload());
    return new Stream((Recoverable) resumable);
  }

  @Override
  public RecoverableFsDataOutputStream.Committer recoverForCommit(CommitRecoverable resumable) {
    return new Completion((Recoverable) resumable);
  }

  @Override
  public boolean requiresCleanupOfRecoverableState() {
    return false;
  }

  @Override
  public boolean cleanupRecoverableState(ResumeRecoverable resumable) {
    return false;
  }

  @Override
  public boolean supportsResume() {
    return true;
  }

  @Override
  @SuppressWarnings("unchecked")
  public SimpleVersionedSerializer<CommitRecoverable> getCommitRecoverableSerializer() {
    return (SimpleVersionedSerializer<CommitRecoverable>)
        (SimpleVersionedSerializer<?>) new Serializer();
  }

  @Override
  @SuppressWarnings("unchecked")
  public SimpleVersionedSerializer<ResumeRecoverable> getResumeRecoverableSerializer() {
    return (SimpleVersionedSerializer<ResumeRecoverable>)
        (SimpleVersionedSerializer<?>) new Serializer();
  }

  private final class Stream extends RecoverableFsDataOutputStream {

    private final String key;
    private final String upload;
    private final List<PartTag> parts;
    private long bytesInParts;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private IOException failedPart;

    Stream(Recoverable from) {
      this.key = from.key();
      this.upload = from.upload();
      this.parts = new ArrayList<>(from.parts());
      this.bytesInParts = from.bytes();
    }

    @Override
    public void write(int b) {
      buffer.write(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      buffer.write(source, offset, length);
      if (buffer.size() >= MIN_PART_BYTES) {
        uploadPart();
      }
    }

    private void uploadPart() {
      byte[] part = buffer.toByteArray();
      buffer.reset();
      try {
        parts.add(store.uploadPart(upload, parts.size() + 1, part));
        bytesInParts += part.length;
      } catch (IOException e) {
        // flink-s3-fs uploads parts in another thread, so errors are reported later.
        failedPart = e;
      }
    }

    private void awaitParts() throws IOException {
      if (failedPart != null) {
        throw new IOException("Uploading parts failed", failedPart);
      }
    }

    @Override
    public ResumeRecoverable persist() throws IOException {
      if (buffer.size() > 0) {
        store.putSideObject("_" + key + "_tmp");
      }
      awaitParts();
      return recoverable();
    }

    @Override
    public Committer closeForCommit() throws IOException {
      if (buffer.size() > 0) {
        uploadPart();
      }
      awaitParts();
      return new Completion(recoverable());
    }

    private Recoverable recoverable() {
      return new Recoverable(key, upload, List.copyOf(parts), bytesInParts);
    }

    @Override
    public long getPos() {
      return bytesInParts + buffer.size();
    }

    @Override
    public void flush() {}

    @Override
    public void sync() {}

    @Override
    public void close() {}
  }

  private final class Completion implements RecoverableFsDataOutputStream.Committer {

    private final Recoverable file;

    Completion(Recoverable file) {
      this.file = file;
    }

    @Override
    public void commit() throws IOException {
      store.complete(file.upload(), file.parts());
    }

    @Override
    public void commitAfterRecovery() throws IOException {
      try {
        commit();
      } catch (IOException e) {
        try {
          if (store.length(file.key()) != file.bytes()) {
            throw new IOException("object and upload differ in length: " + file.key(), e);
          }
        } catch (FileNotFoundException absent) {
          throw new IOException("no object and no upload of " + file.key(), e);
        }
      }
    }

    @Override
    public CommitRecoverable getRecoverable() {
      return file;
    }
  }

  private static final class Serializer implements SimpleVersionedSerializer<Recoverable> {

    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Recoverable recoverable) throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(128);
      out.writeUTF(recoverable.key());
      out.writeUTF(recoverable.upload());
      out.writeLong(recoverable.bytes());
      out.writeInt(recoverable.parts().size());
      for (PartTag part : recoverable.parts()) {
        out.writeInt(part.number());
        out.writeLong(part.etag());
      }
      return out.getCopyOfBuffer();
    }

    @Override
    public Recoverable deserialize(int version, byte[] bytes) throws IOException {
      DataInputDeserializer in = new DataInputDeserializer(bytes);
      String key = in.readUTF();
      String upload = in.readUTF();
      long length = in.readLong();
      List<PartTag> parts = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        parts.add(new PartTag(in.readInt(), in.readLong()));
      }
      return new Recoverable(key, upload, parts, length);
    }
  }
}
