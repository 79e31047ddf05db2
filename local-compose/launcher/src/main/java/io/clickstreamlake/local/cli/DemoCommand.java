package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.Polling;
import io.clickstreamlake.local.query.QueryResult;
import io.clickstreamlake.local.query.ResultFormat;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackLock;
import io.clickstreamlake.local.stack.StateFolder;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.InputFormat;
import io.clickstreamlake.local.stream.KinesisStream;
import io.clickstreamlake.sample.EventGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lake demo}. */
@Command(
    name = "demo",
    description = {
      "Sends events through the whole pipeline, from Kinesis to SQL, shows the results of the sample"
          + " queries, and accounts for every event. All processes end with the demo; its data stays"
          + " until the next demo, and ./lake start makes it available again."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake demo",
      "  ./lake demo --events 100000 --seed 7 --duplicates 0.01",
      "  ./lake demo --days 60 --events 200000         retention and cohorts over two months",
      "  ./lake demo --input my-events.json --mapping segment",
      "",
      "Exit code 0 only if sent = received = written + rejected + duplicate."
    })
final class DemoCommand implements Callable<Integer> {

  /** After this time without a change, missing events are not expected any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration POLL = Duration.ofSeconds(1);

  /** Without --days, event times are within this time before the demo; late events are older. */
  private static final Duration PERIOD = Duration.ofMinutes(50);

  /** Shorter than the default, so that the demo does not wait a minute for the archive. */
  private static final Duration ARCHIVE_INTERVAL = Duration.ofSeconds(5);

  private static final int ROWS_SHOWN = 12;

  @Spec private CommandSpec spec;
  @Mixin private StackOptions options;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Number of events. Default: ${DEFAULT-VALUE}")
  private int events;

  @Mixin private DaysOption days;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of the generator; another seed generates other visitors. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--broken",
      paramLabel = "SHARE",
      defaultValue = "0.0005",
      description = "Share of broken events, 0 to 1. Default: ${DEFAULT-VALUE}")
  private double broken;

  @Option(
      names = "--duplicates",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of events that are sent twice, 0 to 1. Default: ${DEFAULT-VALUE}")
  private double duplicates;

  @Option(
      names = "--late",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description =
          "Share of events from up to three days before the others, 0 to 1. Default:"
              + " ${DEFAULT-VALUE}")
  private double late;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Sends this file of JSON lines instead of generated events.")
  private Path input;

  @Option(
      names = "--clear",
      description = "Clears the state folder even if its state was not created by a demo.")
  private boolean clear;

  @Mixin private HelpOption help;

  private Console console;

  @Override
  public Integer call() throws IOException {
    console = new Console(spec.commandLine().getOut());
    if (input != null && !Files.isReadable(input)) {
      throw new LakeException("The file " + input + " does not exist, or is not readable.");
    }
    EventGenerator generator = generator();
    LocalStackSettings settings = options.settings(ARCHIVE_INTERVAL);
    clearLastDemo(new StateFolder(settings.state()));

    Instant begin = Instant.now();
    console.line("Starting the pipeline on " + settings.state());
    Accounting accounting;
    boolean archived;
    try (LocalStack stack = LocalStack.begin(settings, console)) {
      StackClient client = stack.client();
      stack.awaitJob();
      EventSender sent = input == null ? send(client, generator) : sendFile(client);
      stack.awaitQueries();
      accounting = awaitAccounted(client, sent.sentEvents());
      archived = awaitArchived(client, sent.sentRecords());
      runSampleQueries(client);
      console.line("");
      console.line(
          String.format(
              Locale.ROOT,
              "Done in %d seconds. ./lake start starts this lake again, with Flink's web UI; the"
                  + " files are in %s",
              Duration.between(begin, Instant.now()).toSeconds(),
              stack.state().s3()));
    }
    if (!accounting.balanced()) {
      console.line(
          "The numbers do not match: check the logs in "
              + new StateFolder(settings.state()).logs());
    }
    console.line(accounting.line());
    return accounting.balanced() && archived ? 0 : 1;
  }

  /** Deletes the state of the last demo; that of lake start only with --clear. */
  private void clearLastDemo(StateFolder state) throws IOException {
    LocalStack.requireNotRunning(state);
    try (StackLock held = StackLock.take(state.lockFile())) {
      LocalStack.requireNotRunning(state);
      if (!state.isEmpty() && !Files.exists(state.demoMark()) && !clear) {
        throw new LakeException(
            state.root()
                + " holds the state of a stack that was not started by a demo, and the demo would"
                + " delete it. Choose another folder with --state DIR, or delete that state with"
                + " --clear.");
      }
      state.clear();
      Files.writeString(state.demoMark(), "The next ./lake demo deletes this folder's contents.\n");
    }
  }

  private EventGenerator generator() {
    // Truncated to whole seconds, so the range ends before now: no event is in the future.
    Instant to = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    DaysOption.Range range =
        days.isGiven() ? days.past(to) : new DaysOption.Range(to.minus(PERIOD), to);
    try {
      return EventGenerator.builder()
          .seed(seed)
          .events(events)
          .brokenShare(broken)
          .duplicateShare(duplicates)
          .lateShare(late)
          .from(range.from())
          .to(range.to())
          .build();
    } catch (IllegalArgumentException e) {
      throw new LakeException(e.getMessage(), e);
    }
  }

  private EventSender send(StackClient stack, EventGenerator generator) {
    Instant begin = Instant.now();
    try (KinesisStream stream = stack.stream()) {
      EventSender sender =
          EventSender.to(
              stream, count -> console.progress("  sent " + count + " of " + events + " events"));
      sender.sendAll(() -> generator.stream().map(event -> event.bytes()).iterator());
      reportSent(stack, sender.sentEvents(), begin);
      return sender;
    }
  }

  private EventSender sendFile(StackClient stack) throws IOException {
    Instant begin = Instant.now();
    try (InputStream in = Files.newInputStream(input)) {
      EventSender.check(in, input.toString(), InputFormat.AUTO);
    }
    try (KinesisStream stream = stack.stream();
        InputStream in = Files.newInputStream(input)) {
      EventSender sender =
          EventSender.to(stream, count -> console.progress("  sent " + count + " events"));
      sender.sendInput(in, input.toString(), InputFormat.AUTO);
      reportSent(stack, sender.sentEvents(), begin);
      return sender;
    }
  }

  private void reportSent(StackClient stack, long sent, Instant begin) {
    console.ready(
        "Sent " + sent + " events",
        "stream " + stack.streamName(),
        Duration.between(begin, Instant.now()));
    console.line("  Flink's web UI during the demo: " + stack.flinkUi());
  }

  /** Returns when the numbers match, or when they have not changed for some time. */
  private Accounting awaitAccounted(StackClient stack, long sent) {
    Instant begin = Instant.now();
    Accounting accounting =
        new Polling("the files", POLL)
            .whileChanging(
                PATIENCE,
                () -> {
                  stack.crawl();
                  return stack.accounting(sent);
                },
                Accounting::balanced,
                now ->
                    console.progress(
                        "  waiting until the files are finished: "
                            + (now.written() + now.rejected() + now.duplicate())
                            + " of "
                            + sent
                            + " events can be queried"));
    if (accounting.balanced()) {
      console.ready(
          "All events can be queried",
          "click_events, rejected_events, ledger",
          Duration.between(begin, Instant.now()));
    } else {
      stack
          .job()
          .flatMap(job -> stack.flink().lastFailure(job.id()))
          .ifPresent(failure -> console.line("  The last failure of the job: " + failure));
    }
    return accounting;
  }

  /** Returns when the raw archive has every record, or when it has not grown for some time. */
  private boolean awaitArchived(StackClient stack, long sent) {
    Instant begin = Instant.now();
    long archived =
        new Polling("the raw archive", POLL)
            .whileChanging(
                PATIENCE,
                () -> {
                  stack.crawl();
                  return stack.archivedRecords();
                },
                now -> now == sent,
                now ->
                    console.progress(
                        "  waiting for the raw archive: " + now + " of " + sent + " records"));
    if (archived == sent) {
      console.ready(
          "All records are in the raw archive",
          "raw_events",
          Duration.between(begin, Instant.now()));
    } else {
      console.line("  The raw archive has " + archived + " of " + sent + " records.");
    }
    return archived == sent;
  }

  private void runSampleQueries(StackClient stack) {
    PrintWriter out = spec.commandLine().getOut();
    for (Path file : stack.project().queryFiles()) {
      console.line("");
      console.line("── " + stack.project().root().relativize(file));
      description(file).forEach(console::line);
      for (SqlScript.Statement statement : stack.script(file).statements()) {
        QueryResult result = firstRows(stack.sql().execute(statement));
        try {
          result.sendTo(ResultFormat.TABLE.writer(out, note -> {}));
        } catch (IOException e) {
          throw new LakeException("The result cannot be written: " + e.getMessage(), e);
        }
        console.line("(" + result.message() + ")");
      }
    }
  }

  /** Only the first rows; ./lake sql --file shows all of them. */
  private static QueryResult firstRows(QueryResult result) {
    int all = result.rows().size();
    return all <= ROWS_SHOWN
        ? result
        : new QueryResult(
            result.columns(),
            result.rows().subList(0, ROWS_SHOWN),
            "the first " + ROWS_SHOWN + " of " + all + " rows");
  }

  private static List<String> description(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith("-- description:"))
          .map(line -> line.substring("-- description:".length()).trim())
          .toList();
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
