package io.clickstreamlake.sink;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.codec.ZstandardCodec;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** How rows are laid out in a row group: order, codec, pages, dictionaries, filters, statistics. */
final class ParquetLayout implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Row groups are cut by {@link OpenFile}, never by parquet-java. Not {@code Long.MAX_VALUE}:
   * parquet-java multiplies it.
   */
  static final long NO_ROW_GROUP_LIMIT = 1L << 40;

  private static final double BLOOM_FILTER_FALSE_POSITIVES = 0.01;

  final CompressionCodecName codec;
  final int zstdLevel;
  final int pageBytes;
  final int pageRows;
  final int dictionaryBytes;

  /** Longest minimum or maximum of a string column in footers and column indexes. */
  final int statisticsBytes;

  /** Rows are sorted by these columns, in turn; null comes first. */
  final List<String> sortColumns;

  final Set<String> columnsWithoutDictionary;

  /** Column to the number of distinct values that a full row group is expected to have. */
  final Map<String, Long> bloomFilters;

  final String createdBy;
  final Map<String, String> footerMetadata;

  ParquetLayout(
      CompressionCodecName codec,
      int zstdLevel,
      int pageBytes,
      int pageRows,
      int dictionaryBytes,
      int statisticsBytes,
      List<String> sortColumns,
      Set<String> columnsWithoutDictionary,
      Map<String, Long> bloomFilters,
      String createdBy,
      Map<String, String> footerMetadata) {
    this.codec = codec;
    this.zstdLevel = zstdLevel;
    this.pageBytes = pageBytes;
    this.pageRows = pageRows;
    this.dictionaryBytes = dictionaryBytes;
    this.statisticsBytes = statisticsBytes;
    this.sortColumns = List.copyOf(sortColumns);
    this.columnsWithoutDictionary = Set.copyOf(columnsWithoutDictionary);
    this.bloomFilters = Map.copyOf(bloomFilters);
    this.createdBy = createdBy;
    this.footerMetadata = Map.copyOf(footerMetadata);
  }

  /** The same for parquet-java's column writers. */
  ParquetProperties properties(int rows) {
    ParquetProperties.Builder builder =
        ParquetProperties.builder()
            .withPageSize(pageBytes)
            .withPageRowCountLimit(pageRows)
            .withDictionaryPageSize(dictionaryBytes)
            .withColumnIndexTruncateLength(statisticsBytes)
            .withStatisticsTruncateLength(statisticsBytes)
            .withSizeStatisticsEnabled(false);
    columnsWithoutDictionary.forEach(column -> builder.withDictionaryEncoding(column, false));
    for (String column : bloomFilters.keySet()) {
      builder
          .withBloomFilterEnabled(column, true)
          .withBloomFilterFPP(column, BLOOM_FILTER_FALSE_POSITIVES)
          .withBloomFilterNDV(column, distinctValues(column, rows));
    }
    return builder.build();
  }

  /** The codec's compressor of pages. To be released. */
  BytesInputCompressor compressor() {
    return codec == CompressionCodecName.ZSTD
        ? new ZstdPageCompressor(zstdLevel)
        : new CodecFactory(conf(), pageBytes).getCompressor(codec);
  }

  /** An empty Bloom filter of a column, for a row group of so many rows. */
  BloomFilter bloomFilter(String column, int rows) {
    int bits =
        BlockSplitBloomFilter.optimalNumOfBits(
            distinctValues(column, rows), BLOOM_FILTER_FALSE_POSITIVES);
    return new BlockSplitBloomFilter(
        bits / Byte.SIZE, ParquetProperties.DEFAULT_MAX_BLOOM_FILTER_BYTES);
  }

  /** A row group of ten late events needs no filter for fifty thousand. */
  private long distinctValues(String column, int rows) {
    return Math.max(1, Math.min(bloomFilters.get(column), rows));
  }

  private PlainParquetConfiguration conf() {
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setInt(ZstandardCodec.PARQUET_COMPRESS_ZSTD_LEVEL, zstdLevel);
    return conf;
  }

  <T, B extends ParquetWriter.Builder<T, B>> B applyTo(B builder, int rows) {
    builder
        .withConf(conf())
        .withCompressionCodec(codec)
        .withRowGroupSize(NO_ROW_GROUP_LIMIT)
        .withPageSize(pageBytes)
        .withPageRowCountLimit(pageRows)
        .withDictionaryPageSize(dictionaryBytes)
        .withColumnIndexTruncateLength(statisticsBytes)
        .withStatisticsTruncateLength(statisticsBytes)
        // Histograms of levels: neither Athena nor Trino reads them, and they cost at every value.
        .withSizeStatisticsEnabled(false)
        .withExtraMetaData(footerMetadata);
    columnsWithoutDictionary.forEach(column -> builder.withDictionaryEncoding(column, false));
    for (String column : bloomFilters.keySet()) {
      builder
          .withBloomFilterEnabled(column, true)
          .withBloomFilterFPP(column, BLOOM_FILTER_FALSE_POSITIVES)
          .withBloomFilterNDV(column, distinctValues(column, rows));
    }
    return builder;
  }
}
