package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.DiskSpace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The disks that a stack writes to: usually one, unless a folder of the state is a link. */
public final class StackDisks {

  /**
   * Bytes that a stack needs to start: an idle one takes about 370 MB, most of it copies of the
   * job's jar; the rest is for events.
   */
  public static final long NEEDED_TO_START = 500_000_000;

  /** Bytes below which a running stack is about to stop: savepoints and logs still fit. */
  public static final long NEEDED_TO_RUN = 100_000_000;

  private final Map<String, Path> folders = new LinkedHashMap<>();
  private final Function<Path, DiskSpace> disks;

  public StackDisks(StateFolder state) {
    this(state, DiskSpace::of);
  }

  StackDisks(StateFolder state, Function<Path, DiskSpace> disks) {
    this.disks = disks;
    folders.put("state folder", state.root());
    folders.put("data of S3", state.s3());
    folders.put("stream", state.kinesis());
    folders.put("checkpoints and savepoints", state.flink());
    folders.put("logs", state.logs());
  }

  /** The disks, each once: the space on it, and what the stack writes to it. */
  public Map<DiskSpace, List<String>> all() {
    Map<String, DiskSpace> byDisk = new LinkedHashMap<>();
    Map<DiskSpace, List<String>> contents = new LinkedHashMap<>();
    folders.forEach(
        (content, folder) -> {
          DiskSpace space = disks.apply(folder);
          DiskSpace known = byDisk.computeIfAbsent(space.disk(), unused -> space);
          contents.computeIfAbsent(known, unused -> new ArrayList<>()).add(content);
        });
    return contents;
  }

  /**
   * Describes the disks with too little space: what lies on each, where, how much is free and how
   * much is needed. Empty if all have enough.
   */
  public Optional<String> shortage(long needed) {
    List<String> problems = new ArrayList<>();
    all()
        .forEach(
            (disk, contents) -> {
              if (disk.free() < needed) {
                problems.add(
                    "The disk of "
                        + disk.folder()
                        + " ("
                        + String.join(", ", contents)
                        + ") has too little space: "
                        + disk.describe()
                        + ", needed: "
                        + needed / 1_000_000
                        + " MB.");
              }
            });
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", problems));
  }

  /**
   * Requires the space for a start.
   *
   * @throws LakeException with all disks that have too little
   */
  void requireSpaceToStart() {
    shortage(NEEDED_TO_START)
        .ifPresent(
            problem -> {
              throw new LakeException(
                  problem
                      + "\nNothing was started. Free some space, or choose a folder on another disk"
                      + " with --state DIR.");
            });
  }
}
