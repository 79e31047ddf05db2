package io.clickstreamlake.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * A file whose modification time shows that a process without a port is healthy. Health checks read
 * it from outside.
 */
public final class Heartbeat {

  private final Path file;

  private Heartbeat(Path file) {
    this.file = file;
  }

  /** The file {@code heartbeat} of a folder, which is created if missing. */
  public static Heartbeat in(Path folder) {
    return new Heartbeat(folder.resolve("heartbeat"));
  }

  /** Records that the process is healthy now. */
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

  /** Ready when the process has called {@link #beat} after this time. */
  public Readiness since(Instant start) {
    return () -> Files.exists(file) && Files.getLastModifiedTime(file).toInstant().isAfter(start);
  }
}
