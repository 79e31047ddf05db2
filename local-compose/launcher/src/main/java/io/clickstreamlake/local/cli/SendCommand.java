package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.InputFormat;
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
      "Sends events of a file or of standard input to the stream: JSON in UTF-8, as such or compressed"
          + " with gzip. Records that the stream rejects are sent again.",
      "",
      "If the first line is complete, each line is one record and is sent as it is, also if it is not"
          + " valid JSON: the job rejects it then. A line may be an array of events. If the first line"
          + " ends within an object or array, as in pretty-printed JSON, each object of the file, or of"
          + " its array, is one record, without the white space between its tokens. --format decides"
          + " otherwise.",
      "",
      "A file is checked before anything is sent: objects must be valid, and a record may have 1 MiB."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake send sample-data/clickstream.json",
      "  ./lake send export.json.gz --format values",
      "  echo '{\"event_type\":\"page_view\",\"event_time\":\"2026-01-31T12:00:00Z\"}' | ./lake"
          + " send -"
    })
final class SendCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Parameters(paramLabel = "FILE", description = "File of events, or - for standard input.")
  private String file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "auto",
      description =
          "lines (each line is one record, unchanged), values (each object is one record), records"
              + " (the Data of each line, in base64, as in the Kinesis API), or auto (the first line"
              + " decides). Default: ${DEFAULT-VALUE}")
  private InputFormat format;

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
    boolean standardInput = file.equals("-");
    try (KinesisStream kinesis = stack.stream(name)) {
      kinesis.requireExists();
      if (!standardInput && Files.isRegularFile(Path.of(file))) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
          EventSender.check(in, file, format);
        }
      }
      EventSender sender =
          EventSender.to(kinesis, sent -> console.progress("sent " + sent + " events"));
      try (InputStream in = standardInput ? System.in : Files.newInputStream(Path.of(file))) {
        sender.sendInput(in, standardInput ? "standard input" : file, format);
      }
      console.line("sent " + sender.sentEvents() + " events to the stream " + name);
      if (sender.invalidRecords() > 0) {
        console.line(invalid(sender));
      }
      if (name.equals(stack.streamName()) && sender.sentEvents() > 0) {
        console.visibleAfter(stack);
      }
      return 0;
    } catch (NoSuchFileException e) {
      throw new LakeException("The file " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String invalid(EventSender sender) {
    long records = sender.invalidRecords();
    return (records == 1 ? "1 record is" : records + " records are")
        + " not valid JSON ("
        + (records == 1 ? "" : "the first: ")
        + sender.firstInvalid()
        + "). The job rejects what it cannot read: see the table rejected_events. If values extend"
        + " over several lines, use --format values.";
  }
}
