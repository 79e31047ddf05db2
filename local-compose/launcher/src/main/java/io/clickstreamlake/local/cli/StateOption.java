package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.LocalStack;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which stack a command is about. */
final class StateOption {

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = {
        "Folder that keeps everything of one stack. Several stacks can run side by side, each in"
            + " a folder of its own. Default: .lake in the checkout"
      })
  private Path state;

  /** The checkout, which the launcher script tells. */
  Path root() {
    String root = System.getProperty("lake.root");
    if (root == null) {
      throw new LakeException("lake.root is not set; start this program with ./lake.");
    }
    return Path.of(root);
  }

  Path folder() {
    return state == null ? root().resolve(".lake") : state.toAbsolutePath();
  }

  LocalStack attach() {
    return LocalStack.attach(root(), folder());
  }
}
