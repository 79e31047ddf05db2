package io.clickstreamlake;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.QuietLoggers;
import io.clickstreamlake.sink.BatchRefusedException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.util.ExceptionUtils;

/** The main method of the programs that read or write the lake beside the job. */
final class BatchProgram {

  /** The option of a program that runs in this JVM, and not on a cluster. */
  static final String LOCAL = "--local";

  private BatchProgram() {}

  interface Body {
    void run() throws Exception;
  }

  /**
   * Runs a program. Exit code 2, with the problems on standard error, if arguments or settings are
   * invalid, or another run came in between. A program with {@link #LOCAL} ends this JVM; on a
   * cluster, Flink does, and reports a failure.
   */
  static void run(String[] args, Body body) throws Exception {
    QuietLoggers.apply();
    boolean local = Arrays.asList(args).contains(LOCAL);
    try {
      body.run();
    } catch (InvalidSettingsException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    } catch (Exception e) {
      Optional<BatchRefusedException> refused =
          ExceptionUtils.findThrowable(e, BatchRefusedException.class);
      if (refused.isPresent()) {
        System.err.println(refused.get().getMessage());
        System.exit(2);
      }
      if (!local) {
        throw e;
      }
      e.printStackTrace();
      System.exit(1);
    }
    if (local) {
      // Idle threads of Flink would keep the JVM for another minute.
      System.exit(0);
    }
  }
}
