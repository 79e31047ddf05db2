package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.JobTrial;
import io.clickstreamlake.local.stack.ProjectFiles;
import io.clickstreamlake.local.stream.InputFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lake try}. */
@Command(
    name = "try",
    description = {
      "Shows what the job would make of events, without a stack: the row of each event, or why it is"
          + " rejected, and then a summary. It uses the job's own code, with the default settings unless"
          + " options say otherwise. Nothing is stored.",
      "",
      "The text is divided into records as by ./lake send. The summary names columns that no event"
          + " fills, and properties that look like the value of a column.",
      "",
      "Exit code: 1 if an event is rejected."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake try sample-data/clickstream.json",
      "  ./lake try my-events.json --mapping my-mapping.yaml",
      "  ./lake try my-events.json --set privacy.fields=user_id:drop --show 3",
      "  ./lake try - --json < my-events.json"
    })
final class TryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  private final Checkout checkout = new Checkout();

  @Parameters(paramLabel = "FILE", description = "File of events, or - for standard input.")
  private String file;

  @Option(
      names = "--mapping",
      paramLabel = "NAME|FILE",
      description = "Mapping of the fields of events. Same as --set parse.mapping=…")
  private String mapping;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the job, such as quality.rules=rules.yaml. Repeatable")
  private final Map<String, String> set = new TreeMap<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "auto",
      description = "lines, values, records or auto, as for ./lake send. Default: ${DEFAULT-VALUE}")
  private InputFormat format;

  @Option(
      names = "--show",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Shows up to N written and N rejected events; the summary counts all. Default:"
              + " ${DEFAULT-VALUE}")
  private int show;

  @Option(
      names = "--json",
      description = "Prints one line of JSON per event, and one with the summary.")
  private boolean json;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    if (show < 0) {
      throw new ParameterException(spec.commandLine(), "--show must not be negative.");
    }
    Map<String, String> settings = new TreeMap<>(set);
    if (mapping != null) {
      settings.putIfAbsent("parse.mapping", StackOptions.mappingLocation(mapping));
    }
    boolean standardInput = file.equals("-");
    TrialSummary summary = new TrialSummary();
    TrialPrinter printer = new TrialPrinter(spec.commandLine().getOut(), json, show);
    try (InputStream in = standardInput ? System.in : Files.newInputStream(Path.of(file))) {
      new JobTrial(new ProjectFiles(checkout.root()))
          .run(settings, in, standardInput ? "standard input" : file, format, printer.and(summary));
    } catch (NoSuchFileException e) {
      throw new LakeException("The file " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    }
    printer.summary(summary);
    return summary.rejected() == 0 ? 0 : 1;
  }
}
