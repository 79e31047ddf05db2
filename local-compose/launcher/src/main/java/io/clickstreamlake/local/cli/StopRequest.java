package io.clickstreamlake.local.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish of the user to stop a command: Ctrl-C, or the SIGTERM of {@code docker compose stop}.
 * The process ends after the command has printed its totals and closed this object, or after a few
 * seconds.
 */
final class StopRequest implements AutoCloseable {

  /** Shorter than the ten seconds after which Docker kills a container. */
  private static final long PATIENCE_SECONDS = 8;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop request");
  private volatile boolean made;

  StopRequest() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the command must stop now. */
  boolean made() {
    return made;
  }

  private void stop() {
    made = true;
    try {
      closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, which is why the command stopped.
    }
  }
}
