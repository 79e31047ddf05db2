package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps two launchers from starting, stopping or clearing one state folder at the same time. The
 * kernel frees it when the launcher ends, however it ends.
 */
public final class StackLock implements AutoCloseable {

  private final Optional<FileChannel> channel;

  private StackLock(Optional<FileChannel> channel) {
    this.channel = channel;
  }

  /**
   * @throws LakeException if another launcher holds it
   */
  public static StackLock take(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new LakeException(
            "Another ./lake (a demo, a start or a stop) is busy with "
                + file.toAbsolutePath().getParent()
                + ". Wait until it is done, end it with Ctrl-C there, or use another folder with"
                + " --state.");
      }
      return new StackLock(Optional.of(channel));
    } catch (IOException e) {
      throw new LakeException(
          "The state folder cannot be written: " + e.getMessage() + ". Name another with --state.",
          e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  boolean isHeld() {
    return channel.isPresent() && channel.get().isOpen();
  }

  /** For those who only look. */
  static StackLock none() {
    return new StackLock(Optional.empty());
  }

  /** Safe to call twice. */
  @Override
  public void close() {
    if (channel.isPresent()) {
      try {
        channel.get().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
