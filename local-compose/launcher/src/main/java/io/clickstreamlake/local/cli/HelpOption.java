package io.clickstreamlake.local.cli;

import picocli.CommandLine.Option;

/** The option {@code --help} of a command. */
final class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean requested;
}
