package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stream.EventInput;
import io.clickstreamlake.local.stream.RecordConsumer;
import io.clickstreamlake.local.suggest.MappingDraft;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Mixin private InputOptions input;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Uses the first N records. Default: ${DEFAULT-VALUE}")
  private int records;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    InputText text = input.text();
    MappingDraft draft = new MappingDraft();
    int[] seen = {0};
    try (InputStream in = text.open()) {
      EventInput.read(
          in,
          text.name(),
          input.format(),
          "suggest",
          new RecordConsumer() {
            @Override
            public void record(byte[] data, String place) {
              if (seen[0]++ < records) {
                draft.add(data);
              }
            }

            @Override
            public boolean wantsMore() {
              return seen[0] < records;
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
