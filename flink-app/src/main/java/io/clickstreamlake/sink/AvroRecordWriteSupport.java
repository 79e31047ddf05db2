package io.clickstreamlake.sink;

import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Writes Avro records to Parquet columns, with the types of {@link AvroParquetSchema}.
 *
 * <p>It is driven by the schema, but everything that the schema says is resolved at construction:
 * for each row it reads the fields by position and hands the values on. Generated classes hold
 * {@code java.time.Instant}, {@code BigDecimal} and {@code String}, so there is no generic Avro
 * object in between.
 *
 * @param <T> the rows
 */
public final class AvroRecordWriteSupport<T extends IndexedRecord> extends WriteSupport<T> {

  /** Key of the footer's metadata: the schema's fingerprint, see {@link #fingerprint}. */
  public static final String FINGERPRINT_KEY = "avro.schema.fingerprint";

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

  /** SHA-256 of the schema's parsing canonical form (Avro specification), in hexadecimal. */
  public static String fingerprint(Class<? extends SpecificRecord> type) {
    try {
      StringBuilder hex = new StringBuilder();
      for (byte b : SchemaNormalization.parsingFingerprint("SHA-256", schema(type))) {
        hex.append(String.format("%02x", b));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private static Schema schema(Class<?> type) {
    return SpecificData.get().getSchema(type);
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
