package io.clickstreamlake.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * A file whose time says that a process which listens on nothing is well. Health checks look at it
 * from outside.
 */
public final class Heartbeat {

  private final Path file;

  private Heartbeat(Path file) {
    this.file = file;
  }

  /** The file {@code heartbeat} of a folder, which is made if it is not there. */
  public static Heartbeat in(Path folder) {
    return new Heartbeat(folder.resolve("heartbeat"));
  }

  /** Says that all is well now. */
  public void beat() {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      throw new UncheckedIOException("The heartbeat cannot be written to " + file, e);
    }
  }

  /** Ready when the process has beaten after this was asked for. */
  public Readiness since(Instant start) {
    return () -> Files.exists(file) && Files.getLastModifiedTime(file).toInstant().isAfter(start);
  }
}
