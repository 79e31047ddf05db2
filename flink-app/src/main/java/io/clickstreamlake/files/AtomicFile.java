package io.clickstreamlake.files;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;

/**
 * A file that appears, or is replaced, as a whole. On S3 it is a multipart upload; on a local disk
 * a hidden file beside it that is renamed. If the content fails, nothing is visible: to close a
 * stream of {@code FileSystem.create} would publish the bytes so far.
 */
public final class AtomicFile {

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param out is not closed; its bytes become visible when this method returns, and never if it
     *     throws
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file, or replaces it. */
  public static void write(Path path, Content content) throws IOException {
    RecoverableFsDataOutputStream out = path.getFileSystem().createRecoverableWriter().open(path);
    RecoverableFsDataOutputStream.Committer committer;
    try {
      content.writeTo(out);
      committer = out.closeForCommit();
    } catch (IOException | RuntimeException e) {
      try {
        out.close();
      } catch (IOException | RuntimeException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    committer.commit();
  }
}
