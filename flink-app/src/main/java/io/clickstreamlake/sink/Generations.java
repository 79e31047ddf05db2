package io.clickstreamlake.sink;

import io.clickstreamlake.files.FolderListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * The generations of the tables, and the announcement of one that is being prepared:
 *
 * <pre>
 *   SINK_PATH/click_events/ …             generation 1
 *   SINK_PATH/g2/click_events/ …          generation 2
 *   SINK_PATH/_generations/2.preparing    rows are being copied and read into it
 * </pre>
 *
 * <p>While a generation is prepared, no rows of persons may be erased: a row could be copied, or
 * read from the archive, before it is erased there, and be written after the erasure has looked at
 * the new generation. Each of the two announces itself, and then looks for the other; so at least
 * one of them does nothing.
 */
public final class Generations {

  private static final String FOLDER = "_generations";
  private static final String PREPARING = ".preparing";

  private Generations() {}

  /**
   * The numbers of all generations that exist. The first generation is always one of them.
   *
   * @param sinkPath {@code sink.path}
   */
  public static List<Integer> numbers(String sinkPath) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    numbers.add(1);
    // The root of a bucket is a path too, unlike the bucket alone.
    Path root = new Path(sinkPath.endsWith("/") ? sinkPath : sinkPath + "/");
    for (FileStatus folder : FolderListing.of(root)) {
      String name = folder.getPath().getName();
      if (folder.isDir() && name.matches("g[1-9][0-9]{0,8}")) {
        numbers.add(Integer.valueOf(name.substring(1)));
      }
    }
    return numbers;
  }

  /**
   * Announces that a generation is prepared, until {@link #prepared}.
   *
   * @param erasures the folder of each generation that has a file while rows of persons are erased
   * @throws BatchRefusedException if rows of persons are being erased
   */
  public static void prepare(String sinkPath, int generation, List<Path> erasures)
      throws IOException {
    Path file = file(sinkPath, generation);
    try (FSDataOutputStream out = file.getFileSystem().create(file, WriteMode.OVERWRITE)) {
      out.write("{}".getBytes(StandardCharsets.UTF_8));
    }
    List<FileStatus> running = new ArrayList<>();
    for (Path folder : erasures) {
      running.addAll(FolderListing.of(folder));
    }
    if (!running.isEmpty()) {
      prepared(sinkPath, generation);
      throw new BatchRefusedException(
          "Rows of persons are being erased ("
              + running.get(0).getPath().getName()
              + "), or such a run has crashed: then run ./lake erase first. Nothing was written. Run"
              + " the same command again afterwards.");
    }
  }

  /** Ends the announcement. */
  public static void prepared(String sinkPath, int generation) throws IOException {
    Path file = file(sinkPath, generation);
    file.getFileSystem().delete(file, false);
  }

  /** The numbers of the generations that are being prepared, or whose preparation has crashed. */
  public static List<String> preparing(String sinkPath) throws IOException {
    List<String> numbers = new ArrayList<>();
    for (FileStatus file : FolderListing.of(new Path(sinkPath, FOLDER))) {
      String name = file.getPath().getName();
      if (name.endsWith(PREPARING)) {
        numbers.add(name.substring(0, name.length() - PREPARING.length()));
      }
    }
    return numbers;
  }

  /**
   * Whether a job has started to write a generation: it records its settings there.
   *
   * @param root of the generation
   */
  public static boolean isWritten(String root) throws IOException {
    return !FolderListing.of(new Path(root + "/_sink/settings")).isEmpty();
  }

  /** Number of files that queries see in a folder and all folders in it. */
  public static long files(Path folder) throws IOException {
    long files = 0;
    for (FileStatus file : FolderListing.of(folder)) {
      if (!file.getPath().getName().matches("[._].*")) {
        files += file.isDir() ? files(file.getPath()) : 1;
      }
    }
    return files;
  }

  private static Path file(String sinkPath, int generation) {
    return new Path(new Path(sinkPath, FOLDER), generation + PREPARING);
  }
}
