package io.clickstreamlake.sink.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.BlockLocation;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemKind;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableWriter;

/** A {@link ModelStore} as a Flink file system, with only the methods that the sink needs. */
final class ModelFileSystem extends FileSystem {

  private final URI uri;

  ModelFileSystem(URI uri) {
    this.uri = uri;
  }

  private ModelStore store() throws IOException {
    return ModelStore.find(uri.getAuthority());
  }

  /** The URI with which Flink creates a file system is that of the first path. */
  private String root() {
    return uri.getScheme() + "://" + uri.getAuthority();
  }

  static String key(Path path) {
    return path.toUri().getPath().substring(1);
  }

  @Override
  public RecoverableWriter createRecoverableWriter() throws IOException {
    if (uri.getAuthority().equals("cannot-resume")) {
      return super.createRecoverableWriter();
    }
    return new ModelRecoverableWriter(store());
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return status(path, store().length(key(path)), store().modified(key(path)));
  }

  private static FileStatus status(Path path, long length, long modified) {
    return new FileStatus() {
      @Override
      public long getLen() {
        return length;
      }

      @Override
      public long getBlockSize() {
        return length;
      }

      @Override
      public short getReplication() {
        return 1;
      }

      @Override
      public long getModificationTime() {
        return modified;
      }

      @Override
      public long getAccessTime() {
        return 0;
      }

      @Override
      public boolean isDir() {
        return length < 0;
      }

      @Override
      public Path getPath() {
        return path;
      }
    };
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    byte[] bytes = store().get(key(path));
    return new FSDataInputStream() {
      private final ByteArrayInputStream in = new ByteArrayInputStream(bytes);
      private long position;

      @Override
      public void seek(long desired) {
        in.reset();
        position = in.skip(desired);
      }

      @Override
      public long getPos() {
        return position;
      }

      @Override
      public int read() {
        int read = in.read();
        position += read < 0 ? 0 : 1;
        return read;
      }

      @Override
      public int read(byte[] target, int offset, int length) {
        int read = in.read(target, offset, length);
        position += Math.max(0, read);
        return read;
      }
    };
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return open(path);
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public boolean isDistributedFS() {
    return true;
  }

  @Override
  public FileSystemKind getKind() {
    return FileSystemKind.OBJECT_STORE;
  }

  @Override
  public Path getWorkingDirectory() {
    throw unused();
  }

  @Override
  public Path getHomeDirectory() {
    throw unused();
  }

  @Override
  public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length) {
    throw unused();
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    ModelStore store = store();
    return store.list(key(path) + "/").entrySet().stream()
        .map(
            found ->
                status(
                    new Path(root() + "/" + found.getKey()),
                    found.getValue(),
                    store.modified(found.getKey())))
        .toArray(FileStatus[]::new);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    store().delete(key(path));
    if (recursive) {
      for (String key : store().keysBelow(key(path))) {
        store().delete(key);
      }
    }
    return true;
  }

  @Override
  public boolean mkdirs(Path path) {
    throw unused();
  }

  @Override
  public FSDataOutputStream create(Path path, WriteMode mode) {
    return new FSDataOutputStream() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      @Override
      public long getPos() {
        return bytes.size();
      }

      @Override
      public void write(int b) {
        bytes.write(b);
      }

      @Override
      public void write(byte[] source, int offset, int length) {
        bytes.write(source, offset, length);
      }

      @Override
      public void flush() {}

      @Override
      public void sync() {}

      @Override
      public void close() throws IOException {
        store().put(key(path), bytes.toByteArray());
      }
    };
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("not used by the sink");
  }
}
