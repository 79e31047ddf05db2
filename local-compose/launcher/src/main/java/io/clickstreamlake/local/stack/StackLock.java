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
 * A lock on a state folder, so that only one launcher starts, stops or clears it at a time. The
 * kernel releases it when the launcher ends, even by a crash.
 */
public final class StackLock implements AutoCloseable {

  private final Optional<FileChannel> channel;

  private StackLock(Optional<FileChannel> channel) {
    this.channel = channel;
  }

  /**
   * @throws LakeException if another launcher holds the lock
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
            "Another ./lake (a demo, a start or a stop) is using "
                + file.toAbsolutePath().getParent()
                + ". Wait until it has ended, stop it with Ctrl-C, or choose another folder with"
                + " --state.");
      }
      return new StackLock(Optional.of(channel));
    } catch (IOException e) {
      throw new LakeException(
          "The state folder cannot be written: "
              + e.getMessage()
              + ". Choose another one with --state.",
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

  /** No lock, for a client of a running stack. */
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
