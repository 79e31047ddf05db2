package io.clickstreamlake.parquet;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * A column of maps from text to text: taken apart into positions of its keys and values while they
 * are at hand, and written by parquet-java's column writers.
 *
 * <pre>
 *   [optional] group map (MAP) { repeated group key_value { key; [optional] value } }
 *
 *   row      repetition  definition of key  definition of value
 *   null     0           0                  0
 *   empty    0           map                map
 *   entries  0, 1, 1 …   map + 1            map + 1, and one more for a value that may be null
 * </pre>
 */
final class StringMapColumnWriter {

  private static final int FIRST_ENTRIES = 64;
  private static final int NULL_MAP = -1;
  private static final int NULL_VALUE = -1;

  private final int position;
  private final String path;
  private final MessageType schema;
  private final boolean mapIsNullable;
  private final boolean valueIsNullable;

  private StringDictionary texts = new StringDictionary();

  /** By entry: positions of key and value, or {@link #NULL_VALUE}. */
  private int[] keys = new int[0];

  private int[] values = new int[0];
  private int entries;

  /** Values of the chunk that comes just now, and their entries. */
  private String[] waitingValues = new String[0];

  private int[] waitingEntries = new int[0];
  private int[] waitingPositions = new int[0];
  private int waiting;

  /** By row: its first entry, and how many there are, or {@link #NULL_MAP}. */
  private int[] firstEntries = new int[0];

  private int[] counts = new int[0];
  private int rows;

  /**
   * @param record name of the record, for errors
   * @param whole schema of the file
   */
  StringMapColumnWriter(Schema.Field field, String record, MessageType whole) {
    this.position = field.pos();
    this.path = record + "." + field.name();
    this.schema = new MessageType(whole.getName(), whole.getType(field.name()));
    this.mapIsNullable = AvroParquetSchema.isNullable(field.schema());
    Schema map = AvroParquetSchema.withoutNull(field.schema(), path);
    this.valueIsNullable = AvroParquetSchema.isNullable(map.getValueType());
  }

  static boolean canHold(Schema.Field field, String record) {
    String path = record + "." + field.name();
    Schema map = AvroParquetSchema.withoutNull(field.schema(), path);
    return map.getType() == Schema.Type.MAP
        && AvroParquetSchema.withoutNull(map.getValueType(), path + ".value").getType()
            == Schema.Type.STRING;
  }

  /**
   * Takes the column's values of more rows.
   *
   * @param count how many of {@code chunk} there are
   */
  void append(IndexedRecord[] chunk, int count) throws IOException {
    if (rows + count > counts.length) {
      int length = FlatColumnWriter.grown(counts.length, rows + count);
      firstEntries = Arrays.copyOf(firstEntries, length);
      counts = Arrays.copyOf(counts, length);
    }
    for (int i = 0; i < count; i++) {
      Map<?, ?> map = (Map<?, ?>) chunk[i].get(position);
      if (map == null && !mapIsNullable) {
        throw AvroValueWriter.nullIn(path);
      }
      firstEntries[rows] = entries;
      counts[rows++] = map == null ? NULL_MAP : map.size();
      if (map != null) {
        append(map);
      }
    }
    texts.positionsOf(waitingValues, waiting, waitingPositions);
    for (int i = 0; i < waiting; i++) {
      values[waitingEntries[i]] = waitingPositions[i];
    }
    Arrays.fill(waitingValues, 0, waiting, null);
    waiting = 0;
  }

  private void append(Map<?, ?> map) throws IOException {
    if (entries + map.size() > keys.length) {
      int length = Math.max(entries + map.size(), Math.max(FIRST_ENTRIES, 2 * keys.length));
      keys = Arrays.copyOf(keys, length);
      values = Arrays.copyOf(values, length);
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object value = entry.getValue();
      if (value == null && !valueIsNullable) {
        throw AvroValueWriter.nullIn(path + ".value");
      }
      keys[entries] = texts.positionOf(entry.getKey().toString());
      if (value == null) {
        values[entries] = NULL_VALUE;
      } else {
        awaitPosition(value.toString());
      }
      entries++;
    }
  }

  private void awaitPosition(String value) {
    if (waiting == waitingValues.length) {
      int length = FlatColumnWriter.grown(waiting, waiting);
      waitingValues = Arrays.copyOf(waitingValues, length);
      waitingEntries = Arrays.copyOf(waitingEntries, length);
      waitingPositions = new int[length];
    }
    waitingValues[waiting] = value;
    waitingEntries[waiting++] = entries;
  }

  /** Heap of the values. */
  long bytes() {
    return texts.bytes() + (long) Integer.BYTES * 2 * (keys.length + counts.length);
  }

  /**
   * Writes pages of all rows.
   *
   * @param order numbers of the rows, in the order in which they are written
   */
  void write(ColumnChunkPageWriteStore pages, int[] order, ParquetProperties properties) {
    Binary[] binaries = new Binary[texts.size()];
    for (int i = 0; i < binaries.length; i++) {
      int start = texts.textStart(i);
      binaries[i] = Binary.fromConstantByteArray(texts.plain(), start, texts.end(i) - start);
    }
    ColumnWriteStore columns = properties.newColumnWriteStore(schema, pages, pages);
    ColumnWriter keyWriter = columns.getColumnWriter(schema.getColumns().get(0));
    ColumnWriter valueWriter = columns.getColumnWriter(schema.getColumns().get(1));
    int mapLevel = mapIsNullable ? 1 : 0;
    int entryLevel = mapLevel + 1;
    int valueLevel = entryLevel + (valueIsNullable ? 1 : 0);
    for (int row : order) {
      if (counts[row] <= 0) {
        int level = counts[row] == NULL_MAP ? 0 : mapLevel;
        keyWriter.writeNull(0, level);
        valueWriter.writeNull(0, level);
      }
      for (int i = 0; i < counts[row]; i++) {
        int entry = firstEntries[row] + i;
        int repetition = i == 0 ? 0 : 1;
        keyWriter.write(binaries[keys[entry]], repetition, entryLevel);
        if (values[entry] == NULL_VALUE) {
          valueWriter.writeNull(repetition, entryLevel);
        } else {
          valueWriter.write(binaries[values[entry]], repetition, valueLevel);
        }
      }
      columns.endRecord();
    }
    columns.flush();
    columns.close();
  }

  /** Forgets all rows and gives their heap back. */
  void clear() {
    texts = new StringDictionary();
    keys = new int[0];
    values = new int[0];
    entries = 0;
    firstEntries = new int[0];
    counts = new int[0];
    rows = 0;
  }
}
