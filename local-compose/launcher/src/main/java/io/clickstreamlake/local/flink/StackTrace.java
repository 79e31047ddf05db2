package io.clickstreamlake.local.flink;

import java.util.ArrayList;
import java.util.List;

/**
 * A printed stack trace, from which the message for people is extracted.
 *
 * <p>Flink's REST API returns only the whole trace. If the job's main method failed, its exception
 * is the one below ProgramInvocationException, and deeper causes are details. Otherwise the deepest
 * cause is the most specific.
 */
final class StackTrace {

  private static final String MAIN_METHOD = "ProgramInvocationException";
  private static final String CAUSED_BY = "Caused by: ";

  private StackTrace() {}

  static String rootMessage(String trace) {
    List<String> causes = causes(trace);
    for (int i = 0; i + 1 < causes.size(); i++) {
      if (causes.get(i).contains(MAIN_METHOD)) {
        return withoutClass(causes.get(i + 1));
      }
    }
    return causes.isEmpty() ? trace.trim() : withoutClass(causes.get(causes.size() - 1));
  }

  /** The messages of the trace, outermost first; each may have several lines. */
  private static List<String> causes(String trace) {
    List<String> causes = new ArrayList<>();
    StringBuilder heading = new StringBuilder();
    boolean inHeading = true;
    for (String line : trace.split("\n", -1)) {
      if (line.startsWith(CAUSED_BY)) {
        add(causes, heading);
        heading.append(line.substring(CAUSED_BY.length())).append('\n');
        inHeading = true;
      } else if (line.startsWith("\tat ") || line.startsWith("\t... ")) {
        inHeading = false;
      } else if (inHeading) {
        heading.append(line).append('\n');
      }
    }
    add(causes, heading);
    return causes;
  }

  private static void add(List<String> causes, StringBuilder heading) {
    String text = heading.toString().trim();
    if (!text.isEmpty()) {
      causes.add(text);
    }
    heading.setLength(0);
  }

  private static String withoutClass(String heading) {
    return heading.replaceFirst("^(?:[a-z_][\\w]*\\.)+[A-Z][\\w$]*: ", "");
  }
}
