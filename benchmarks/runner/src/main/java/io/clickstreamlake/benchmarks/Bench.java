package io.clickstreamlake.benchmarks;

import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.report.JsonReport;
import io.clickstreamlake.benchmarks.report.Machine;
import io.clickstreamlake.benchmarks.report.TextReport;
import io.clickstreamlake.benchmarks.run.Cores;
import io.clickstreamlake.benchmarks.run.PeerCatalog;
import io.clickstreamlake.benchmarks.run.SideBySide;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code ./lake bench}, which runs the benchmarks of benchmarks/README.md. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the job and its alternatives on the same generated JSON and reports events per second"
          + " and per second of CPU time.",
      "benchmarks/README.md describes what is measured, and how."
    })
public final class Bench implements Callable<Integer> {

  @Option(
      names = "--quick",
      description = "100,000 events and three rounds: takes minutes instead of an hour.")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes the figures as JSON.")
  private Path json;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "NAME",
      description = "Peers to run: ours, filesink, flink-sql, spark, duckdb. Default: all.")
  private List<String> peers = PeerCatalog.NAMES;

  @Option(
      names = "--parallelism",
      split = ",",
      paramLabel = "N",
      description = "Numbers of cores to run with. Default: 1,2.")
  private List<Integer> parallelisms = List.of(1, 2);

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Number of events. Default: 1,000,000.")
  private Integer events;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Measured rounds. Default: 5; with --quick 3.")
  private Integer rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Warm-up rounds before them. Default: 6; with --quick 5.")
  private Integer warmUp;

  @Option(
      names = "--sections",
      split = ",",
      paramLabel = "NAME",
      description = {
        "What to measure: ${COMPLETION-CANDIDATES}. Default: all.",
        "throughput: the peers side by side.",
        "pipeline: the job with and without enrichments and de-duplication.",
        "batch: the job with all steps, and ./lake load with the same ones.",
        "dedup: de-duplication alone, for new ids and for repeats of stored ids.",
        "layout: objects, bytes, checkpoints and scans of an hour, on the local stack.",
        "profile: where the job spends its time."
      })
  private List<Section> sections = List.of(Section.values());

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "Heap of each peer's JVM. Default: ${DEFAULT-VALUE}.")
  private String heap = "2g";

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description = "Folder for the input and the output of peers. Default: ${DEFAULT-VALUE}.")
  private Path work = Path.of("benchmarks", "target", "bench");

  @Option(
      names = "--root",
      hidden = true,
      description = "Root of the source tree. Default: ${DEFAULT-VALUE}.")
  private Path root = Path.of("");

  @Spec private CommandSpec spec;

  private Bench() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command, for {@code ./lake bench} and tests. */
  public static CommandLine commandLine() {
    return new CommandLine(new Bench());
  }

  @Override
  public Integer call() throws IOException {
    checkPeers();
    Path folder = work.toAbsolutePath();
    Machine machine = Machine.describe();
    int count = events != null ? events : quick ? 100_000 : 1_000_000;
    step("writing " + count + " events below " + folder);
    BenchmarkInput input = BenchmarkInput.prepare(folder.resolve("input"), count);
    Cores cores = Cores.detect();
    SideBySide.Schedule schedule =
        new SideBySide.Schedule(
            warmUp != null ? warmUp : quick ? 5 : 6, rounds != null ? rounds : quick ? 3 : 5, heap);
    TextReport text = new TextReport(spec.commandLine().getOut());
    JsonReport figures = new JsonReport(machine, cores, input);
    text.machine(machine, input);
    Sections all =
        new Sections(
            root.toAbsolutePath(), folder, input, schedule, cores, text, figures, this::step);
    boolean complete = true;
    for (Section section : Section.values()) {
      if (sections.contains(section)) {
        complete &= all.measure(section, peers, parallelisms);
        if (json != null) {
          // After each section: its figures are kept if somebody stops the next one.
          figures.write(json);
        }
      }
    }
    if (json != null) {
      step("figures are in " + json);
    }
    return complete ? 0 : 1;
  }

  private void checkPeers() {
    for (String name : peers) {
      if (!PeerCatalog.NAMES.contains(name)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "--peers: there is no peer '"
                + name
                + "'; there are "
                + String.join(", ", PeerCatalog.NAMES));
      }
    }
  }

  private void step(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
