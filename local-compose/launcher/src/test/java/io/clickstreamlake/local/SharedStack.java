package io.clickstreamlake.local;

import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackProgress;
import io.clickstreamlake.local.stack.StateFolder;
import io.clickstreamlake.local.storage.LocalAws;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The stack that the integration tests of this JVM share, because a start takes longer than most
 * tests. Its processes end with the JVM in any case. {@link #sent} is the number of events that all
 * tests have sent so far.
 */
public final class SharedStack {

  /** The checkout, from a system property of the build. */
  public static final Path ROOT = Path.of(System.getProperty("lake.root"));

  /** The state folder; its logs explain a failed test. */
  public static final Path STATE = Path.of("target", "shared-stack").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static LocalStack stack;
  private static long sent;

  private SharedStack() {}

  /** The client of the stack, which is started if it does not run. */
  public static StackClient client() {
    return get().client();
  }

  /** The stack, which is started if it does not run. */
  public static synchronized LocalStack get() {
    if (stack == null) {
      new StateFolder(STATE).clear();
      sent = 0;
      stack = start(Map.of(), Optional.empty());
    }
    return stack;
  }

  /** Starts a stack without the state of the last one, with additional settings. */
  public static synchronized LocalStack startWithoutState(Map<String, String> jobSettings) {
    stopIfRunning();
    new StateFolder(STATE).clear();
    sent = 0;
    return start(jobSettings);
  }

  private static LocalStack start(Map<String, String> jobSettings, Optional<String> fromSnapshot) {
    LocalStackSettings.Builder settings =
        LocalStackSettings.in(ROOT, STATE)
            // Tests crawl themselves: a scheduled crawl would add dropped partitions again.
            .crawlInterval(Duration.ofHours(1))
            .checkpointInterval(Duration.ofSeconds(2))
            .archiveInterval(Duration.ofSeconds(2))
            .jobSetting("roll.interval", "4 s");
    jobSettings.forEach(settings::jobSetting);
    fromSnapshot.ifPresent(settings::fromSnapshot);
    return LocalStack.start(settings.build());
  }

  /** Stops it like {@code lake stop}, and starts it on the same state with additional settings. */
  public static synchronized LocalStack restart(Map<String, String> jobSettings) {
    stop();
    return start(jobSettings);
  }

  /** Starts it, after {@link #stop} or a start that failed, on the same state. */
  public static synchronized LocalStack start(Map<String, String> jobSettings) {
    stack = start(jobSettings, Optional.empty());
    return stack;
  }

  /** Stops it like {@code lake stop}; {@link #startFrom} starts it again on the same state. */
  public static synchronized void stop() {
    get().stop(StackProgress.SILENT);
    stack.close();
    // If it is not started again, the next test starts with an empty state.
    stack = null;
  }

  /** Stops it if it runs: two stacks would compete for memory. The next test starts it again. */
  public static synchronized void stopIfRunning() {
    if (stack != null) {
      stop();
    }
  }

  /** Starts it, after {@link #stop}, from the given snapshot. */
  public static synchronized LocalStack startFrom(
      String snapshot, Map<String, String> jobSettings) {
    stack = start(jobSettings, Optional.of(snapshot));
    return stack;
  }

  public static long sent() {
    return sent;
  }

  /** Counts events that were sent without {@link #send}. */
  public static void countAsSent(long events) {
    sent += events;
  }

  public static void send(List<String> events) {
    sent +=
        client()
            .sendEvents(
                () -> events.stream().map(e -> e.getBytes(StandardCharsets.UTF_8)).iterator(),
                progress -> {});
  }

  /** Puts one Kinesis record with these bytes, which contain this number of events. */
  public static void put(byte[] record, String partitionKey, int events) {
    try (KinesisClient kinesis = LocalAws.kinesis(client().endpoint(Service.KINESIS))) {
      kinesis.putRecord(
          put ->
              put.streamName(client().streamName())
                  .partitionKey(partitionKey)
                  .data(SdkBytes.fromByteArray(record)));
    }
    sent += events;
  }

  /** Returns when every event sent so far can be queried, exactly once. */
  public static Accounting awaitAllAccounted() {
    return awaitAllAccounted(client(), () -> sent, PATIENCE);
  }

  /** Returns when every event sent to a stack can be queried, exactly once. */
  public static Accounting awaitAllAccounted(
      StackClient stack, LongSupplier sent, Duration patience) {
    return await("all events accounted for")
        .atMost(patience)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              stack.crawl();
              return stack.accounting(sent.getAsLong());
            },
            Accounting::balanced);
  }
}
