package io.clickstreamlake.local.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The check of snapshots before anything starts, by the job's own code. */
final class JobSnapshotCheck {

  private static final String MAIN = "io.clickstreamlake.SnapshotCheck";

  private final JobProgram program;

  JobSnapshotCheck(ProjectFiles project) {
    this.program = new JobProgram(project, MAIN, "check of the snapshot");
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
    return program.run(folders.stream().map(Path::toString).toList(), Map.of()).stream()
        .filter(line -> line.startsWith("snapshot\t"))
        .map(JobSnapshotCheck::parse)
        .toList();
  }

  private static Result parse(String line) {
    String[] parts = line.split("\t", 4);
    Path folder = Path.of(parts[1]);
    return parts[2].equals("readable")
        ? new Result(folder, Optional.empty(), Integer.parseInt(parts[3]))
        : new Result(folder, Optional.of(parts[3]), 0);
  }
}
