package io.clickstreamlake.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The space on the disk of a folder.
 *
 * @param folder it may not exist yet; then its nearest existing parent counts
 * @param disk name and type of the file system, such as {@code /dev/sda1 (ext4)}
 * @param free bytes that this user can still write
 * @param total bytes of the disk
 */
public record DiskSpace(Path folder, String disk, long free, long total) {

  /** Below this a process cannot even write its log. */
  private static final long FULL = 4L << 20;

  private static final long MB = 1_000_000;

  /** Reads the space on the disk of a folder. */
  public static DiskSpace of(Path folder) {
    Path existing = folder.toAbsolutePath().normalize();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      FileStore store = Files.getFileStore(existing);
      return new DiskSpace(
          folder,
          store.name() + " (" + store.type() + ")",
          store.getUsableSpace(),
          store.getTotalSpace());
    } catch (IOException e) {
      throw new UncheckedIOException("The disk of " + folder + " cannot be read", e);
    }
  }

  /** Whether nothing more can be written. */
  public boolean isFull() {
    return free < FULL;
  }

  /** Example: {@code 12 MB free of 20000 MB on /dev/sda1 (ext4)}. */
  public String describe() {
    return String.format(Locale.ROOT, "%d MB free of %d MB on %s", free / MB, total / MB, disk);
  }
}
