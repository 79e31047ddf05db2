package io.clickstreamlake.files;

import java.io.IOException;
import java.io.InputStream;
import org.apache.flink.core.fs.Path;

/** A small file that another process overwrites now and then. */
public final class OverwrittenFile {

  private static final int MAX_ATTEMPTS = 5;

  /** The class loader of a plugin has the class. */
  private static final String REPLACED = "RemoteFileChangedException";

  private OverwrittenFile() {}

  /**
   * The content of the file, before or after it was overwritten.
   *
   * <p>Flink's client of S3 asks for the size of an object first, and fails with a {@code
   * RemoteFileChangedException} of its plugin if the object was replaced before it reads the
   * content. The file is then read again.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  public static byte[] read(Path file) throws IOException {
    return read(() -> file.getFileSystem().open(file));
  }

  interface Opener {
    InputStream open() throws IOException;
  }

  static byte[] read(Opener file) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (InputStream in = file.open()) {
        return in.readAllBytes();
      } catch (IOException e) {
        // The storage repeats what else fails.
        if (attempt == MAX_ATTEMPTS || !e.getClass().getSimpleName().equals(REPLACED)) {
          throw e;
        }
      }
    }
  }
}
