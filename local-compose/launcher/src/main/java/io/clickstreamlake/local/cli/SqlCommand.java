package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.query.QueryResult;
import io.clickstreamlake.local.query.ResultFormat;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.stack.StackClient;
import java.io.PrintWriter;
import java.nio.file.Path;
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
    },
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./lake sql \"SELECT event_type, count(*) FROM click_events GROUP BY 1\"",
      "  ./lake sql --file athena/queries/total_events.sql --format csv",
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
      description = "table, csv (with a header), or json (one object per line). Default: table")
  private ResultFormat format;

  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    StackClient stack = state.attach();
    SqlScript script =
        source.sql != null
            ? SqlScript.parse(source.sql, StackClient.placeholders())
            : stack.script(source.file);
    for (SqlScript.Statement statement : script.statements()) {
      QueryResult result = stack.sql().execute(statement);
      format.print(result, out);
      out.flush();
    }
    return 0;
  }
}
