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
 * A WriteSupport that writes Avro records with parquet-java's own column writers and the types of
 * {@link AvroParquetSchema}. It is the reference for {@link AvroRowGroupBuffer}, which has its own
 * encoders.
 *
 * <p>The schema is resolved at construction; per row, fields are read by position. Generated
 * classes contain {@code java.time.Instant}, {@code BigDecimal} and {@code String}, so no
 * conversion to generic Avro objects is needed.
 *
 * @param <T> type of the rows
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
