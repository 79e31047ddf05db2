package io.clickstreamlake.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.stack.JobTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The printer of a trial: a block per event, or a line of JSON. */
final class TrialPrinter {

  private static final int LABEL = 18;

  /** Characters of the text that are shown before and after the place of a rejection. */
  private static final int CONTEXT = 60;

  private static final int MAX_TEXT = 2 * CONTEXT;

  private final PrintWriter out;
  private final CheckedOutput checked;
  private final boolean json;
  private final int show;
  private final Map<Boolean, Integer> shown = new HashMap<>();

  /**
   * @param show number of accepted, and of rejected events to print
   */
  TrialPrinter(PrintWriter out, boolean json, int show) {
    this.out = out;
    this.checked = new CheckedOutput(out);
    this.json = json;
    this.show = show;
  }

  /** Receives results, prints them, and hands them on. */
  JobTrial.Results and(JobTrial.Results next) {
    return new JobTrial.Results() {
      @Override
      public void columns(List<String> names) {
        next.columns(names);
      }

      @Override
      public void event(String place, JsonNode outcome) {
        next.event(place, outcome);
        print(place, outcome);
      }
    };
  }

  /**
   * @throws ReaderGoneException if the reader of the output has ended
   */
  void summary(TrialSummary summary) throws IOException {
    if (json) {
      out.println(summary.json());
    } else {
      summary.lines().forEach(out::println);
    }
    checked.flush();
  }

  /** Ends the trial if nobody reads the results any more. */
  private void flush() {
    try {
      checked.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void print(String place, JsonNode outcome) {
    if (json) {
      ((ObjectNode) outcome).remove("record");
      out.println(((ObjectNode) outcome).put("place", place));
      flush();
      return;
    }
    boolean rejected = outcome.has("reason");
    if (shown.merge(rejected, 1, Integer::sum) > show) {
      return;
    }
    if (rejected) {
      out.println(place + ": rejected, " + TrialSummary.reason(outcome));
      out.println("  " + outcome.path("message").asText());
      underlined(outcome).forEach(line -> out.println("    " + line));
    } else {
      out.println(place + ": " + outcome.path("outcome").asText());
      outcome.path("columns").fields().forEachRemaining(c -> row(c.getKey(), text(c.getValue())));
      row("properties", entries(outcome.path("properties")));
      row("flags", names(outcome.path("flags")));
      row("protected", names(outcome.path("protected")));
    }
    out.println();
    flush();
  }

  private void row(String label, String value) {
    if (!value.isEmpty()) {
      out.println("  " + label + " ".repeat(Math.max(1, LABEL - label.length())) + value);
    }
  }

  private static String text(JsonNode value) {
    return visible(value.isTextual() ? value.asText() : value.toString());
  }

  private static String names(JsonNode array) {
    List<String> names = new ArrayList<>();
    array.forEach(name -> names.add(name.asText()));
    return String.join(", ", names);
  }

  private static String entries(JsonNode object) {
    List<String> entries = new ArrayList<>();
    object
        .fields()
        .forEachRemaining(entry -> entries.add(entry.getKey() + " = " + text(entry.getValue())));
    return String.join("\n" + " ".repeat(LABEL + 2), entries);
  }

  /** The text around the place of a rejection, and a line that underlines it. */
  private static List<String> underlined(JsonNode outcome) {
    String text = outcome.path("text").asText();
    if (!outcome.has("start")) {
      return List.of(visible(text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text));
    }
    int start = outcome.path("start").asInt();
    int end = Math.max(start + 1, outcome.path("end").asInt());
    int from = Math.max(0, start - CONTEXT);
    int to = Math.min(text.length(), end + CONTEXT);
    String before = (from > 0 ? "…" : "") + visible(text.substring(from, Math.min(start, to)));
    String marked = visible(text.substring(Math.min(start, to), Math.min(end, to)));
    String after = visible(text.substring(Math.min(end, to), to)) + (to < text.length() ? "…" : "");
    return List.of(
        before + marked + after, " ".repeat(before.length()) + "^".repeat(marked.length()));
  }

  /** One line: control characters would break the underline, or the terminal. */
  private static String visible(String text) {
    StringBuilder visible = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      visible.append(Character.isISOControl(c) ? (char) (c < ' ' ? 0x2400 + c : 0xfffd) : c);
    }
    return visible.toString();
  }
}
