package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.BatchLake;
import io.clickstreamlake.local.stack.JobBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lake load}. */
@Command(
    name = "load",
    description = {
      "Loads files of events into the tables: JSON lines, arrays, indented JSON, plain or compressed"
          + " with gzip or Zstandard. The events take the steps of the job, with its settings; their"
          + " arrival is the time of the file.",
      "",
      "All rows appear at once, at the end. An event that the tables have already is not written"
          + " again, so the command can be repeated: after an error, after Ctrl-C, or with more files."
          + " An event without an id is the same if its file and line are the same. It is compared"
          + " with visible rows: an event that the job has in an open file is not recognized.",
      "",
      "Events of any age are loaded. The ledger counts them as received, and also as loaded."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  ./lake load data/raw", "  ./lake load 2024.json.gz s3://raw/history/"})
final class LoadCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private LakeOption option;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER|S3-PREFIX",
      description = "What to load; folders with all folders in them")
  private List<String> paths;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    try (BatchLake lake = option.open("load")) {
      return load(lake);
    }
  }

  private int load(BatchLake lake) {
    Console console = new Console(spec.commandLine().getOut());
    List<String> uris = new ArrayList<>();
    paths.forEach(path -> uris.add(uri(path)));
    BatchProgress shown = new BatchProgress(console);
    JobBatch.Counts counts = new JobBatch(option.root(), lake).load(uris, shown);
    lake.crawl();
    console.line(
        String.format(
            Locale.ROOT,
            "loaded: files=%d read=%d written=%d rejected=%d duplicate=%d already-there=%d",
            counts.totalFiles(),
            counts.read(),
            counts.written(),
            counts.rejected(),
            counts.duplicate(),
            counts.present()));
    return 0;
  }

  /** The location of a path that a person wrote; relative paths are those of this process. */
  private static String uri(String path) {
    if (path.contains("://")) {
      return path;
    }
    Path file = Path.of(path).toAbsolutePath().normalize();
    if (!Files.exists(file)) {
      throw new LakeException(
          "The file " + file + " does not exist. Give a file, a folder, or s3://BUCKET/PREFIX.");
    }
    return file.toUri().toString();
  }
}
