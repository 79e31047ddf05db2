package io.clickstreamlake.benchmarks.run;

import io.clickstreamlake.benchmarks.check.LakeContents;
import io.clickstreamlake.benchmarks.measure.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a peer did at one parallelism.
 *
 * @param name of the peer
 * @param parallelism how many cores it could keep busy
 * @param rows events that it wrote in each round
 * @param coldCpuSeconds CPU time from the start of its process to the end of its first round
 * @param rounds the warm ones
 */
public record Result(
    String name, int parallelism, long rows, double coldCpuSeconds, List<Round> rounds) {

  public Result {
    rounds = List.copyOf(rounds);
  }

  public Spread seconds() {
    return spread(Round::seconds);
  }

  public Spread cpuSeconds() {
    return spread(Round::cpuSeconds);
  }

  public Spread otherCpuSeconds() {
    return spread(Round::otherCpuSeconds);
  }

  public double eventsPerSecond() {
    return rows / seconds().median();
  }

  public double eventsPerCoreSecond() {
    return rows / cpuSeconds().median();
  }

  /** What the last round left; the rounds differ in little. */
  public LakeContents contents() {
    return rounds.get(rounds.size() - 1).contents();
  }

  private Spread spread(ToDoubleFunction<Round> figure) {
    return Spread.of(rounds.stream().mapToDouble(figure).boxed().toList());
  }
}
