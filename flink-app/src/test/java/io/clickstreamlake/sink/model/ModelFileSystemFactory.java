package io.clickstreamlake.sink.model;

import java.net.URI;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;

/** The file system of URIs {@code model://store1/…}, a {@link ModelStore}. Loaded as a service. */
public final class ModelFileSystemFactory implements FileSystemFactory {

  static final String SCHEME = "model";

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileSystem create(URI uri) {
    return new ModelFileSystem(uri);
  }
}
