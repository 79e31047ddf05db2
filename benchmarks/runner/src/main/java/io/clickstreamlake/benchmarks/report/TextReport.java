package io.clickstreamlake.benchmarks.report;

import io.clickstreamlake.benchmarks.dedup.DeduplicationCost;
import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.layout.HourLayout;
import io.clickstreamlake.benchmarks.measure.Spread;
import io.clickstreamlake.benchmarks.profile.Profile;
import io.clickstreamlake.benchmarks.run.Result;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Report of the figures as text tables. */
public final class TextReport {

  private static final int METHODS_SHOWN = 20;

  private final PrintWriter out;

  public TextReport(PrintWriter out) {
    this.out = out;
  }

  /** The machine and the input. */
  public void machine(Machine machine, BenchmarkInput input) {
    line(
        "%,d events of %d bytes on %d × %s, %s, load before %.1f",
        input.events(),
        input.bytes() / input.events(),
        machine.processors(),
        machine.processor(),
        machine.java(),
        machine.loadBefore());
    out.flush();
  }

  /** One line per peer and parallelism. */
  public void results(List<Result> results) {
    line("");
    line(
        "%-22s %5s %10s %16s %16s %8s %6s %8s %9s %7s",
        "peer",
        "cores",
        "events/s",
        "events/core-s",
        "CPU s (range)",
        "wall s",
        "files",
        "MB",
        "cold CPU s",
        "others");
    for (Result result : results) {
      Spread cpu = result.cpuSeconds();
      line(
          "%-22s %5d %,10.0f %,16.0f %6.2f (%.2f-%.2f) %7.2f %6d %8.1f %10.2f %6.0f%%",
          result.name(),
          result.parallelism(),
          result.eventsPerSecond(),
          result.eventsPerCoreSecond(),
          cpu.median(),
          cpu.min(),
          cpu.max(),
          result.seconds().median(),
          result.contents().files(),
          result.contents().bytes() / 1e6,
          result.coldCpuSeconds(),
          100 * result.otherCpuSeconds().median() / result.seconds().median());
    }
    line("");
    line("others: CPU use of the rest of the machine during the run; 100%% is one core.");
    out.flush();
  }

  /** One line for new ids, and one per round of repeats. */
  public void deduplication(List<DeduplicationCost> costs) {
    line("");
    line("%-10s %12s %8s %16s", "ids", "events", "CPU s", "events/core-s");
    for (DeduplicationCost cost : costs) {
      line(
          "%-10s %,12d %8.2f %,16.0f",
          cost.kind(), cost.events(), cost.cpuSeconds(), cost.eventsPerCoreSecond());
    }
    out.flush();
  }

  /** Layout of an hour of events, by sink. */
  public void layouts(Map<String, HourLayout> layouts) {
    line("");
    line(
        "%-10s %8s %9s %15s %12s %15s %18s %16s",
        "an hour of",
        "objects",
        "MB",
        "put/final byte",
        "checkpoints",
        "MB in total",
        "median (max) ms",
        "MB scanned");
    layouts.forEach(
        (sink, hour) ->
            line(
                "%-10s %8d %9.1f %15.3f %12d %15.1f %18s %16.1f",
                sink,
                hour.contents().files(),
                hour.contents().bytes() / 1e6,
                hour.bytesSentPerByte(),
                hour.checkpoints(),
                hour.checkpointBytes() / 1e6,
                hour.checkpointMillisMedian() + " (" + hour.checkpointMillisMax() + ")",
                hour.scannedBytesInAll() / 1e6));
    line("");
    line("MB scanned: by Trino for all sample queries of athena/queries, each once.");
    out.flush();
  }

  /** Profile of the job. */
  public void profile(Profile profile) {
    line("");
    line(
        "Profile of ours: %,d samples of Java code, %.1f s of garbage collection pauses",
        profile.samples(), profile.pauses().toMillis() / 1000.0);
    line("Compression is native code, which the recorder samples only partially.");
    profile.steps().forEach((step, share) -> line("%6.1f%%  %s", 100 * share, step));
    line("Methods:");
    profile
        .methods(METHODS_SHOWN)
        .forEach((method, share) -> line("%6.1f%%  %s", 100 * share, method));
    out.flush();
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
