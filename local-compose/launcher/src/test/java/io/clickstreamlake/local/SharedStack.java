package io.clickstreamlake.local;

import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackProgress;
import io.clickstreamlake.local.stack.StateFolder;
import io.clickstreamlake.local.storage.LocalAws;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * The one stack that the integration tests of this JVM share: starting takes longer than most
 * tests. Its processes end with the JVM, whatever happens. What tests send adds up: {@link #sent}
 * is the number of all events so far.
 */
public final class SharedStack {

  /** The checkout, which the build tells. */
  public static final Path ROOT = Path.of(System.getProperty("lake.root"));

  /** Where the logs are, should a test fail. */
  public static final Path STATE = Path.of("target", "shared-stack").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static LocalStack stack;
  private static long sent;

  private SharedStack() {}

  public static synchronized LocalStack get() {
    if (stack == null) {
      new StateFolder(STATE).clear();
      sent = 0;
      stack = start(Map.of(), Optional.empty());
    }
    return stack;
  }

  private static LocalStack start(Map<String, String> jobSettings, Optional<String> fromSnapshot) {
    LocalStackSettings.Builder settings =
        LocalStackSettings.in(ROOT, STATE)
            // Tests crawl themselves: one that drops a partition must not find it back.
            .crawlInterval(Duration.ofHours(1))
            .checkpointInterval(Duration.ofSeconds(2))
            .archiveInterval(Duration.ofSeconds(2))
            .jobSetting("roll.interval", "4 s");
    jobSettings.forEach(settings::jobSetting);
    fromSnapshot.ifPresent(settings::fromSnapshot);
    return LocalStack.start(settings.build());
  }

  /** Stops it as {@code lake stop} does, and starts it on the same state with more job settings. */
  public static synchronized LocalStack restart(Map<String, String> jobSettings) {
    stop();
    stack = start(jobSettings, Optional.empty());
    return stack;
  }

  /** Stops it as {@code lake stop} does; {@link #startFrom} starts it again on the same state. */
  public static synchronized void stop() {
    get().stop(StackProgress.SILENT);
    stack.close();
    // If it is not started again, the next test begins with an empty one.
    stack = null;
  }

  /** Starts it, after {@link #stop}, from a snapshot that may be an older one. */
  public static synchronized LocalStack startFrom(
      String snapshot, Map<String, String> jobSettings) {
    stack = start(jobSettings, Optional.of(snapshot));
    return stack;
  }

  public static long sent() {
    return sent;
  }

  /** Events that were sent in another way than with {@link #send}. */
  public static void countAsSent(long events) {
    sent += events;
  }

  public static void send(List<String> events) {
    sent +=
        get()
            .sendEvents(
                () -> events.stream().map(e -> e.getBytes(StandardCharsets.UTF_8)).iterator(),
                progress -> {});
  }

  /** Puts one Kinesis record with these bytes, which hold so many events. */
  public static void put(byte[] record, String partitionKey, int events) {
    try (KinesisClient kinesis = LocalAws.kinesis(get().endpoint(Service.KINESIS))) {
      kinesis.putRecord(
          put ->
              put.streamName(get().streamName())
                  .partitionKey(partitionKey)
                  .data(SdkBytes.fromByteArray(record)));
    }
    sent += events;
  }

  /**
   * Returns when every event that was ever sent can be queried, and checks that none is too many.
   */
  public static Accounting awaitAllAccounted() {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              get().crawl();
              return get().accounting(sent);
            },
            Accounting::balanced);
  }
}
