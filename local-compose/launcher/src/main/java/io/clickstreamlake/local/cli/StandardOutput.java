package io.clickstreamlake.local.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The standard output. It is UTF-8 whatever the locale, since results are data; and it keeps the
 * reason when it cannot be written, which a {@link PrintWriter} alone does not tell.
 */
final class StandardOutput extends PrintWriter {

  private final Stream stream;

  StandardOutput() {
    this(new Stream(new FileOutputStream(FileDescriptor.out)));
  }

  private StandardOutput(Stream stream) {
    super(new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 64 * 1024));
    this.stream = stream;
  }

  /** Why the last write failed; null if none did. */
  IOException failure() {
    return stream.failure;
  }

  private static final class Stream extends OutputStream {

    private final OutputStream out;
    private volatile IOException failure;

    Stream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
