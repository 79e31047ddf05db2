package io.clickstreamlake.local.cli;

import picocli.CommandLine.Option;

/** {@code --help} of a command. */
final class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this text.")
  private boolean asked;
}
