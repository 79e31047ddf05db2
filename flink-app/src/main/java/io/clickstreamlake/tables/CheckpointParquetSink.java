package io.clickstreamlake.tables;

import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
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
 * Flink's stock FileSink, writing Avro records as Parquet: a new file at every checkpoint. It is
 * the conservative choice and the baseline for the rolling sink.
 */
final class CheckpointParquetSink {

  /** False: order lines become three-level lists, which Athena expects, not two-level ones. */
  private static final String OLD_LIST_STRUCTURE = "false";

  private CheckpointParquetSink() {}

  /** Creates a sink that writes Avro records to ZSTD-compressed Parquet files under a folder. */
  static <T extends SpecificRecordBase & SpecificRecord> FileSink<T> of(
      Path folder, Class<T> type, Schema schema, BucketAssigner<T, String> buckets, int zstdLevel) {
    return FileSink.forBulkFormat(
            folder, new ParquetWriterFactory<>(new ZstdParquetBuilder<>(type, schema, zstdLevel)))
        .withBucketAssigner(buckets)
        .withOutputFileConfig(OutputFileConfig.builder().withPartSuffix(".parquet").build())
        .build();
  }

  /**
   * Builds writers with ZSTD. Flink's AvroParquetWriters has no codec setting and writes
   * uncompressed files.
   *
   * <p>This is a class because a serialized lambda contains its signature, with Parquet's types, as
   * text. Shading relocates these types in the job's jar, but not in that text.
   */
  private static final class ZstdParquetBuilder<T extends SpecificRecordBase>
      implements ParquetBuilder<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final Schema schema;
    private final int level;

    private ZstdParquetBuilder(Class<T> type, Schema schema, int level) {
      this.type = type;
      this.schema = schema;
      this.level = level;
    }

    @Override
    public ParquetWriter<T> createWriter(OutputFile out) throws IOException {
      Map<String, String> configuration =
          Map.of(
              AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE,
              OLD_LIST_STRUCTURE,
              ZstandardCodec.PARQUET_COMPRESS_ZSTD_LEVEL,
              Integer.toString(level));
      return AvroParquetWriter.<T>builder(out)
          .withConf(new PlainParquetConfiguration(configuration))
          .withDataModel(SpecificData.getForClass(type))
          .withSchema(schema)
          .withCompressionCodec(CompressionCodecName.ZSTD)
          .build();
    }
  }
}
