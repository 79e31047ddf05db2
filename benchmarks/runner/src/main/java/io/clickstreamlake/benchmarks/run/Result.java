package io.clickstreamlake.benchmarks.run;

import io.clickstreamlake.benchmarks.check.LakeContents;
import io.clickstreamlake.benchmarks.measure.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Result of a peer at one parallelism.
 *
 * @param name of the peer
 * @param parallelism number of cores that it could use
 * @param rows number of events that it wrote per round
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

  /** Output of the last round; the rounds differ little. */
  public LakeContents contents() {
    return rounds.get(rounds.size() - 1).contents();
  }

  private Spread spread(ToDoubleFunction<Round> figure) {
    return Spread.of(rounds.stream().mapToDouble(figure).boxed().toList());
  }
}
