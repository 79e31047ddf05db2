package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lake send}. */
@Command(
    name = "send",
    description = {
      "Sends events to the stream: JSON lines from a file or from standard input. A line may also"
          + " be a JSON array of events. Records that the stream rejects are sent again."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake send sample-data/clickstream.json",
      "  echo '{\"event_type\":\"page_view\",\"event_time\":\"2026-01-31T12:00:00Z\"}' | ./lake"
          + " send -"
    })
final class SendCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Parameters(paramLabel = "FILE", description = "File of JSON lines, or - for standard input.")
  private String file;

  @Option(
      names = "--stream",
      paramLabel = "NAME",
      description = "Name of the stream. Default: the stream that the job reads")
  private String stream;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Console console = new Console(spec.commandLine().getOut());
    StackClient stack = state.attach();
    String name = stream == null ? stack.streamName() : stream;
    try (KinesisStream kinesis = stack.stream(name);
        InputStream in = open()) {
      kinesis.requireExists();
      EventSender sender =
          EventSender.to(kinesis, sent -> console.progress("sent " + sent + " events"));
      sender.sendLines(in, file.equals("-") ? "standard input" : file);
      console.line("sent " + sender.sentEvents() + " events to the stream " + name);
      return 0;
    } catch (NoSuchFileException e) {
      throw new LakeException("The file " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private InputStream open() throws IOException {
    return file.equals("-") ? System.in : Files.newInputStream(Path.of(file));
  }
}
