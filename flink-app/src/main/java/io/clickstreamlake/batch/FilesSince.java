package io.clickstreamlake.batch;

import io.clickstreamlake.files.FolderListing;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;

/**
 * The step that receives the location of a table and emits the paths of its files that were opened
 * since a time, which their names begin with; and of those with other names. Rows that arrived in
 * one hour are in the folders of many days, since an event may be late, but in files that were
 * opened at that time or later.
 */
public final class FilesSince implements FlatMapFunction<String, String> {

  private static final long serialVersionUID = 1L;

  private static final Pattern OPENED = Pattern.compile("\\d{8}T\\d{6}Z-.*");

  private final String since;

  /**
   * @param since as in the names of the files: {@code 20261120T130412Z}
   */
  public FilesSince(String since) {
    this.since = since;
  }

  @Override
  public void flatMap(String table, Collector<String> out) throws IOException {
    list(new Path(table), out);
  }

  private void list(Path folder, Collector<String> out) throws IOException {
    for (FileStatus file : FolderListing.of(folder)) {
      String name = file.getPath().getName();
      if (name.startsWith(".") || name.startsWith("_")) {
        continue;
      }
      if (file.isDir()) {
        list(file.getPath(), out);
      } else if (file.getLen() > 0
          && (!OPENED.matcher(name).matches() || name.compareTo(since) >= 0)) {
        out.collect(file.getPath().toString());
      }
    }
  }
}
