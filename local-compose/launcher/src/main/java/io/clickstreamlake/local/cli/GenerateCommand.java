package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import io.clickstreamlake.sample.EventGenerator;
import io.clickstreamlake.sample.GeneratedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code lake generate}. */
@Command(
    name = "generate",
    description = {
      "Sends generated events of a web shop to the stream at a constant rate, until all are sent or"
          + " Ctrl-C is pressed. The event time is the time of sending."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake generate                               50 events per second until Ctrl-C",
      "  ./lake generate --rate 500 --events 10000 --broken 0.01 --duplicates 0.02 --late 0.05"
    })
final class GenerateCommand implements Callable<Integer> {

  /** Events are generated and sent in slices of this length. */
  private static final Duration SLICE = Duration.ofMillis(200);

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "50",
      description = "Events per second. Default: ${DEFAULT-VALUE}")
  private double rate;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Total number of events. Default: unlimited")
  private Long events;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the generator; another seed generates other visitors. Default: a new one each"
              + " time")
  private Long seed;

  @Option(
      names = "--broken",
      paramLabel = "SHARE",
      defaultValue = "0",
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
      defaultValue = "0",
      description = "Share of events that are days old, 0 to 1. Default: ${DEFAULT-VALUE}")
  private double late;

  @Mixin private HelpOption help;

  @Override
  public Integer call() throws InterruptedException {
    if (!(rate > 0)) {
      throw new LakeException("--rate must be above 0, but is " + rate + ".");
    }
    Console console = new Console(spec.commandLine().getOut());
    StackClient stack = state.attach();
    try (KinesisStream kinesis = stack.stream()) {
      kinesis.requireExists();
      EventSender sender =
          EventSender.to(kinesis, sent -> console.progress("sent " + sent + " events"));
      console.line(
          "Sending "
              + rate
              + " events per second to "
              + stack.streamName()
              + "; stop with Ctrl-C.");
      send(sender, events == null ? Long.MAX_VALUE : events);
      console.line("sent " + sender.sentEvents() + " events to the stream " + stack.streamName());
      console.visibleAfter(stack);
    }
    return 0;
  }

  private void send(EventSender sender, long wanted) throws InterruptedException {
    Iterator<GeneratedEvent> source = Collections.emptyIterator();
    long firstSeed = seed == null ? System.nanoTime() : seed;
    int block = 0;
    long generated = 0;
    long begin = System.nanoTime();
    while (generated < wanted) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      long due = Math.min(wanted, (long) Math.ceil((seconds + SLICE.toMillis() / 1e3) * rate));
      for (; generated < due; generated++) {
        if (!source.hasNext()) {
          source = block(firstSeed + block++, wanted - generated).iterator();
        }
        sender.send(source.next().bytes(), "event " + (generated + 1));
      }
      sender.flush();
      TimeUnit.MILLISECONDS.sleep(SLICE.toMillis());
    }
  }

  /** The generator needs the number of events, so an unlimited run consists of blocks. */
  private EventGenerator block(long blockSeed, long left) {
    int size = (int) Math.min(left, Math.max(1000, Math.round(rate * 60)));
    Instant now = Instant.now();
    try {
      return EventGenerator.builder()
          .seed(blockSeed)
          .events(size)
          .brokenShare(broken)
          .duplicateShare(duplicates)
          .lateShare(late)
          .from(now)
          .to(now.plusMillis(Math.max(1, Math.round(size / rate * 1000))))
          .build();
    } catch (IllegalArgumentException e) {
      throw new LakeException(e.getMessage(), e);
    }
  }
}
