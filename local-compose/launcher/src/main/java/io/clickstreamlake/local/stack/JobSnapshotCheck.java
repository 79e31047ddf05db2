package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Checks snapshots before anything starts, by the job's own code: the class {@code SnapshotCheck}
 * of its jar, in a separate JVM. It takes one to two seconds.
 */
final class JobSnapshotCheck {

  private static final String MAIN = "io.clickstreamlake.SnapshotCheck";

  /** Generous; guards against a hang. */
  private static final long TIMEOUT_SECONDS = 120;

  private final ProjectFiles project;

  JobSnapshotCheck(ProjectFiles project) {
    this.project = project;
  }

  /**
   * The result for one snapshot.
   *
   * @param problem the file that cannot be read, and the reason; empty if all can be read
   * @param openFiles files of the tables that only this snapshot can finish
   */
  record Result(Path folder, Optional<String> problem, int openFiles) {}

  /**
   * Checks snapshots, up to the first one that can be read.
   *
   * @return one result per checked snapshot; only the last one may be without a problem
   */
  List<Result> untilReadable(List<Path> folders) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                JavaProcess.QUICK_START,
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                project.jobJar() + ":" + project.clusterClassPath(),
                MAIN));
    folders.forEach(folder -> command.add(folder.toString()));
    try {
      Path output = Files.createTempFile("snapshot-check", ".txt");
      Path errors = Files.createTempFile("snapshot-check", ".err");
      try {
        run(command, output, errors);
        return Files.readAllLines(output).stream()
            .filter(line -> line.startsWith("snapshot\t"))
            .map(JobSnapshotCheck::parse)
            .toList();
      } finally {
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new LakeException("The check of the snapshot cannot be run: " + e.getMessage(), e);
    }
  }

  private static Result parse(String line) {
    String[] parts = line.split("\t", 4);
    Path folder = Path.of(parts[1]);
    return parts[2].equals("readable")
        ? new Result(folder, Optional.empty(), Integer.parseInt(parts[3]))
        : new Result(folder, Optional.of(parts[3]), 0);
  }

  private static void run(List<String> command, Path output, Path errors) throws IOException {
    Process check =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      if (!check.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || check.exitValue() != 0) {
        throw new LakeException(
            "The check of the snapshot failed: " + Files.readString(errors).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("The check of the snapshot was interrupted.", e);
    } finally {
      check.destroyForcibly();
    }
  }
}
