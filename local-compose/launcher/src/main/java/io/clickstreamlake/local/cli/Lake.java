package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.query.SqlSyntaxException;
import io.clickstreamlake.local.stack.ContainerEnvironment;
import io.clickstreamlake.local.stack.NotRunningException;
import io.clickstreamlake.local.stack.PlainDocker;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Spec;

/** The program {@code ./lake}: the whole pipeline on this machine. */
@Command(
    name = "lake",
    description = {
      "The whole clickstream pipeline on this machine, without AWS: as processes (start, stop), or"
          + " as containers (up, down).",
      ""
    },
    subcommands = {
      DemoCommand.class,
      StartCommand.class,
      StatusCommand.class,
      SendCommand.class,
      LoadCommand.class,
      FillCommand.class,
      TryCommand.class,
      SuggestCommand.class,
      GenerateCommand.class,
      CrawlCommand.class,
      CatalogCommand.class,
      SqlCommand.class,
      StopCommand.class,
      SnapshotsCommand.class,
      UpCommand.class,
      DownCommand.class,
      LogsCommand.class,
      CostCommand.class,
      HelpCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake demo                                   20,000 events from end to end",
      "  ./lake start                                  start a stack",
      "  ./lake send my-events.json                    send events, one JSON object per line",
      "  ./lake sql \"SELECT count(*) FROM click_events\"",
      "  ./lake try my-events.json                     what becomes of them, without a stack",
      "  ./lake stop                                   stop it; its state is kept",
      "  ./lake up --build                             the same in containers; stop with ./lake down",
      "",
      "Exit codes: 0 success; 1 failure, with a message; 2 wrong usage; 3 no stack is running.",
      "",
      "./lake help COMMAND shows the options of a command."
    })
public final class Lake implements Runnable {

  static final int EXIT_NOT_RUNNING = 3;

  /** The commands that a container has; Docker has others for the rest. */
  private static final Set<String> IN_CONTAINERS =
      Set.of("status", "send", "generate", "crawl", "sql", "cost", "help");

  private static final List<String> NOT_IN_CONTAINERS =
      List.of(
          "./lake demo", "./lake start", "./lake stop", "./lake up", "as containers (up, down)");

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    int exitCode = commandLine().setOut(new StandardOutput()).execute(args);
    System.exit(exitCode);
  }

  static CommandLine commandLine() {
    CommandLine lake =
        new CommandLine(new Lake())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAbbreviatedOptionsAllowed(false)
            .setUsageHelpWidth(100)
            .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
    lake.getSubcommands().values().forEach(StackOptions::addPortOptions);
    if (ContainerEnvironment.of(System.getenv()).isPresent()) {
      helpForContainers(lake);
    }
    return lake;
  }

  /** Hides the commands that need ./lake, and shows those of Docker in the examples. */
  private static void helpForContainers(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.description(inDocker(usage.description())).footer(inDocker(usage.footer()));
    command
        .getSubcommands()
        .forEach(
            (name, subcommand) -> {
              subcommand.getCommandSpec().usageMessage().hidden(!IN_CONTAINERS.contains(name));
              helpForContainers(subcommand);
            });
  }

  private static String[] inDocker(String[] lines) {
    return Stream.of(lines)
        .filter(line -> NOT_IN_CONTAINERS.stream().noneMatch(line::contains))
        .map(PlainDocker::inItsCommands)
        .toArray(String[]::new);
  }

  /** Prints the message of a user-correctable error, and the stack trace of a bug. */
  private static int report(Exception failure, CommandLine command) throws Exception {
    if (failure instanceof LakeException || failure instanceof SqlSyntaxException) {
      PrintWriter err = command.getErr();
      err.println("lake: " + PlainDocker.asSeenHere(failure.getMessage()));
      err.flush();
      return failure instanceof NotRunningException ? EXIT_NOT_RUNNING : 1;
    }
    throw failure;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
