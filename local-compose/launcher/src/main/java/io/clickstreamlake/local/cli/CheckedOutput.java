package io.clickstreamlake.local.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** A writer to the output of a command that fails if the output does, at the next flush. */
final class CheckedOutput extends Writer {

  private final PrintWriter out;

  CheckedOutput(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void write(char[] text, int from, int length) {
    out.write(text, from, length);
  }

  @Override
  public void write(String text, int from, int length) {
    out.write(text, from, length);
  }

  /**
   * @throws ReaderGoneException if the reader of a pipe has ended
   */
  @Override
  public void flush() throws IOException {
    if (!out.checkError()) {
      return;
    }
    IOException failure = out instanceof StandardOutput standard ? standard.failure() : null;
    if (failure == null) {
      throw new IOException("the output is closed");
    }
    if (String.valueOf(failure.getMessage()).contains("Broken pipe")) {
      throw new ReaderGoneException(failure);
    }
    throw failure;
  }

  /** The output belongs to the command. */
  @Override
  public void close() throws IOException {
    flush();
  }
}
