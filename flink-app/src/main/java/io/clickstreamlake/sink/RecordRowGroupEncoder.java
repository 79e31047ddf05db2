package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;

/**
 * Encodes rows of any kind, one after the other, by an ordinary {@link ParquetWriter} and the
 * {@link WriteSupport} of their type.
 *
 * @param <T> the rows
 */
final class RecordRowGroupEncoder<T> implements RowGroupEncoder<T> {

  private final WriteSupportFactory<T> writeSupports;
  private final ParquetLayout layout;

  RecordRowGroupEncoder(WriteSupportFactory<T> writeSupports, ParquetLayout layout) {
    this.writeSupports = writeSupports;
    this.layout = layout;
  }

  @Override
  public EncodedSegment encode(List<T> rows, EncodedBytes out, long outPosition)
      throws IOException {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("A row group needs a row.");
    }
    try (ParquetWriter<T> writer =
        layout
            .applyTo(
                new Builder<>(new SegmentOutputFile(out, outPosition), writeSupports.create()),
                rows.size())
            .build()) {
      for (T row : rows) {
        writer.write(row);
      }
    }
    return EncodedSegment.cutOff(out, outPosition, layout.createdBy);
  }

  private static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {

    private final WriteSupport<T> writeSupport;

    Builder(OutputFile file, WriteSupport<T> writeSupport) {
      super(file);
      this.writeSupport = writeSupport;
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    @Deprecated
    protected WriteSupport<T> getWriteSupport(Configuration conf) {
      return writeSupport;
    }

    @Override
    protected WriteSupport<T> getWriteSupport(ParquetConfiguration conf) {
      return writeSupport;
    }
  }
}
