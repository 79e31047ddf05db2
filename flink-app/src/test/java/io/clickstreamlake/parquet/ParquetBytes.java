package io.clickstreamlake.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A Parquet file in memory that parquet-java can read. */
public final class ParquetBytes implements InputFile {

  private final byte[] bytes;

  public ParquetBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long getLength() {
    return bytes.length;
  }

  @Override
  public SeekableInputStream newStream() {
    Positioned in = new Positioned(bytes);
    return new DelegatingSeekableInputStream(in) {
      @Override
      public long getPos() {
        return in.position();
      }

      @Override
      public void seek(long position) {
        in.seek(position);
      }
    };
  }

  /** All rows of the file, in order. */
  public List<Group> rows() throws IOException {
    return rows(FilterCompat.NOOP);
  }

  /** The rows that match a filter, read with all indexes and Bloom filters. */
  public List<Group> rows(FilterCompat.Filter filter) throws IOException {
    return rows(new Reader(this).withFilter(filter));
  }

  /**
   * All rows of a file, in order.
   *
   * @param columns names of those that are read, all of strings; empty for all
   */
  static List<Group> rows(InputFile file, List<String> columns) throws IOException {
    ParquetReader.Builder<Group> builder = new Reader(file);
    if (!columns.isEmpty()) {
      builder.set(
          ReadSupport.PARQUET_READ_SCHEMA,
          columns.stream()
              .map(
                  column ->
                      (column.equals("event_id") ? "required" : "optional")
                          + " binary "
                          + column
                          + " (STRING);")
              .collect(Collectors.joining(" ", "message rows { ", " }")));
    }
    return rows(builder);
  }

  private static List<Group> rows(ParquetReader.Builder<Group> builder) throws IOException {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader = builder.build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static final class Reader extends ParquetReader.Builder<Group> {
    Reader(InputFile file) {
      super(file, new PlainParquetConfiguration());
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  private static final class Positioned extends ByteArrayInputStream {
    Positioned(byte[] bytes) {
      super(bytes);
    }

    int position() {
      return pos;
    }

    void seek(long position) {
      pos = Math.toIntExact(position);
    }
  }
}
