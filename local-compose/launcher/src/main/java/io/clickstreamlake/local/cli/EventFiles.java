package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.sample.GeneratedEvent;
import io.clickstreamlake.sample.Kind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The writer of generated events to files of JSON lines: one file, compressed if its name ends with
 * {@code .gz}, or a folder with one compressed file per day, named {@code
 * clickstream-2026-11-20.json.gz}. A file has its name only when it is complete; until then it ends
 * with {@code .part}. No file is overwritten.
 */
final class EventFiles implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private Path target;
  private OutputStream out;
  private LocalDate day;
  private long files;
  private long bytes;

  private EventFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * @param output name of a file; a folder if it exists as one, or ends with a slash
   */
  static EventFiles at(String output) throws IOException {
    Path path = Path.of(output);
    boolean isFolder = output.endsWith("/") || Files.isDirectory(path);
    EventFiles files = new EventFiles(isFolder ? path : null);
    if (isFolder) {
      Files.createDirectories(path);
    } else {
      files.open(path);
    }
    return files;
  }

  void write(GeneratedEvent event) throws IOException {
    // Late events and duplicates are in the file of the day on which they are sent.
    if (folder != null && (day == null || isOnTime(event))) {
      LocalDate eventDay = event.eventTime().atZone(ZoneOffset.UTC).toLocalDate();
      if (day == null || eventDay.isAfter(day)) {
        finish();
        day = eventDay;
        open(folder.resolve("clickstream-" + day + ".json.gz"));
      }
    }
    out.write(event.bytes());
    out.write('\n');
  }

  private static boolean isOnTime(GeneratedEvent event) {
    return event.kind() == Kind.GOOD || event.kind() == Kind.BROKEN;
  }

  /** Completes the last file. */
  void finish() throws IOException {
    if (out == null) {
      return;
    }
    out.close();
    out = null;
    Files.move(part(), target);
    bytes += Files.size(target);
    files++;
  }

  /** Number of complete files. */
  long files() {
    return files;
  }

  /** Size of the complete files. */
  long bytes() {
    return bytes;
  }

  private void open(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new LakeException(
          file + " exists already and is not overwritten. Delete it, or choose another --output.");
    }
    target = file;
    try {
      out = new BufferedOutputStream(Files.newOutputStream(part()), BUFFER);
    } catch (IOException e) {
      throw new LakeException("Cannot write " + part() + ": " + e + ".", e);
    }
    if (file.toString().endsWith(".gz")) {
      out = new FastGzip(out);
    }
  }

  private Path part() {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /** Deletes the file that is not complete. */
  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
      out = null;
      Files.deleteIfExists(part());
    }
  }

  /** Gzip at its fastest level: twice as fast as the default, and only a little larger. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
