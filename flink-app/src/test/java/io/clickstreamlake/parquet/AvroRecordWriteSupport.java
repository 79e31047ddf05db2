package io.clickstreamlake.parquet;

import java.util.HashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Writes Avro records through parquet-java's own column writers, with the types of {@link
 * AvroParquetSchema}: the judge of {@link AvroRowGroupBuffer}, which encodes by itself.
 *
 * <p>It is driven by the schema, but everything that the schema says is resolved at construction:
 * for each row it reads the fields by position and hands the values on. Generated classes hold
 * {@code java.time.Instant}, {@code BigDecimal} and {@code String}, so there is no generic Avro
 * object in between.
 *
 * @param <T> the rows
 */
public final class AvroRecordWriteSupport<T extends IndexedRecord> extends WriteSupport<T> {

  private final MessageType parquetSchema;
  private final AvroValueWriter.FieldsWriter fields;
  private RecordConsumer out;

  /**
   * @throws IllegalArgumentException if a column's type is not supported
   */
  public AvroRecordWriteSupport(Schema schema) {
    this.parquetSchema = AvroParquetSchema.of(schema);
    this.fields = new AvroValueWriter.FieldsWriter(schema, schema.getName());
  }

  /** The schema of the files. */
  public MessageType parquetSchema() {
    return parquetSchema;
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return new WriteContext(parquetSchema, new HashMap<>());
  }

  @Override
  @Deprecated
  public WriteContext init(Configuration configuration) {
    return new WriteContext(parquetSchema, new HashMap<>());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    this.out = recordConsumer;
  }

  @Override
  public void write(T record) {
    out.startMessage();
    fields.write(record, out);
    out.endMessage();
  }
}
