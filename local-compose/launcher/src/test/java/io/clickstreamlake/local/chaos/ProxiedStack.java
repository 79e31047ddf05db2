package io.clickstreamlake.local.chaos;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackProgress;
import io.clickstreamlake.local.stack.StateFolder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Starts a local stack whose job reaches one service through a proxy. */
final class ProxiedStack {

  private ProxiedStack() {}

  /**
   * Returns when the job runs and the tables can be queried.
   *
   * @param folder name of the state folder, under target; it is cleared first
   * @param settings adds the settings that point the job to the proxy
   * @param proxied service behind the proxy
   * @param forwardTo receives the URL of that service for the proxy
   */
  static LocalStack start(
      String folder,
      UnaryOperator<LocalStackSettings.Builder> settings,
      Service proxied,
      Consumer<URI> forwardTo) {
    Path state = Path.of("target", folder).toAbsolutePath();
    new StateFolder(state).clear();
    LocalStack stack =
        LocalStack.begin(
            settings
                .apply(
                    LocalStackSettings.in(SharedStack.ROOT, state)
                        .crawlInterval(Duration.ofHours(1))
                        .checkpointInterval(Duration.ofSeconds(2))
                        .jobSetting("roll.interval", "5 s"))
                .build(),
            StackProgress.SILENT);
    forwardTo.accept(stack.client().endpoint(proxied));
    // A failure of the start closes the stack.
    stack.awaitJob();
    stack.awaitQueries();
    return stack;
  }
}
