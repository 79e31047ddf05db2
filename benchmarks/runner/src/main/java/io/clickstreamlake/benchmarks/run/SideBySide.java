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
 * Runs peers in turns over the same input: all of them warm up, then each does one round after the
 * other, and round again. One that fails or writes wrong rows is out, with the reason.
 */
public final class SideBySide {

  private final BenchmarkInput input;
  private final Schedule schedule;
  private final Path folder;
  private final Cores cores;
  private final Consumer<String> progress;

  private final List<Result> results = new ArrayList<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  /** What the rows of the first peer add up to; all must agree. */
  private LakeContents expected;

  /**
   * @param folder for what peers write
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
   * How often and with what memory.
   *
   * @param warmUpRounds that are not counted
   * @param rounds that are
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

  /** Measures the peers with that many cores each. */
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

  /** Names of the peers that were taken out, each with the reason. */
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

  /** One round; false if it failed. */
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
      progress.accept(lane.peer.name() + " is out: " + e.getMessage());
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
              + " wrote other values than the peers before it: "
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
