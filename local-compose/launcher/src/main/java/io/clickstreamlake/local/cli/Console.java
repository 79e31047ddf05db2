package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stack.PlainDocker;
import io.clickstreamlake.local.stack.RowDelay;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** The output of a command while it runs. On a terminal, progress is one line that changes. */
final class Console implements StackProgress {

  private final PrintWriter out;
  private final boolean terminal;
  private boolean lineOpen;

  Console(PrintWriter out) {
    this.out = out;
    this.terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
  }

  synchronized void line(String text) {
    closeLine();
    out.println(PlainDocker.asSeenHere(text));
    out.flush();
  }

  /** Replaces the last progress; without a terminal nothing is printed. */
  synchronized void progress(String text) {
    if (terminal) {
      out.print("\r\u001b[K" + text);
      out.flush();
      lineOpen = true;
    }
  }

  /** Says when events that were just sent will be visible, if the job tells. */
  void visibleAfter(StackClient stack) {
    try {
      stack.rowDelay().map(RowDelay::sentence).ifPresent(this::line);
    } catch (LakeException e) {
      line("Flink does not answer, so the events are not read yet; see ./lake status.");
    }
  }

  /** Asks a yes/no question. Without a terminal the answer is no. */
  synchronized boolean confirms(String question) {
    closeLine();
    java.io.Console terminalInput = System.console();
    if (terminalInput == null) {
      return false;
    }
    String answer = terminalInput.readLine("%s [y/N] ", question);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  private void closeLine() {
    if (lineOpen) {
      out.print("\r\u001b[K");
      lineOpen = false;
    }
  }

  @Override
  public void ready(String what, String where, Duration took) {
    line(String.format(Locale.ROOT, "  %-36s %5.1f s   %s", what, took.toMillis() / 1000.0, where));
  }

  @Override
  public void note(String text) {
    line("  " + text);
  }
}
