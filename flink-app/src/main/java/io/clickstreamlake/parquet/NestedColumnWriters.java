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
 * The columns that are no {@link FlatColumnWriter}. Their values are kept as they are, and written
 * a record at a time by parquet-java, which knows how lists, maps and records become repetition and
 * definition levels.
 */
final class NestedColumnWriters {

  private final MessageType schema;
  private final int[] positions;
  private final AvroValueWriter.FieldsWriter fields;

  /** By row the value of each column; null for a row without any. */
  private Object[][] values = new Object[0][];

  private int rows;
  private long bytes;

  /**
   * @param fields of {@code record} that are written here
   * @param whole schema of the file
   */
  NestedColumnWriters(Schema record, List<Schema.Field> fields, MessageType whole) {
    List<Type> types = new ArrayList<>();
    for (Schema.Field field : fields) {
      types.add(whole.getType(field.name()));
    }
    this.schema = new MessageType(whole.getName(), types);
    this.positions = fields.stream().mapToInt(Schema.Field::pos).toArray();
    this.fields = new AvroValueWriter.FieldsWriter(fields, record.getName());
  }

  /**
   * Takes the columns' values of more rows.
   *
   * @param count how many of {@code chunk} there are
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

  /** Estimated heap of the values. */
  long bytes() {
    return bytes;
  }

  /**
   * Writes pages of all rows.
   *
   * @param order numbers of the rows, in the order in which they are written
   */
  void write(ColumnChunkPageWriteStore pages, int[] order, ParquetProperties properties) {
    if (positions.length == 0) {
      // parquet-java cannot write a record without columns; the table ledger has only flat ones.
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

  /** Forgets all rows and gives their heap back. */
  void clear() {
    values = new Object[0][];
    rows = 0;
    bytes = 0;
  }
}
