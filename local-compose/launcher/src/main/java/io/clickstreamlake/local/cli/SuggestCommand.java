package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stream.EventInput;
import io.clickstreamlake.local.stream.InputFormat;
import io.clickstreamlake.local.suggest.MappingDraft;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lake suggest}. */
@Command(
    name = "suggest",
    description = {
      "Drafts a mapping from samples of events, by the names and the values of their fields. Comments say"
          + " what it could not decide. ./lake try shows what the draft makes of the samples.",
      "",
      "Standard output has the mapping only."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake suggest my-events.json > my-mapping.yaml",
      "  ./lake try my-events.json --mapping my-mapping.yaml"
    })
final class SuggestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "File of events, or - for standard input.")
  private String file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "auto",
      description = "lines, values, records or auto, as for ./lake send. Default: ${DEFAULT-VALUE}")
  private InputFormat format;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Uses the first N records. Default: ${DEFAULT-VALUE}")
  private int records;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    InputText text = new InputText(file);
    MappingDraft draft = new MappingDraft();
    int[] seen = {0};
    try (InputStream in = text.open()) {
      EventInput.read(
          in,
          text.name(),
          format,
          "suggest",
          (record, place) -> {
            if (seen[0]++ < records) {
              draft.add(record);
            }
          });
    } catch (IOException e) {
      throw text.unreadable(e);
    }
    if (seen[0] == 0) {
      throw text.empty();
    }
    if (draft.size() == 0) {
      throw new LakeException(text.name() + " has no record that is JSON.");
    }
    spec.commandLine().getOut().print(draft.yaml());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
