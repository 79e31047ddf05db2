package io.clickstreamlake.tables;

import java.io.IOException;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.formats.parquet.ParquetBuilder;
import org.apache.flink.formats.parquet.ParquetWriterFactory;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.codec.ZstandardCodec;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;

/**
 * Flink's stock FileSink with Avro records as Parquet: a new file at every checkpoint. The
 * conservative choice, and what the rolling sink is measured against.
 */
final class CheckpointParquetSink {

  /** Order lines as Athena expects them: lists with an element of their own, not the old form. */
  private static final String NEW_LISTS = "false";

  private CheckpointParquetSink() {}

  /** A sink of Avro records to ZSTD Parquet files below a folder. */
  static <T extends SpecificRecordBase & SpecificRecord> FileSink<T> of(
      Path folder, Class<T> type, BucketAssigner<T, String> buckets, int zstdLevel) {
    return FileSink.forBulkFormat(folder, writers(type, zstdLevel))
        .withBucketAssigner(buckets)
        .withOutputFileConfig(OutputFileConfig.builder().withPartSuffix(".parquet").build())
        .build();
  }

  private static <T extends SpecificRecordBase> ParquetWriterFactory<T> writers(
      Class<T> type, int zstdLevel) {
    return new ParquetWriterFactory<>(new Zstandard<>(type, zstdLevel));
  }

  /**
   * Flink's AvroParquetWriters offers no codec, and its files are not compressed.
   *
   * <p>A class and no lambda: what is serialized of a lambda holds the signature with Parquet's
   * types as text, which is not changed where the job's jar has them under other names.
   */
  private static final class Zstandard<T extends SpecificRecordBase> implements ParquetBuilder<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final int level;

    private Zstandard(Class<T> type, int level) {
      this.type = type;
      this.level = level;
    }

    @Override
    public ParquetWriter<T> createWriter(OutputFile out) throws IOException {
      Map<String, String> configuration =
          Map.of(
              AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE,
              NEW_LISTS,
              ZstandardCodec.PARQUET_COMPRESS_ZSTD_LEVEL,
              Integer.toString(level));
      return AvroParquetWriter.<T>builder(out)
          .withConf(new PlainParquetConfiguration(configuration))
          .withDataModel(SpecificData.getForClass(type))
          .withSchema(SpecificData.get().getSchema(type))
          .withCompressionCodec(CompressionCodecName.ZSTD)
          .build();
    }
  }
}
