package io.clickstreamlake.local.chaos;

import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Sends events continuously: of twenty, one is broken and one is a duplicate. */
final class Traffic extends Thread {

  private static final int BATCH = 60;
  private static final long PAUSE_NANOS = 200_000_000;

  private final StackClient stack;
  private final String name;
  private volatile boolean ended;
  private volatile Throwable failure;

  /** Written by this thread only, read by others. */
  private volatile long sent;

  private long broken;
  private long repeated;

  /** Time of the previous event, which a duplicate repeats as a whole. */
  private Instant lastTime;

  Traffic(StackClient stack) {
    this(stack, "chaos");
  }

  /**
   * @param name beginning of all event ids
   */
  Traffic(StackClient stack, String name) {
    super("traffic");
    setDaemon(true);
    this.stack = stack;
    this.name = name;
  }

  @Override
  public void run() {
    try (KinesisStream stream = stack.stream()) {
      EventSender sender = EventSender.to(stream, events -> {});
      while (!ended) {
        for (int i = 0; i < BATCH; i++) {
          sender.send(next().getBytes(StandardCharsets.UTF_8), "an event");
        }
        sender.flush();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private String next() {
    long number = sent;
    long id = number;
    Instant time = Instant.now();
    String end = "}";
    if (number % 20 == 7) {
      broken++;
      end = "";
    } else if (number % 20 == 13) {
      repeated++;
      id = number - 1;
      time = lastTime;
    }
    lastTime = time;
    sent = number + 1;
    return "{\"event_id\":\"%s-%d\",\"event_type\":\"page_view\",\"event_time\":\"%s\",\"n\":%d%s"
        .formatted(name, id, time, id, end);
  }

  /** Ends the traffic; the numbers are final afterwards. */
  void end() throws InterruptedException {
    ended = true;
    join();
    if (failure != null) {
      throw new IllegalStateException("the traffic failed", failure);
    }
  }

  long sent() {
    return sent;
  }

  long broken() {
    return broken;
  }

  long repeated() {
    return repeated;
  }
}
