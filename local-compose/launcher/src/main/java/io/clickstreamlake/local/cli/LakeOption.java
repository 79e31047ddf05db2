package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.AwsLake;
import io.clickstreamlake.local.stack.BatchLake;
import io.clickstreamlake.local.stack.StackLake;
import io.clickstreamlake.local.stack.StateFolder;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options {@code --state} and {@code --aws}: the lake that a batch works on. */
final class LakeOption {

  private static final String LOG = "batch-aws.log";

  @Mixin private StateOption state;

  @Option(
      names = "--aws",
      paramLabel = "URL",
      description =
          "The lake of an environment on AWS instead of a stack: the URL that terraform output -raw"
              + " lake_url prints. Default: the environment variable LAKE_AWS. Credentials are those of"
              + " the AWS CLI")
  private URI aws;

  /**
   * The lake.
   *
   * @param command for messages, such as {@code load}
   */
  BatchLake open(String command) {
    Optional<URI> url =
        Optional.ofNullable(aws)
            .or(() -> Optional.ofNullable(System.getenv("LAKE_AWS")).map(URI::create));
    if (url.isPresent()) {
      return AwsLake.open(root(), url.get(), state.defaultState().resolve(LOG));
    }
    state.requireNoContainers(
        "./lake " + command + " works on a stack of processes: ./lake start.");
    return new StackLake(root(), new StateFolder(state.folder()), state.attach());
  }

  Path root() {
    return state.root();
  }

  /** The state folder of the stack. */
  StateFolder stateFolder() {
    return new StateFolder(state.folder());
  }
}
