package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import io.clickstreamlake.sample.EventGenerator;
import io.clickstreamlake.sample.GeneratedEvent;
import io.clickstreamlake.sample.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
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
          + " Ctrl-C is pressed. The event time is the time of sending.",
      "With --days N it sends the events of the last N days at full speed, and with --output it"
          + " writes them to files instead, which needs no running stack."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake generate                               50 events per second until Ctrl-C",
      "  ./lake generate --rate 500 --events 10000 --broken 0.01 --duplicates 0.02 --late 0.05",
      "  ./lake generate --days 60                     two months, through the whole pipeline",
      "  ./lake generate --days 60 --events 1000000 --output events.json.gz",
      "  ./lake generate --days 60 --output events/    one file per day"
    })
final class GenerateCommand implements Callable<Integer> {

  /** Events are generated and sent in slices of this length. */
  private static final Duration SLICE = Duration.ofMillis(200);

  private static final double DEFAULT_RATE = 50;
  private static final long EVENTS_PER_DAY = 5_000;

  /** An unlimited run consists of blocks of this length, because the generator needs a number. */
  private static final double BLOCK_SECONDS = Duration.ofDays(365).toSeconds();

  private static final int MIN_BLOCK = 1_000;

  /** A clock that was this far off, as after the sleep of a laptop, starts a new block. */
  private static final Duration MAX_DRIFT = Duration.ofMinutes(1);

  /** Progress is shown once per this number of events that are written to files. */
  private static final int PROGRESS_STEP = 50_000;

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Events per second, not with --days. Default: 50")
  private Double rate;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Total number of events. Default: unlimited; with --days 5000 per day")
  private Long events;

  @Mixin private DaysOption days;

  @Option(
      names = "--output",
      paramLabel = "PATH",
      description =
          "Writes JSON lines instead of sending, with --days: to a file, compressed if its name ends"
              + " with .gz, or to a folder (existing, or with a slash at the end) with one"
              + " compressed file per day")
  private String output;

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
      description =
          "Share of events from up to three days before the others, 0 to 1. Default:"
              + " ${DEFAULT-VALUE}")
  private double late;

  @Mixin private HelpOption help;

  private Console console;

  @Override
  public Integer call() throws InterruptedException, IOException {
    console = new Console(spec.commandLine().getOut());
    if (events != null && events < 1) {
      throw new LakeException("--events must be at least 1, but is " + events + ".");
    }
    if (days.isGiven() && rate != null) {
      throw new LakeException(
          "--days sends at full speed, so it cannot be combined with --rate " + rate + ".");
    }
    if (output != null) {
      if (!days.isGiven()) {
        throw new LakeException("--output also needs --days N.");
      }
      writeFiles();
    } else if (days.isGiven()) {
      sendDays();
    } else {
      sendAtRate();
    }
    return 0;
  }

  // ---------------------------------------------------------------- events of the past

  private void writeFiles() throws IOException {
    Instant begin = Instant.now();
    EventGenerator generator = ofDays(days.range(begin));
    try (EventFiles files = EventFiles.at(output)) {
      long written = 0;
      for (GeneratedEvent event : generator) {
        files.write(event);
        if (++written % PROGRESS_STEP == 0) {
          console.progress("wrote " + written + " of " + generator.events() + " events");
        }
      }
      files.finish();
      console.line(kinds(generator));
      console.line(
          String.format(
              Locale.ROOT,
              "wrote %d events to %s (%s, %.1f MB) in %.1f s",
              written,
              output,
              files.files() == 1 ? "1 file" : files.files() + " files",
              files.bytes() / 1e6,
              seconds(begin)));
    }
  }

  private void sendDays() {
    Instant begin = Instant.now();
    EventGenerator generator = ofDays(days.past(begin));
    StackClient stack = state.attach();
    try (KinesisStream kinesis = stack.stream();
        StopRequest stop = new StopRequest()) {
      kinesis.requireExists();
      EventSender sender =
          EventSender.to(
              kinesis,
              sent -> console.progress("sent " + sent + " of " + generator.events() + " events"));
      long number = 0;
      for (Iterator<GeneratedEvent> all = generator.iterator(); all.hasNext() && !stop.made(); ) {
        sender.send(all.next().bytes(), "event " + ++number);
      }
      sender.flush();
      if (stop.made()) {
        console.line("stopped before all " + generator.events() + " events were sent");
      } else {
        console.line(kinds(generator));
      }
      console.line(total(sender, stack) + String.format(Locale.ROOT, " in %.1f s", seconds(begin)));
    }
  }

  private EventGenerator ofDays(DaysOption.Range range) {
    long number = events == null ? EVENTS_PER_DAY * days.days() : events;
    if (number > Integer.MAX_VALUE) {
      throw new LakeException(
          "--events must not exceed " + Integer.MAX_VALUE + ", but is " + number + ".");
    }
    return generator(
        EventGenerator.builder()
            .seed(seed == null ? System.nanoTime() : seed)
            .events((int) number)
            .from(range.from())
            .to(range.to()));
  }

  private String kinds(EventGenerator generator) {
    return generator.events()
        + " events from "
        + generator.from()
        + " to "
        + generator.to()
        + ": "
        + generator.count(Kind.GOOD)
        + " good, "
        + generator.count(Kind.BROKEN)
        + " broken, "
        + generator.count(Kind.DUPLICATE)
        + " duplicate, "
        + generator.count(Kind.LATE)
        + " late";
  }

  private static double seconds(Instant since) {
    return Duration.between(since, Instant.now()).toMillis() / 1e3;
  }

  // ---------------------------------------------------------------- events of now

  private void sendAtRate() throws InterruptedException {
    double perSecond = rate == null ? DEFAULT_RATE : rate;
    if (!(perSecond > 0)) {
      throw new LakeException("--rate must be above 0, but is " + perSecond + ".");
    }
    StackClient stack = state.attach();
    try (KinesisStream kinesis = stack.stream();
        StopRequest stop = new StopRequest()) {
      kinesis.requireExists();
      EventSender sender =
          EventSender.to(kinesis, sent -> console.progress("sent " + sent + " events"));
      console.line(
          "Sending "
              + perSecond
              + " events per second to "
              + stack.streamName()
              + "; stop with Ctrl-C.");
      send(sender, stop, perSecond, events == null ? Long.MAX_VALUE : events);
      console.line(total(sender, stack));
      console.visibleAfter(stack);
    }
  }

  private void send(EventSender sender, StopRequest stop, double perSecond, long wanted)
      throws InterruptedException {
    Iterator<GeneratedEvent> source = Collections.emptyIterator();
    long blockSeed = seed == null ? System.nanoTime() : seed;
    Instant clock = Instant.MIN;
    long begin = System.nanoTime();
    long before = 0;
    for (long generated = 0; generated < wanted && !stop.made(); ) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
      boolean drifted =
          Duration.between(clock.plus(elapsed), Instant.now()).abs().compareTo(MAX_DRIFT) > 0;
      if (!source.hasNext() || drifted) {
        source = block(blockSeed++, perSecond, wanted - generated).iterator();
        clock = Instant.now();
        begin = System.nanoTime();
        elapsed = Duration.ZERO;
        before = generated;
      }
      double seconds = elapsed.plus(SLICE).toMillis() / 1e3;
      long due = Math.min(wanted, before + (long) Math.ceil(seconds * perSecond));
      for (; generated < due && source.hasNext(); generated++) {
        sender.send(source.next().bytes(), "event " + (generated + 1));
      }
      sender.flush();
      TimeUnit.MILLISECONDS.sleep(SLICE.toMillis());
    }
  }

  private EventGenerator block(long blockSeed, double perSecond, long left) {
    double longest = Math.max(MIN_BLOCK, perSecond * BLOCK_SECONDS);
    int size = (int) Math.min(left, Math.min(Integer.MAX_VALUE, longest));
    Instant now = Instant.now();
    return generator(
        EventGenerator.builder()
            .seed(blockSeed)
            .events(size)
            .steady()
            .from(now)
            .to(now.plusMillis(Math.max(1, Math.round(size / perSecond * 1000)))));
  }

  private EventGenerator generator(EventGenerator.Builder builder) {
    try {
      return builder.brokenShare(broken).duplicateShare(duplicates).lateShare(late).build();
    } catch (IllegalArgumentException e) {
      throw new LakeException(e.getMessage(), e);
    }
  }

  private static String total(EventSender sender, StackClient stack) {
    return "sent " + sender.sentEvents() + " events to the stream " + stack.streamName();
  }
}
