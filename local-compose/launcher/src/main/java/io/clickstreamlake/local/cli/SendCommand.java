package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
          + " its array, is one record, without the white space between its tokens. If it is a record"
          + " of the Kinesis API, with PartitionKey and Data in base64, each line's Data is one record."
          + " --format decides otherwise.",
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

  @Mixin private InputOptions input;

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
    InputText text = input.text();
    try (KinesisStream kinesis = stack.stream(name)) {
      kinesis.requireExists();
      if (text.canBeReadTwice()) {
        try (InputStream in = text.open()) {
          EventSender.check(in, text.name(), input.format());
        }
      }
      EventSender sender =
          EventSender.to(kinesis, sent -> console.progress("sent " + sent + " events"));
      try (InputStream in = text.open()) {
        sender.sendInput(in, text.name(), input.format());
      }
      console.line("sent " + sender.sentEvents() + " events to the stream " + name);
      if (sender.invalidRecords() > 0) {
        console.line(invalid(sender));
      }
      if (name.equals(stack.streamName()) && sender.sentEvents() > 0) {
        console.visibleAfter(stack);
      }
      return 0;
    } catch (IOException e) {
      throw text.unreadable(e);
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
