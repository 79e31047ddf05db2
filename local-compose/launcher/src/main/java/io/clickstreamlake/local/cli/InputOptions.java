package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stream.InputFormat;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The text of events that a command reads, and how it is divided into records. */
final class InputOptions {

  @Parameters(paramLabel = "FILE", description = "File of events, or - for standard input.")
  private String file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "auto",
      description =
          "lines (each line is one record, unchanged), values (each object is one record), records"
              + " (the Data of each line, in base64, as in the Kinesis API), or auto (the first line"
              + " decides). Default: ${DEFAULT-VALUE}")
  private InputFormat format;

  InputText text() {
    return new InputText(file);
  }

  InputFormat format() {
    return format;
  }
}
