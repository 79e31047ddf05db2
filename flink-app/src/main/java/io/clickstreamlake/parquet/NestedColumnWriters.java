package io.clickstreamlake.parquet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;
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
 * The writers of all columns that have no {@link FlatColumnWriter} and no {@link
 * StringMapColumnWriter}. Their values are kept as objects. parquet-java writes them record by
 * record, since it implements the repetition and definition levels of lists, maps and records.
 */
final class NestedColumnWriters {

  private final MessageType schema;
  private final int[] positions;
  private final AvroValueWriter.FieldsWriter fields;

  /** Per row the value of each column; null for a row without values. */
  private Object[][] values = new Object[0][];

  private int rows;
  private long bytes;

  /**
   * @param fields of {@code record} that are written here
   * @param fileSchema schema of the whole file
   */
  NestedColumnWriters(Schema record, List<Schema.Field> fields, MessageType fileSchema) {
    List<Type> types = new ArrayList<>();
    for (Schema.Field field : fields) {
      types.add(fileSchema.getType(field.name()));
    }
    this.schema = new MessageType(fileSchema.getName(), types);
    this.positions = fields.stream().mapToInt(Schema.Field::pos).toArray();
    this.fields = new AvroValueWriter.FieldsWriter(fields, record.getName());
  }

  /**
   * Appends the columns' values of more rows.
   *
   * @param count number of rows in {@code chunk}
   */
  void append(IndexedRecord[] chunk, int count) {
    if (positions.length == 0) {
      return;
    }
    if (rows + count > values.length) {
      values = Arrays.copyOf(values, Math.max(rows + count, 2 * values.length));
    }
    for (int i = 0; i < count; i++) {
      values[rows] = valuesOf(chunk[i]);
      bytes += AvroRecordSize.measure(values[rows]);
      rows++;
    }
  }

  @Nullable
  private Object[] valuesOf(IndexedRecord row) {
    Object[] ofRow = null;
    for (int i = 0; i < positions.length; i++) {
      Object value = row.get(positions[i]);
      if (value != null) {
        if (ofRow == null) {
          ofRow = new Object[positions.length];
        }
        ofRow[i] = value;
      }
    }
    return ofRow;
  }

  /** Estimated heap of the values, in bytes. */
  long bytes() {
    return bytes;
  }

  /**
   * Writes pages of all rows.
   *
   * @param order row numbers, in the order in which the rows are written
   */
  void write(ColumnChunkPageWriteStore pages, int[] order, ParquetProperties properties) {
    if (positions.length == 0) {
      // parquet-java cannot write a record without columns, and all columns of ledger are flat.
      return;
    }
    ColumnWriteStore columns = properties.newColumnWriteStore(schema, pages, pages);
    RecordConsumer consumer =
        new ColumnIOFactory(false).getColumnIO(schema).getRecordWriter(columns);
    for (int row : order) {
      consumer.startMessage();
      for (int i = 0; i < positions.length; i++) {
        fields.write(i, values[row] == null ? null : values[row][i], consumer);
      }
      consumer.endMessage();
    }
    consumer.flush();
    columns.flush();
    columns.close();
  }

  /** Removes all rows and frees their heap. */
  void clear() {
    values = new Object[0][];
    rows = 0;
    bytes = 0;
  }
}
