package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.LocalStack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lake start}. */
@Command(
    name = "start",
    description = {
      "Starts the stack and leaves it running. The job continues where ./lake stop, or a crash, left"
          + " it; on the state of a demo, its tables are there.",
      "",
      "--from-snapshot starts it from an older snapshot. If rows from after that one are in the tables"
          + " already, the job refuses and changes nothing; with --set"
          + " sink.on-older-snapshot=REWIND it moves the files that were published since to"
          + " _sink/TABLE/rewound/ and reads the stream again from there."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake start",
      "  ./lake start --set roll.interval=1min --set dedup.window=10min",
      "  ./lake start --mapping my-mapping.yaml",
      "  ./lake start --state /tmp/other-lake --flink-port 18081",
      "  ./lake start --from-snapshot savepoint-5e7ed1-0c8a7c3a9d52 --set"
          + " sink.on-older-snapshot=REWIND"
    })
final class StartCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;

  @Option(
      names = "--from-snapshot",
      paramLabel = "NAME|PATH",
      description =
          "Savepoint or checkpoint that the job starts from; ./lake snapshots lists their names."
              + " Default: the newest")
  private String fromSnapshot;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    options
        .state()
        .requireNoContainers(
            "End it first with ./lake down, or give this one a folder of its own with --state DIR.");
    console.line("Starting the stack on " + options.state().folder());
    LocalStack stack = LocalStack.start(options.settings(fromSnapshot), console).detach();
    console.line("The stack is up. Flink's web UI: " + stack.flinkUi());
    console.line("Send events with ./lake send or ./lake generate; end it with ./lake stop.");
    return 0;
  }
}
