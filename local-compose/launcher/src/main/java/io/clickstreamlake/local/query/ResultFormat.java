package io.clickstreamlake.local.query;

import java.io.IOException;
import java.io.Writer;
import java.util.function.Consumer;

/** The output formats of {@code lake sql}. */
public enum ResultFormat {
  /** Aligned columns, for people. */
  TABLE {
    @Override
    public ResultSink writer(Writer out, Consumer<String> notes) {
      return new TableWriter(out, notes);
    }
  },

  /** A header and comma-separated values according to RFC 4180. */
  CSV {
    @Override
    public ResultSink writer(Writer out, Consumer<String> notes) {
      return new CsvWriter(out);
    }
  },

  /** One JSON object per row and line. */
  JSON {
    @Override
    public ResultSink writer(Writer out, Consumer<String> notes) throws IOException {
      return new JsonWriter(out);
    }
  };

  /**
   * A writer of one result, row by row.
   *
   * @param notes receives what a reader should know and what is not part of the result
   */
  public abstract ResultSink writer(Writer out, Consumer<String> notes) throws IOException;
}
