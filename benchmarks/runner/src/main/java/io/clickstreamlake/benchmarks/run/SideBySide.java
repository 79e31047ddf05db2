package io.clickstreamlake.benchmarks.run;

import io.clickstreamlake.benchmarks.check.LakeContents;
import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runner of several peers in turns over the same input: all warm up, then each runs one round, and
 * again. A peer that fails or writes wrong rows is removed, with the reason.
 */
public final class SideBySide {

  private final BenchmarkInput input;
  private final Schedule schedule;
  private final Path folder;
  private final Cores cores;
  private final Consumer<String> progress;

  private final List<Result> results = new ArrayList<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  /** Digest of the first peer's rows; all others must have the same. */
  private LakeContents expected;

  /**
   * @param folder for the output of peers
   * @param progress takes a line for each step
   */
  public SideBySide(
      BenchmarkInput input,
      Schedule schedule,
      Path folder,
      Cores cores,
      Consumer<String> progress) {
    this.input = input;
    this.schedule = schedule;
    this.folder = folder;
    this.cores = cores;
    this.progress = progress;
  }

  /**
   * Number of rounds, and heap.
   *
   * @param warmUpRounds rounds that are not counted
   * @param rounds rounds that are counted
   * @param heap of each peer's JVM, such as {@code 2g}
   */
  public record Schedule(int warmUpRounds, int rounds, String heap) {
    public Schedule {
      if (warmUpRounds < 1 || rounds < 1) {
        throw new IllegalArgumentException(
            "--warm-up " + warmUpRounds + " --rounds " + rounds + ": each must be 1 or more");
      }
    }
  }

  /** Measures the peers with this number of cores each. */
  public void run(List<PeerDefinition> definitions, int parallelism) throws IOException {
    List<Lane> lanes = new ArrayList<>();
    try {
      for (PeerDefinition definition : definitions) {
        start(definition, parallelism, lanes);
      }
      for (int i = 0; i < schedule.warmUpRounds() + schedule.rounds(); i++) {
        for (Lane lane : List.copyOf(lanes)) {
          if (!step(lane, i)) {
            lanes.remove(lane);
            lane.peer.close();
          }
        }
      }
      lanes.forEach(lane -> results.add(lane.result(parallelism)));
    } finally {
      lanes.forEach(lane -> lane.peer.close());
    }
  }

  public List<Result> results() {
    return List.copyOf(results);
  }

  /** Names of the peers that were removed, each with the reason. */
  public Map<String, String> failures() {
    return failures;
  }

  private void start(PeerDefinition definition, int parallelism, List<Lane> lanes) {
    PeerTask task = new PeerTask(input.folder(), parallelism, definition.settings());
    try {
      lanes.add(
          new Lane(
              RunningPeer.start(
                  definition,
                  task,
                  folder.resolve("parallelism-" + parallelism),
                  schedule.heap(),
                  cores)));
    } catch (IOException e) {
      failures.put(definition.name(), e.getMessage());
      progress.accept(definition.name() + " does not start: " + e.getMessage());
    }
  }

  /** Runs one round; false if it failed. */
  private boolean step(Lane lane, int number) {
    try {
      Round round = lane.peer.round();
      check(lane.peer.name(), round.contents());
      if (number == 0) {
        lane.coldCpuSeconds = lane.peer.cpuSeconds();
      }
      boolean warm = number >= schedule.warmUpRounds();
      if (warm) {
        lane.rounds.add(round);
      }
      progress.accept(
          String.format(
              "%-22s %s %5.2f s, %5.2f CPU s",
              lane.peer.name(),
              warm ? "round " + (number - schedule.warmUpRounds() + 1) : "warm-up",
              round.seconds(),
              round.cpuSeconds()));
      return true;
    } catch (IOException e) {
      failures.put(lane.peer.name(), e.getMessage());
      progress.accept(lane.peer.name() + " is removed: " + e.getMessage());
      return false;
    }
  }

  private void check(String name, LakeContents contents) throws IOException {
    if (contents.rows() != input.events()) {
      throw new IOException(
          name + " wrote " + contents.rows() + " rows of " + input.events() + " events");
    }
    if (expected == null) {
      expected = contents;
    }
    if (!expected.digest().equals(contents.digest())) {
      throw new IOException(
          name
              + " wrote different values than the peers before it: "
              + contents.digest()
              + " instead of "
              + expected.digest());
    }
  }

  private final class Lane {
    private final RunningPeer peer;
    private final List<Round> rounds = new ArrayList<>();
    private double coldCpuSeconds;

    Lane(RunningPeer peer) {
      this.peer = peer;
    }

    Result result(int parallelism) {
      return new Result(peer.name(), parallelism, input.events(), coldCpuSeconds, rounds);
    }
  }
}
