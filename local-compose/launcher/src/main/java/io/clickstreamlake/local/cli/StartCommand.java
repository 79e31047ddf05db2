package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.ProjectFiles;
import io.clickstreamlake.local.stack.RememberedSettings;
import io.clickstreamlake.local.stack.SettingsTransition;
import io.clickstreamlake.local.stack.StartSnapshot;
import io.clickstreamlake.local.stack.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lake start}. */
@Command(
    name = "start",
    description = {
      "Starts the stack and leaves it running. The job continues from the last ./lake stop or crash;"
          + " the tables of a demo are available again.",
      "",
      "A start reuses the settings of the last one (--set, --mapping, --flink-set, --stream,"
          + " --parallelism and the intervals) and prints the differences. --unset removes one job setting;"
          + " --fresh-settings ignores all of them. If a field would be less protected than before and this"
          + " command does not name it, --accept-changes is required.",
      "",
      "--source files reads the files in a folder, --files DIR, instead of the stream: JSON lines,"
          + " arrays, indented JSON, plain or compressed with gzip or Zstandard. Each file is read once,"
          + " also one that is added or replaced later.",
      "",
      "--from-snapshot starts the job from an older snapshot, with the settings of that snapshot. If the tables already contain rows from"
          + " after that snapshot, the job refuses to start and changes nothing.",
      "",
      "--without-state starts the job without a snapshot, if none can be used. It first says what may"
          + " be lost or written twice, and asks; docs/recovery.md describes when to use it.",
      "",
      "--set sink.on-older-snapshot=REWIND moves the files that were published since to"
          + " _sink/TABLE/rewound/, and the job reads the stream again from the snapshot."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake start",
      "  ./lake start --set roll.interval=1min --set dedup.window=10min",
      "  ./lake start --mapping my-mapping.yaml",
      "  ./lake start --source files --files data/raw",
      "  ./lake start --state /tmp/other-lake --flink-port 18081",
      "  ./lake start --from-snapshot savepoint-5e7ed1-0c8a7c3a9d52 --set"
          + " sink.on-older-snapshot=REWIND"
    })
final class StartCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;

  /** Where the records of the job come from. */
  private enum Source {
    kinesis,
    files
  }

  @Option(
      names = "--source",
      paramLabel = "kinesis|files",
      description = "What the job reads. Default: that of the last start, and kinesis at first")
  private Source source;

  @Option(
      names = "--files",
      paramLabel = "DIR",
      description =
          "Folder of the files for --source files, created if it does not exist. Default: data/raw in"
              + " the checkout")
  private Path files;

  @Option(
      names = "--from-snapshot",
      paramLabel = "NAME|PATH",
      description =
          "Savepoint or checkpoint that the job starts from; ./lake snapshots lists the names."
              + " Default: the newest")
  private String fromSnapshot;

  @Option(
      names = "--without-state",
      description = "Start the job without a snapshot, after a confirmation")
  private boolean withoutState;

  @Option(names = "--yes", description = "Confirms --without-state, for scripts")
  private boolean yes;

  @Option(
      names = "--unset",
      paramLabel = "KEY",
      description = "A job setting of the last start that no longer applies. Repeatable")
  private final Set<String> unset = new TreeSet<>();

  @Option(names = "--fresh-settings", description = "Start without the settings of the last start")
  private boolean fresh;

  @Option(
      names = "--accept-changes",
      description =
          "Start although the settings protect less personal data than those of the last start")
  private boolean accepted;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    options
        .state()
        .requireNoContainers(
            "Stop it first with ./lake down, or choose another folder with --state DIR.");
    StateFolder state = new StateFolder(options.state().folder());
    LocalStack.requireNotRunning(state);
    if (withoutState && fromSnapshot != null) {
      throw new ParameterException(
          spec.commandLine(), "--without-state and --from-snapshot exclude each other.");
    }
    console.line("Starting the stack on " + state.root());
    RememberedSettings last = last(state);
    RememberedSettings settings =
        options.addTo(
            fresh ? RememberedSettings.NONE : base(state, last, console), unset, sourceSettings());
    requireSameSource(state, last, settings);
    Map<String, String> given = options.givenJobSettings();
    options.use(settings);
    SettingsTransition transition = new SettingsTransition(last, settings, given, accepted);
    LocalStackSettings start = options.settings(fromSnapshot, withoutState, transition);
    if (withoutState) {
      confirmLoss(console, state, start);
    }
    LocalStack stack = LocalStack.begin(start, console);
    stack.awaitJob();
    stack.awaitQueries();
    stack.supervise();
    stack.detach();
    console.line("The stack is running. Flink's web UI: " + stack.client().flinkUi());
    console.line(
        sourceType(settings).equals("FILES")
            ? "Put files into "
                + settings.job().get("source.files.path")
                + "; stop the stack with ./lake stop."
            : "Send events with ./lake send or ./lake generate; stop the stack with ./lake stop.");
    return 0;
  }

  /** Flink restores the position of a source only into the same source. */
  private void requireSameSource(
      StateFolder state, RememberedSettings last, RememberedSettings settings) {
    String before = sourceType(last);
    if (!withoutState
        && !before.equals(sourceType(settings))
        && state.snapshots().newest().isPresent()) {
      throw new LakeException(
          "The last start read "
              + before
              + ", and its snapshot has the position there. Nothing was started. Ways out:"
              + "\n  ./lake start --source "
              + before.toLowerCase(Locale.ROOT)
              + "      continue to read it"
              + "\n  ./lake start --without-state       start without a snapshot; it first says what"
              + " may be lost or written twice"
              + "\n  ./lake start --state DIR           another lake, in another folder");
    }
  }

  private static String sourceType(RememberedSettings settings) {
    return settings.job().getOrDefault("source.type", "KINESIS").toUpperCase(Locale.ROOT);
  }

  /** The job settings of {@code --source} and {@code --files}. */
  private Map<String, String> sourceSettings() {
    if (source != Source.files) {
      if (files != null) {
        throw new ParameterException(
            spec.commandLine(), "--files DIR is the folder of --source files; add that.");
      }
      return source == null ? Map.of() : Map.of("source.type", "KINESIS");
    }
    Path folder = files == null ? options.state().root().resolve("data/raw") : files;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new LakeException("The folder " + folder + " cannot be created: " + e.getMessage(), e);
    }
    return Map.of(
        "source.type",
        "FILES",
        "source.files.path",
        "file://" + folder.toAbsolutePath().normalize(),
        "source.files.interval",
        "2 s");
  }

  private void confirmLoss(Console console, StateFolder state, LocalStackSettings settings) {
    Optional<String> loss =
        new StartSnapshot(new ProjectFiles(settings.root()), state).loss(settings);
    if (loss.isEmpty()) {
      console.line("There is no state to forget: this is the first start.");
      return;
    }
    console.line(loss.get());
    if (!yes && !console.confirms("Start without state?")) {
      throw new LakeException(
          "Not confirmed, so nothing was started. Answer y, or add --yes in a script.");
    }
  }

  /** The settings that this start continues with: those of its snapshot, or of the last start. */
  private RememberedSettings base(StateFolder state, RememberedSettings last, Console console) {
    if (fromSnapshot != null) {
      Optional<RememberedSettings> settings =
          RememberedSettings.of(state.snapshots().find(fromSnapshot));
      if (settings.isPresent()) {
        console.line(
            "With the settings of " + fromSnapshot + ": " + described(settings.get().lines()));
        return settings.get();
      }
      console.line(
          "The settings of " + fromSnapshot + " are unknown, so those of the last start are used.");
      return last;
    }
    return last;
  }

  /** The settings of the last start. If their file is lost, its snapshot still has them. */
  private static RememberedSettings last(StateFolder state) {
    RememberedSettings last = RememberedSettings.read(state);
    return last.equals(RememberedSettings.NONE)
        ? state.snapshots().newest().flatMap(RememberedSettings::of).orElse(last)
        : last;
  }

  private static String described(List<String> lines) {
    return lines.isEmpty() ? "the defaults" : String.join(" ", lines);
  }
}
