package io.clickstreamlake.parquet;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.codec.ZstandardCodec;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * The options by which a row group is encoded: sort order, codec, pages, dictionaries, Bloom
 * filters, statistics. Immutable.
 */
public final class ParquetWriterOptions implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Bytes at which parquet-java would end a row group; never reached, since the sink ends them. Not
   * {@code Long.MAX_VALUE}, because parquet-java multiplies it.
   */
  static final long NO_ROW_GROUP_LIMIT = 1L << 40;

  static final double BLOOM_FILTER_FALSE_POSITIVES = 0.01;

  final CompressionCodecName codec;
  final int zstdLevel;
  final int pageBytes;
  final int pageRows;
  final int dictionaryBytes;

  /** Maximum length of the bounds of a string column in footers and column indexes. */
  final int statisticsBytes;

  /** Columns by which rows are sorted, the most significant first; null comes first. */
  final List<String> sortColumns;

  final Set<String> columnsWithoutDictionary;

  /** Expected number of distinct values in a full row group, by column. */
  final Map<String, Long> bloomFilters;

  final String createdBy;
  final Map<String, String> footerMetadata;

  private ParquetWriterOptions(Builder builder) {
    this.codec = builder.codec;
    this.zstdLevel = builder.zstdLevel;
    this.pageBytes = Math.toIntExact(builder.pageBytes);
    this.pageRows = builder.pageRows;
    this.dictionaryBytes = Math.toIntExact(builder.dictionaryBytes);
    this.statisticsBytes = builder.statisticsBytes;
    this.sortColumns = List.copyOf(builder.sortColumns);
    this.columnsWithoutDictionary = Set.copyOf(builder.columnsWithoutDictionary);
    this.bloomFilters = Map.copyOf(builder.bloomFilters);
    this.createdBy = builder.createdBy;
    this.footerMetadata = Map.copyOf(builder.footerMetadata);
  }

  /**
   * A builder with the defaults: ZSTD at level 3, pages up to 1 MiB and 10,000 rows, dictionaries
   * up to 1 MiB, no Bloom filter, no sort order.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** These options for parquet-java's column writers. */
  ParquetProperties properties(int rows) {
    ParquetProperties.Builder builder =
        ParquetProperties.builder()
            .withPageSize(pageBytes)
            .withPageRowCountLimit(pageRows)
            .withDictionaryPageSize(dictionaryBytes)
            .withColumnIndexTruncateLength(statisticsBytes)
            .withStatisticsTruncateLength(statisticsBytes)
            // Level histograms cost time per value, and neither Athena nor Trino reads them.
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

  /** Creates a compressor of pages. The caller must release it. */
  BytesInputCompressor compressor() {
    return codec == CompressionCodecName.ZSTD
        ? new ZstdPageCompressor(zstdLevel)
        : new CodecFactory(conf(), pageBytes).getCompressor(codec);
  }

  /** Creates an empty Bloom filter of a column for a row group of {@code rows} rows. */
  BloomFilter bloomFilter(String column, int rows) {
    int bits =
        BlockSplitBloomFilter.optimalNumOfBits(
            distinctValues(column, rows), BLOOM_FILTER_FALSE_POSITIVES);
    return new BlockSplitBloomFilter(
        bits / Byte.SIZE, ParquetProperties.DEFAULT_MAX_BLOOM_FILTER_BYTES);
  }

  /** Limited by the rows: a row group of ten late events needs no filter for fifty thousand. */
  long distinctValues(String column, int rows) {
    return Math.max(1, Math.min(bloomFilters.get(column), rows));
  }

  PlainParquetConfiguration conf() {
    PlainParquetConfiguration conf = new PlainParquetConfiguration();
    conf.setInt(ZstandardCodec.PARQUET_COMPRESS_ZSTD_LEVEL, zstdLevel);
    return conf;
  }

  /** Builds {@link ParquetWriterOptions}. */
  public static final class Builder {

    private CompressionCodecName codec = CompressionCodecName.ZSTD;
    private int zstdLevel = 3;
    private long pageBytes = 1 << 20;
    private int pageRows = 10_000;
    private long dictionaryBytes = 1 << 20;
    private int statisticsBytes = 64;
    private List<String> sortColumns = List.of();
    private final Set<String> columnsWithoutDictionary = new HashSet<>();
    private final Map<String, Long> bloomFilters = new HashMap<>();
    private String createdBy = "clickstream-lake version unknown (build parquet-java)";
    private final Map<String, String> footerMetadata = new HashMap<>();

    private Builder() {}

    /** Compression codec of the pages. */
    public Builder codec(CompressionCodecName codec) {
      this.codec = requireNonNull(codec);
      return this;
    }

    /** Level of ZSTD, from 1 to 22. */
    public Builder zstdLevel(int level) {
      this.zstdLevel = level;
      return this;
    }

    /** Maximum size of a page of a column, in bytes before compression. */
    public Builder pageBytes(long bytes) {
      this.pageBytes = bytes;
      return this;
    }

    /** Maximum number of rows of a page. */
    public Builder pageRows(int rows) {
      this.pageRows = rows;
      return this;
    }

    /** Maximum size of the dictionary of a column chunk; above it values are written plain. */
    public Builder dictionaryBytes(long bytes) {
      this.dictionaryBytes = bytes;
      return this;
    }

    /** Maximum length of the bounds of a string column, in bytes; longer ones are truncated. */
    public Builder statisticsBytes(int bytes) {
      this.statisticsBytes = bytes;
      return this;
    }

    /** Columns by which rows are sorted, the most significant first; null comes first. */
    public Builder sortBy(List<String> columns) {
      this.sortColumns = columns.stream().map(String::trim).collect(Collectors.toList());
      return this;
    }

    /** Columns that are always written without a dictionary. */
    public Builder withoutDictionary(Collection<String> columns) {
      columnsWithoutDictionary.addAll(columns);
      return this;
    }

    /** Adds a Bloom filter to a column, sized for the distinct values of a full row group. */
    public Builder bloomFilter(String column, long distinctValues) {
      bloomFilters.put(requireNonNull(column), distinctValues);
      return this;
    }

    /** Name and version of the writer in the footer: {@code name version 1.2.3 (build 4)}. */
    public Builder createdBy(String createdBy) {
      this.createdBy = requireNonNull(createdBy);
      return this;
    }

    /** Adds a key and its value to the footer. */
    public Builder footerMetadata(String key, String value) {
      footerMetadata.put(requireNonNull(key), requireNonNull(value));
      return this;
    }

    /** All errors in these options; empty if they are valid. */
    public List<String> problems() {
      List<String> problems = new ArrayList<>();
      if (zstdLevel < 1 || zstdLevel > 22) {
        problems.add("zstdLevel is " + zstdLevel + " and must be from 1 to 22");
      }
      if (pageRows <= 0) {
        problems.add("pageRows is " + pageRows + " and must be positive");
      }
      if (statisticsBytes <= 0) {
        problems.add("statisticsBytes is " + statisticsBytes + " and must be positive");
      }
      bloomFilters.forEach(
          (column, distinct) -> {
            if (distinct <= 0) {
              problems.add(
                  String.format(
                      "bloomFilter of %s expects %d distinct values and must expect at least one",
                      column, distinct));
            }
          });
      return problems;
    }

    /**
     * @throws IllegalArgumentException with all {@link #problems}
     */
    public ParquetWriterOptions build() {
      List<String> problems = problems();
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      return new ParquetWriterOptions(this);
    }
  }
}
