package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.query.ResultFormat;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.stack.StackClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lake sql}. */
@Command(
    name = "sql",
    description = {
      "Runs SQL with the semantics of Athena: the tables of the database clickstream, Trino SQL, and"
          + " Athena's DDL (CREATE EXTERNAL TABLE, MSCK REPAIR TABLE, ALTER TABLE ADD PARTITION, …)."
          + " Statements that Athena refuses on tables of files, such as DELETE, are refused.",
      "Rows are printed as they arrive, whatever their number. Standard output has only the result;"
          + " the number of rows and other notes go to standard error."
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake sql \"SELECT event_type, count(*) FROM click_events GROUP BY 1\"",
      "  ./lake sql --file athena/queries/total_events.sql --format csv",
      "  ./lake sql --format csv \"SELECT * FROM click_events\" > click_events.csv",
      "  ./lake sql \"SHOW PARTITIONS click_events\""
    })
final class SqlCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private StateOption state;

  @ArgGroup(multiplicity = "1")
  private Source source;

  private static final class Source {
    @Parameters(paramLabel = "SQL", description = "One or more statements, separated by ;")
    private String sql;

    @Option(names = "--file", paramLabel = "FILE", description = "File with statements.")
    private Path file;
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description =
          "table (values are cut at 60 characters), csv (RFC 4180 with a header; null is an empty"
              + " field, an empty text is \"\"), or json (one object per line). Default: table")
  private ResultFormat format;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    StackClient stack = state.attach();
    // Ctrl-C: the engine would go on for minutes.
    Thread cancellation = new Thread(stack::close, "cancel-query");
    Runtime.getRuntime().addShutdownHook(cancellation);
    try {
      for (SqlScript.Statement statement : script(stack).statements()) {
        run(stack, statement, out, err);
      }
      return 0;
    } catch (ReaderGoneException e) {
      // As in ./lake sql … | head -1: the reader has what it wanted.
      return 0;
    } catch (IOException e) {
      throw new LakeException("The result cannot be written: " + e.getMessage(), e);
    } finally {
      removeHook(cancellation);
      stack.close();
    }
  }

  private SqlScript script(StackClient stack) {
    return source.sql != null
        ? SqlScript.parse(source.sql, StackClient.placeholders())
        : stack.script(source.file);
  }

  private void run(
      StackClient stack, SqlScript.Statement statement, PrintWriter out, PrintWriter err)
      throws IOException {
    long begin = System.nanoTime();
    List<String> notes = new ArrayList<>();
    String message = stack.sql().run(statement, format.writer(new CheckedOutput(out), notes::add));
    double seconds = (System.nanoTime() - begin) / 1e9;
    notes.add(0, String.format(Locale.ROOT, "(%s, %.1f s)", message, seconds));
    notes.forEach(err::println);
    err.flush();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending, and the hook runs.
    }
  }
}
