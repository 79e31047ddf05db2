package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.crawler.CrawlReport;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StateFolder;
import io.clickstreamlake.local.tables.JobTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lake catalog}. */
@Command(
    name = "catalog",
    description = {"Repairs the Data Catalog: databases, tables, partitions and views."},
    synopsisSubcommandLabel = "rebuild",
    subcommands = {CatalogCommand.Rebuild.class},
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  ./lake catalog rebuild"})
final class CatalogCommand implements Runnable {

  @Spec private CommandSpec spec;
  @Mixin private HelpOption help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: ./lake catalog rebuild");
  }

  /** The command {@code lake catalog rebuild}. */
  @Command(
      name = "rebuild",
      description = {
        "Creates the catalog again from athena/ddl, athena/views and what is in S3. No file of the"
            + " lake changes. Tables and views of your own are kept if the catalog still has them.",
        "",
        "With a running stack the tables are missing for some seconds. Without one, the file of the"
            + " catalog is moved aside, and the next ./lake start creates it again."
      },
      optionListHeading = "%nOptions:%n")
  static final class Rebuild implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private StateOption state;
    @Mixin private HelpOption help;

    @Override
    public Integer call() throws IOException {
      Console console = new Console(spec.commandLine().getOut());
      boolean containers = state.isInContainer() || state.runningCompose().isPresent();
      if (!containers && !LocalStack.runsOn(state.folder())) {
        moveAside(new StateFolder(state.folder()), console);
        return 0;
      }
      // In containers the job's own check is not on this machine; the next ./lake up adds columns.
      Optional<JobTables> tables =
          containers
              ? Optional.empty()
              : JobTables.find(new StateFolder(state.folder()).jobTables());
      try (StackClient stack = state.attach()) {
        console.line("Creating the tables and views again, and looking for partitions in S3");
        CrawlReport report = stack.rebuildCatalog(tables);
        console.line(
            "The catalog has "
                + report.tables()
                + " tables with "
                + report.added().size()
                + " partitions.");
      }
      return 0;
    }

    private static void moveAside(StateFolder state, Console console) throws IOException {
      Path file = state.catalogFile();
      if (!Files.isDirectory(state.root())) {
        throw new LakeException("There is no stack in " + state.root() + ".");
      }
      if (Files.exists(file)) {
        Path aside = file.resolveSibling(file.getFileName() + ".old");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        console.line("The catalog was moved to " + aside + ".");
      }
      console.line(
          "./lake start creates the catalog again, and finds the partitions within seconds.");
    }
  }
}
