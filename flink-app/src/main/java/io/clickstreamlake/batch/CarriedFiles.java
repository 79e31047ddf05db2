package io.clickstreamlake.batch;

import io.clickstreamlake.files.AtomicFile;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.AvroRowReader;
import io.clickstreamlake.parquet.ParquetRewriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.Collector;
import org.apache.flink.util.IOUtils;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Binary;

/**
 * The step that receives files of a table and writes the rows of a {@link CarriedRange} to the same
 * table of another generation, under the same name:
 *
 * <ul>
 *   <li>a file all of whose rows are carried is copied byte by byte;
 *   <li>a file without such a row is left out;
 *   <li>another one is written without the other rows.
 * </ul>
 *
 * <p>The statistics of the row groups decide most. A repeated attempt writes the same files again,
 * each as a whole.
 */
public final class CarriedFiles extends RichFlatMapFunction<String, String> {

  private static final long serialVersionUID = 1L;

  /** Name of the accumulator of files that were looked at. */
  public static final String FILES = "files";

  /** Name of the accumulator of rows that were written to the other generation. */
  public static final String CARRIED = "carried";

  private static final String STREAM = "stream";
  private static final int BUFFER = 1 << 16;

  private final Path former;
  private final Path table;
  private final String timeColumn;
  private final CarriedRange range;
  private final int zstdLevel;

  private transient LongCounter files;
  private transient LongCounter carried;

  /** How the rows of a file, or of a row group, are carried. */
  private enum Share {
    ALL,
    NONE,
    SOME
  }

  /**
   * @param former location of the table from which rows are carried
   * @param table location of the table that receives them
   * @param timeColumn name of the column with the arrival of the rows, or its hour
   * @param zstdLevel for files that lose rows
   */
  public CarriedFiles(
      Path former, Path table, String timeColumn, CarriedRange range, int zstdLevel) {
    this.former = former;
    this.table = table;
    this.timeColumn = timeColumn;
    this.range = range;
    this.zstdLevel = zstdLevel;
  }

  @Override
  public void open(OpenContext context) {
    files = new LongCounter();
    carried = new LongCounter();
    getRuntimeContext().addAccumulator(FILES, files);
    getRuntimeContext().addAccumulator(CARRIED, carried);
  }

  /** Emits the path of a file that was written. */
  @Override
  public void flatMap(String path, Collector<String> out) throws IOException {
    Path file = new Path(path);
    Path target = new Path(table, relative(file));
    try {
      if (carry(file, target)) {
        out.collect(target.toString());
      }
    } catch (FileNotFoundException e) {
      // For example the retention has deleted it.
      target.getFileSystem().delete(target, false);
    }
    files.add(1);
  }

  private String relative(Path file) {
    String root = former.getPath() + "/";
    String path = file.getPath();
    if (!path.startsWith(root)) {
      throw new IllegalStateException(file + " is not in " + former);
    }
    return path.substring(root.length());
  }

  private boolean carry(Path file, Path target) throws IOException {
    FlinkInputFile input = FlinkInputFile.of(file);
    long rows;
    Share share;
    try (AvroRowReader<?> reader = AvroRowReader.openGeneric(input)) {
      rows = reader.rowsOfFile();
      share = share(reader.footer().getBlocks());
    }
    if (share == Share.NONE) {
      target.getFileSystem().delete(target, false);
      return false;
    }
    if (share == Share.ALL) {
      AtomicFile.write(target, out -> copy(file, out));
      carried.add(rows);
      return true;
    }
    return rewrite(input, target);
  }

  private boolean rewrite(FlinkInputFile input, Path target) throws IOException {
    // A file without rows is no Parquet file, so the rows are counted first.
    long kept = 0;
    try (AvroRowReader<? extends IndexedRecord> rows = AvroRowReader.openGeneric(input)) {
      for (IndexedRecord row = rows.next(); row != null; row = rows.next()) {
        kept += isCarried(row) ? 1 : 0;
      }
    }
    if (kept == 0) {
      target.getFileSystem().delete(target, false);
      return false;
    }
    AtomicFile.write(
        target, out -> new ParquetRewriter(input, zstdLevel).write(row -> !isCarried(row), out));
    carried.add(kept);
    return true;
  }

  private boolean isCarried(IndexedRecord row) {
    Object time = row.get(row.getSchema().getField(timeColumn).pos());
    long arrival = time instanceof Instant ? ((Instant) time).toEpochMilli() : (Long) time;
    return range.contains(arrival, String.valueOf(row.get(row.getSchema().getField(STREAM).pos())));
  }

  private Share share(List<BlockMetaData> rowGroups) {
    Share share = null;
    for (BlockMetaData rowGroup : rowGroups) {
      Share one = share(rowGroup);
      share = share == null || share == one ? one : Share.SOME;
    }
    return share == null ? Share.NONE : share;
  }

  private Share share(BlockMetaData rowGroup) {
    Statistics<?> times = statistics(rowGroup, timeColumn);
    Statistics<?> streams = statistics(rowGroup, STREAM);
    if (times == null
        || streams == null
        || !times.hasNonNullValue()
        || !streams.hasNonNullValue()
        || times.getNumNulls() != 0
        || streams.getNumNulls() != 0) {
      return Share.SOME;
    }
    long first = (Long) times.genericGetMin();
    long last = (Long) times.genericGetMax();
    String firstStream = ((Binary) streams.genericGetMin()).toStringUsingUTF8();
    String lastStream = ((Binary) streams.genericGetMax()).toStringUsingUTF8();
    if (range.containsAll(first, last, firstStream, lastStream)) {
      return Share.ALL;
    }
    return range.containsNone(first, last, firstStream, lastStream) ? Share.NONE : Share.SOME;
  }

  private static Statistics<?> statistics(BlockMetaData rowGroup, String column) {
    for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
      if (chunk.getPath().toDotString().equals(column)) {
        return chunk.getStatistics();
      }
    }
    return null;
  }

  private static void copy(Path file, OutputStream out) throws IOException {
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      IOUtils.copyBytes(in, out, BUFFER, false);
    }
  }
}
