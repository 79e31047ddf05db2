package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.SharedStack;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A run of {@code ./lake} on the shared stack.
 *
 * @param out standard output
 * @param err standard error
 */
record LakeRun(int exitCode, String out, String err) {

  static LakeRun of(String command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine lake =
        Lake.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode =
        lake.execute(
            Stream.concat(
                    Stream.of(command, "--state", SharedStack.STATE.toString()),
                    Stream.of(arguments))
                .toArray(String[]::new));
    return new LakeRun(exitCode, out.toString(), err.toString());
  }
}
