package io.clickstreamlake.local.query;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A result as JSON lines: one object per row. */
final class JsonWriter implements ResultSink {

  private final Writer out;
  private final JsonGenerator json;
  private List<String> names = List.of();

  JsonWriter(Writer out) throws IOException {
    this.out = out;
    this.json = ResultText.generator(out);
  }

  @Override
  public void columns(List<String> columns) {
    names = distinct(columns);
  }

  /** A reader of JSON keeps one value per name, so the second column "a" is called "a_2". */
  private static List<String> distinct(List<String> columns) {
    Set<String> all = new HashSet<>(columns);
    Set<String> taken = new HashSet<>();
    List<String> distinct = new ArrayList<>(columns.size());
    for (String column : columns) {
      String name = column;
      for (int n = 2; taken.contains(name) || (n > 2 && all.contains(name)); n++) {
        name = column + "_" + n;
      }
      taken.add(name);
      distinct.add(name);
    }
    return distinct;
  }

  @Override
  public void row(List<Object> values) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < values.size(); i++) {
      json.writeFieldName(names.get(i));
      json.writePOJO(values.get(i));
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void flush() throws IOException {
    json.flush();
    out.flush();
  }

  @Override
  public void end() throws IOException {
    flush();
  }
}
