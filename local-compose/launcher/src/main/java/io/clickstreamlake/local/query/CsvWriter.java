package io.clickstreamlake.local.query;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * A result as comma-separated values according to RFC 4180, with a header. Null is an empty field;
 * an empty text is a pair of quotes.
 */
final class CsvWriter implements ResultSink {

  private final Writer out;

  CsvWriter(Writer out) {
    this.out = out;
  }

  @Override
  public void columns(List<String> names) throws IOException {
    line(names);
  }

  @Override
  public void row(List<Object> values) throws IOException {
    line(values);
  }

  private void line(List<?> values) throws IOException {
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      if (values.get(i) != null) {
        field(ResultText.of(values.get(i)));
      }
    }
    out.write("\r\n");
  }

  private void field(String text) throws IOException {
    boolean quoted = text.isEmpty() || text.chars().anyMatch(CsvWriter::needsQuotes);
    out.write(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
  }

  private static boolean needsQuotes(int c) {
    return c == ',' || c == '"' || c == '\n' || c == '\r';
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void end() throws IOException {
    out.flush();
  }
}
