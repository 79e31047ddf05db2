package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.JobTrial;
import io.clickstreamlake.local.stack.ProjectFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
      "Exit code: 1 if an event is rejected, or the text is empty."
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

  @Mixin private InputOptions input;

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
      names = "--show",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Shows up to N written and N rejected events; the summary counts all. Default:"
              + " ${DEFAULT-VALUE}")
  private int show;

  @Option(
      names = "--json",
      description =
          "Prints one line of JSON for each event, whatever --show says, and one with the summary.")
  private boolean json;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    if (show < 0) {
      throw new ParameterException(spec.commandLine(), "--show must not be negative.");
    }
    if (mapping != null && set.containsKey("parse.mapping")) {
      throw new ParameterException(
          spec.commandLine(), "--mapping and --set parse.mapping exclude each other.");
    }
    Map<String, String> settings = new TreeMap<>(set);
    if (mapping != null) {
      settings.put("parse.mapping", StackOptions.mappingLocation(mapping));
    }
    InputText text = input.text();
    TrialSummary summary = new TrialSummary();
    TrialPrinter printer = new TrialPrinter(spec.commandLine().getOut(), json, show);
    try (InputStream in = text.open()) {
      int records =
          new JobTrial(new ProjectFiles(checkout.root()))
              .run(settings, in, text.name(), input.format(), printer.and(summary));
      if (records == 0) {
        throw text.empty();
      }
      printer.summary(summary);
    } catch (ReaderGoneException e) {
      // As in ./lake try … | head: the reader has what it wanted.
      return 0;
    } catch (UncheckedIOException e) {
      return endOf(e);
    } catch (IOException e) {
      throw text.unreadable(e);
    }
    return summary.rejected() == 0 ? 0 : 1;
  }

  private static int endOf(UncheckedIOException failure) {
    if (failure.getCause() instanceof ReaderGoneException) {
      return 0;
    }
    throw new LakeException(
        "The results cannot be written: " + failure.getCause().getMessage(), failure);
  }
}
