package io.clickstreamlake.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;

/**
 * A buffer of rows of any type, which keeps them as objects and encodes them one by one with an
 * ordinary {@link ParquetWriter} and the {@link WriteSupport} of their type.
 *
 * @param <T> type of the rows
 */
public final class RecordRowGroupBuffer<T> implements RowGroupBuffer<T> {

  private final WriteSupportFactory<T> writeSupports;
  private final ParquetWriterOptions options;
  private final RowSize<? super T> rowSize;
  private final List<T> rows = new ArrayList<>();
  private long bytes;

  RecordRowGroupBuffer(
      WriteSupportFactory<T> writeSupports,
      ParquetWriterOptions options,
      RowSize<? super T> rowSize) {
    if (!options.sortColumns.isEmpty()) {
      throw new IllegalArgumentException(
          "only Avro records can be sorted by columns, not the rows of a WriteSupport");
    }
    this.writeSupports = writeSupports;
    this.options = options;
    this.rowSize = rowSize;
  }

  @Override
  public void add(T row) {
    rows.add(row);
    bytes += rowSize.bytes(row);
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public EncodedSegment encode(EncodedBytes out, long outPosition) throws IOException {
    if (rows.isEmpty()) {
      throw new IllegalStateException("A row group must have at least one row.");
    }
    try (ParquetWriter<T> writer =
        writer(new Builder<>(new SegmentOutputFile(out, outPosition), writeSupports.create()))) {
      for (T row : rows) {
        writer.write(row);
      }
    }
    return EncodedSegment.cutOff(out, outPosition, options.createdBy);
  }

  private ParquetWriter<T> writer(Builder<T> builder) throws IOException {
    builder
        .withConf(options.conf())
        .withCompressionCodec(options.codec)
        .withRowGroupSize(ParquetWriterOptions.NO_ROW_GROUP_LIMIT)
        .withPageSize(options.pageBytes)
        .withPageRowCountLimit(options.pageRows)
        .withDictionaryPageSize(options.dictionaryBytes)
        .withColumnIndexTruncateLength(options.statisticsBytes)
        .withStatisticsTruncateLength(options.statisticsBytes)
        .withSizeStatisticsEnabled(false)
        .withExtraMetaData(options.footerMetadata);
    options.columnsWithoutDictionary.forEach(
        column -> builder.withDictionaryEncoding(column, false));
    for (String column : options.bloomFilters.keySet()) {
      builder
          .withBloomFilterEnabled(column, true)
          .withBloomFilterFPP(column, ParquetWriterOptions.BLOOM_FILTER_FALSE_POSITIVES)
          .withBloomFilterNDV(column, options.distinctValues(column, rows.size()));
    }
    return builder.build();
  }

  @Override
  public void clear() {
    rows.clear();
    bytes = 0;
  }

  /** Creates buffers of rows that {@code writeSupports} can encode. */
  public static <T> RowGroupBufferFactory<T> factory(WriteSupportFactory<T> writeSupports) {
    return (options, rowSize) -> new RecordRowGroupBuffer<>(writeSupports, options, rowSize);
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
