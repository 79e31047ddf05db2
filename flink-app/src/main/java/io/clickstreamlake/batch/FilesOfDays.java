package io.clickstreamlake.batch;

import io.clickstreamlake.files.FolderListing;
import java.util.TreeSet;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that receives the days of a batch, as folders of a table such as {@code
 * year=2026/month=11/day=20}, and emits the paths of the files in them. It must have a parallelism
 * of 1. So a batch reads the days that it adds to, and no others.
 */
public final class FilesOfDays extends AbstractStreamOperator<String>
    implements OneInputStreamOperator<String, String>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private final Path table;

  private transient TreeSet<String> days;

  /**
   * @param table its location
   */
  public FilesOfDays(Path table) {
    this.table = table;
  }

  @Override
  public void open() throws Exception {
    super.open();
    days = new TreeSet<>();
  }

  @Override
  public void processElement(StreamRecord<String> element) {
    days.add(element.getValue());
  }

  @Override
  public void endInput() throws Exception {
    for (String day : days) {
      for (FileStatus file : FolderListing.of(new Path(table, day))) {
        if (!file.isDir() && file.getLen() > 0 && !file.getPath().getName().matches("[._].*")) {
          output.collect(new StreamRecord<>(file.getPath().toString()));
        }
      }
    }
  }
}
