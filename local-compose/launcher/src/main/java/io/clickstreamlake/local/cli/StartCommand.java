package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.LocalStack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lake start}. */
@Command(
    name = "start",
    description = {
      "Starts the stack and leaves it running. The job continues from the last ./lake stop or crash;"
          + " the tables of a demo are available again.",
      "",
      "--from-snapshot starts the job from an older snapshot. If the tables already contain rows from"
          + " after that snapshot, the job refuses to start and changes nothing. With --set"
          + " sink.on-older-snapshot=REWIND it moves the files that were published since to"
          + " _sink/TABLE/rewound/ and reads the stream again from the snapshot."
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
          "Savepoint or checkpoint that the job starts from; ./lake snapshots lists the names."
              + " Default: the newest")
  private String fromSnapshot;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    options
        .state()
        .requireNoContainers(
            "Stop it first with ./lake down, or choose another folder with --state DIR.");
    console.line("Starting the stack on " + options.state().folder());
    LocalStack stack = LocalStack.start(options.settings(fromSnapshot), console).detach();
    console.line("The stack is running. Flink's web UI: " + stack.client().flinkUi());
    console.line(
        "Send events with ./lake send or ./lake generate; stop the stack with ./lake stop.");
    return 0;
  }
}
