package io.clickstreamlake.local.query;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A result as aligned columns, for people. Widths and alignment come from the first rows, so that
 * the others can be written as they arrive: a wider cell moves the rest of its line.
 */
final class TableWriter implements ResultSink {

  private static final int MAX_CELL_WIDTH = 60;

  /** Rows that determine the widths: as many as there are, but at most this number. */
  static final int MAX_FIRST_ROWS = 1000;

  /** The number from which the table begins although more rows will follow. */
  private static final int ENOUGH_FIRST_ROWS = 100;

  private final Writer out;
  private final Consumer<String> notes;
  private final List<List<String>> first = new ArrayList<>();
  private List<String> names = List.of();
  private int[] widths = {};
  private boolean[] right = {};
  private boolean begun;
  private boolean cut;

  /**
   * @param notes receives a hint if values were cut
   */
  TableWriter(Writer out, Consumer<String> notes) {
    this.out = out;
    this.notes = notes;
  }

  @Override
  public void columns(List<String> columns) {
    names = List.copyOf(columns);
    widths = names.stream().mapToInt(String::length).toArray();
    right = new boolean[widths.length];
    Arrays.fill(right, true);
  }

  @Override
  public void row(List<Object> values) throws IOException {
    List<String> cells = cells(values);
    if (begun) {
      line(cells);
      return;
    }
    first.add(cells);
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
      right[i] &= values.get(i) == null || values.get(i) instanceof Number;
    }
    if (first.size() == MAX_FIRST_ROWS) {
      begin();
    }
  }

  @Override
  public void flush() throws IOException {
    if (!begun && first.size() >= ENOUGH_FIRST_ROWS) {
      begin();
    }
    out.flush();
  }

  @Override
  public void end() throws IOException {
    if (!begun) {
      begin();
    }
    out.flush();
    if (cut) {
      notes.accept(
          "Values of more than "
              + MAX_CELL_WIDTH
              + " characters are cut; --format csv and json show them in full.");
    }
  }

  private void begin() throws IOException {
    begun = true;
    line(names);
    rule();
    for (List<String> cells : first) {
      line(cells);
    }
    first.clear();
  }

  private void line(List<String> cells) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String blanks = " ".repeat(Math.max(0, widths[i] - cells.get(i).length()));
      line.append(i == 0 ? " " : " | ");
      line.append(right[i] ? blanks + cells.get(i) : cells.get(i) + blanks);
    }
    out.write(line.toString().stripTrailing());
    out.write('\n');
  }

  private void rule() throws IOException {
    for (int i = 0; i < widths.length; i++) {
      out.write((i == 0 ? "" : "+") + "-".repeat(widths[i] + 2));
    }
    out.write('\n');
  }

  private List<String> cells(List<Object> values) {
    List<String> cells = new ArrayList<>(values.size());
    for (Object value : values) {
      cells.add(cell(value));
    }
    return cells;
  }

  private String cell(Object value) {
    String text = value == null ? "" : ResultText.of(value);
    if (text.length() > MAX_CELL_WIDTH) {
      cut = true;
      text = text.substring(0, MAX_CELL_WIDTH - 1) + "…";
    }
    // A table has one line per row.
    return text.replaceAll("\\R", " ");
  }
}
