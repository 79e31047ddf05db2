package io.clickstreamlake.benchmarks;

import io.clickstreamlake.benchmarks.columns.WideEvents;
import io.clickstreamlake.benchmarks.dedup.DeduplicationBenchmark;
import io.clickstreamlake.benchmarks.dedup.DeduplicationCost;
import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.layout.HourLayout;
import io.clickstreamlake.benchmarks.layout.LayoutBenchmark;
import io.clickstreamlake.benchmarks.profile.Profile;
import io.clickstreamlake.benchmarks.profile.ProfiledRun;
import io.clickstreamlake.benchmarks.report.JsonReport;
import io.clickstreamlake.benchmarks.report.TextReport;
import io.clickstreamlake.benchmarks.run.Cores;
import io.clickstreamlake.benchmarks.run.PeerCatalog;
import io.clickstreamlake.benchmarks.run.PeerDefinition;
import io.clickstreamlake.benchmarks.run.Result;
import io.clickstreamlake.benchmarks.run.SideBySide;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runner of the benchmark's sections over one input, which reports their figures. A section that
 * fails is reported as left out, with the reason; the others continue.
 */
final class Sections {

  private final Path root;
  private final Path folder;
  private final BenchmarkInput input;
  private final SideBySide.Schedule schedule;
  private final Cores cores;
  private final TextReport text;
  private final JsonReport figures;
  private final Consumer<String> progress;

  /**
   * @param root of the source tree
   * @param folder for temporary files
   * @param progress takes a line for each step
   */
  Sections(
      Path root,
      Path folder,
      BenchmarkInput input,
      SideBySide.Schedule schedule,
      Cores cores,
      TextReport text,
      JsonReport figures,
      Consumer<String> progress) {
    this.root = root;
    this.folder = folder;
    this.input = input;
    this.schedule = schedule;
    this.cores = cores;
    this.text = text;
    this.figures = figures;
    this.progress = progress;
  }

  /**
   * Measures a section.
   *
   * @param peers of the section throughput
   * @param parallelisms of the section throughput
   * @return whether nothing failed
   */
  boolean measure(Section section, List<String> peers, List<Integer> parallelisms) {
    try {
      return switch (section) {
        case throughput -> throughput(peers, parallelisms);
        case pipeline -> pipeline();
        case batch -> batch();
        case columns -> columns();
        case dedup -> dedup();
        case layout -> layout();
        case profile -> profile();
      };
    } catch (IOException | LakeException e) {
      progress.accept(section + " is left out: " + e.getMessage());
      figures.leftOut(Map.of(section.name(), e.getMessage()));
      return false;
    }
  }

  private boolean throughput(List<String> peers, List<Integer> parallelisms) throws IOException {
    progress.accept("looking for " + String.join(", ", peers));
    PeerCatalog catalog = PeerCatalog.find(peers, root);
    catalog.leftOut().forEach((name, reason) -> progress.accept(name + " is left out: " + reason));
    figures.leftOut(catalog.leftOut());
    SideBySide peersSideBySide = sideBySide(Section.throughput);
    for (int parallelism : parallelisms) {
      progress.accept("parallelism " + parallelism);
      peersSideBySide.run(catalog.found(), parallelism);
    }
    text.results(peersSideBySide.results());
    figures.results(peersSideBySide.results());
    return hasNoFailures(peersSideBySide);
  }

  private boolean pipeline() throws IOException {
    progress.accept("the pipeline with and without its optional steps");
    SideBySide pipelines = sideBySide(Section.pipeline);
    pipelines.run(PeerCatalog.pipelines(), 1);
    text.results(pipelines.results());
    figures.pipelines(pipelines.results());
    return hasNoFailures(pipelines);
  }

  private boolean batch() throws IOException {
    progress.accept("the live path and a load with the same steps");
    SideBySide batches = sideBySide(Section.batch);
    batches.run(PeerCatalog.batches(), 1);
    text.results(batches.results());
    figures.batches(batches.results());
    return hasNoFailures(batches);
  }

  private boolean columns() throws IOException {
    WideEvents wide = new WideEvents(folder(Section.columns));
    progress.accept("events without the fields of the custom columns");
    SideBySide empty = sideBySide(Section.columns);
    empty.run(wide.peers(root, "empty-columns", 0, WideEvents.FIELDS), 1);
    progress.accept("events with " + WideEvents.FIELDS + " additional fields");
    BenchmarkInput events = wide.of(input);
    List<Result> results = new ArrayList<>(empty.results());
    boolean complete = hasNoFailures(empty);
    for (PeerDefinition peer : wide.peers(root, "filled-columns", 0, 10, WideEvents.FIELDS)) {
      // One after the other: a value that is in a column is not in properties, so rows differ.
      SideBySide filled =
          new SideBySide(
              events, schedule, folder(Section.columns).resolve("wide"), cores, progress);
      filled.run(List.of(peer), 1);
      results.addAll(filled.results());
      complete &= hasNoFailures(filled);
    }
    text.results(results);
    figures.columns(results);
    return complete;
  }

  private boolean dedup() throws IOException {
    List<DeduplicationCost> costs =
        new DeduplicationBenchmark(
                folder(Section.dedup), input.events(), schedule.rounds(), progress)
            .run();
    text.deduplication(costs);
    figures.deduplication(costs);
    return true;
  }

  private boolean layout() throws IOException {
    Map<String, HourLayout> layouts =
        new LayoutBenchmark(root, folder(Section.layout), input, schedule.heap(), progress).run();
    text.layouts(layouts);
    figures.layouts(layouts);
    return true;
  }

  private boolean profile() throws IOException {
    progress.accept("profiling ours");
    Profile ours =
        ProfiledRun.of(PeerCatalog.ours(), input, schedule, folder(Section.profile), cores);
    text.profile(ours);
    figures.profile(ours);
    return true;
  }

  private SideBySide sideBySide(Section section) {
    return new SideBySide(input, schedule, folder(section), cores, progress);
  }

  private boolean hasNoFailures(SideBySide peers) {
    figures.leftOut(peers.failures());
    return peers.failures().isEmpty();
  }

  private Path folder(Section section) {
    return folder.resolve(section.name());
  }
}
