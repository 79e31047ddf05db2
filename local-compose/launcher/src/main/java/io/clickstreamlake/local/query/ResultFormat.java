package io.clickstreamlake.local.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The output formats of {@code lake sql}. */
public enum ResultFormat {
  /** Aligned columns, for people. */
  TABLE {
    @Override
    public void print(QueryResult result, PrintWriter out) {
      printTable(result, out);
    }
  },

  /** A header and comma-separated values according to RFC 4180; null is empty. */
  CSV {
    @Override
    public void print(QueryResult result, PrintWriter out) {
      printCsvRow(result.columns(), out);
      for (List<Object> row : result.rows()) {
        printCsvRow(row.stream().map(v -> v == null ? "" : text(v)).toList(), out);
      }
    }
  },

  /** One JSON object per row and line. */
  JSON {
    @Override
    public void print(QueryResult result, PrintWriter out) {
      for (List<Object> row : result.rows()) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
          object.put(result.columns().get(i), row.get(i));
        }
        out.println(json(object));
      }
    }
  };

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_CELL_WIDTH = 60;

  public abstract void print(QueryResult result, PrintWriter out);

  private static void printTable(QueryResult result, PrintWriter out) {
    if (!result.hasRows()) {
      out.println(result.message());
      return;
    }
    List<List<String>> cells = new ArrayList<>();
    cells.add(result.columns());
    for (List<Object> row : result.rows()) {
      cells.add(row.stream().map(ResultFormat::cell).toList());
    }
    int[] widths = new int[result.columns().size()];
    for (List<String> row : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    boolean[] right = numeric(result);
    for (int line = 0; line < cells.size(); line++) {
      out.println(tableLine(cells.get(line), widths, right));
      if (line == 0) {
        out.println(rule(widths));
      }
    }
    out.println("(" + result.message() + ")");
  }

  private static String tableLine(List<String> cells, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String blanks = " ".repeat(widths[i] - cells.get(i).length());
      line.append(i == 0 ? " " : " | ");
      line.append(right[i] ? blanks + cells.get(i) : cells.get(i) + blanks);
    }
    return line.toString().stripTrailing();
  }

  private static String rule(int[] widths) {
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      rule.append(i == 0 ? "" : "+").append("-".repeat(widths[i] + 2));
    }
    return rule.toString();
  }

  private static boolean[] numeric(QueryResult result) {
    boolean[] numeric = new boolean[result.columns().size()];
    for (int i = 0; i < numeric.length; i++) {
      int column = i;
      numeric[i] =
          result.rows().stream()
              .map(row -> row.get(column))
              .allMatch(v -> v == null || v instanceof Number);
    }
    return numeric;
  }

  private static String cell(Object value) {
    String text = value == null ? "" : text(value).replace('\n', ' ');
    return text.length() <= MAX_CELL_WIDTH ? text : text.substring(0, MAX_CELL_WIDTH - 1) + "…";
  }

  private static void printCsvRow(List<String> cells, PrintWriter out) {
    out.print(cells.stream().map(ResultFormat::csvCell).collect(Collectors.joining(",")));
    out.print("\r\n");
  }

  private static String csvCell(String text) {
    boolean quote = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private static String text(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof List || value instanceof Map ? json(value) : value.toString();
  }

  private static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not a JSON value: " + value, e);
    }
  }
}
