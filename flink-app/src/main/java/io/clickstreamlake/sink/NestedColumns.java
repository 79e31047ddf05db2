package io.clickstreamlake.sink;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The columns that are no {@link FlatColumn}, written a record at a time by parquet-java, which
 * knows how lists, maps and records become repetition and definition levels.
 */
final class NestedColumns {

  private final MessageType schema;
  private final AvroValueWriter.FieldsWriter fields;
  private ColumnWriteStore columns;
  private RecordConsumer consumer;

  /**
   * @param fields of {@code record} that are written here
   * @param whole schema of the file
   */
  NestedColumns(Schema record, List<Schema.Field> fields, MessageType whole) {
    List<Type> types = new ArrayList<>();
    for (Schema.Field field : fields) {
      types.add(whole.getType(field.name()));
    }
    this.schema = new MessageType(whole.getName(), types);
    this.fields = new AvroValueWriter.FieldsWriter(fields, record.getName());
  }

  void begin(ColumnChunkPageWriteStore pages, ParquetProperties properties) {
    columns = properties.newColumnWriteStore(schema, pages, pages);
    consumer = new ColumnIOFactory(false).getColumnIO(schema).getRecordWriter(columns);
  }

  void append(List<? extends IndexedRecord> rows) {
    if (schema.getFieldCount() == 0) {
      // parquet-java cannot write a record without columns; the table ledger has only flat ones.
      return;
    }
    for (IndexedRecord row : rows) {
      consumer.startMessage();
      fields.write(row, consumer);
      consumer.endMessage();
    }
  }

  void finish() {
    consumer.flush();
    columns.flush();
    columns.close();
  }
}
