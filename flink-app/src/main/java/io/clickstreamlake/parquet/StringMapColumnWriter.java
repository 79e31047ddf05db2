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
 * The writer of a column of maps from string to string. It replaces keys and values by their
 * positions in a dictionary as rows arrive, and writes them with parquet-java's column writers. Not
 * thread-safe.
 *
 * <pre>
 *   [optional] group map (MAP) { repeated group key_value { key; [optional] value } }
 *
 *   row      repetition  definition of key  definition of value
 *   null     0           0                  0
 *   empty    0           map                map
 *   entries  0, 1, 1 …   map + 1            map + 1, or map + 2 for a nullable value
 * </pre>
 */
final class StringMapColumnWriter {

  private static final int INITIAL_ENTRIES = 64;
  private static final int NULL_MAP = -1;
  private static final int NULL_VALUE = -1;

  private final int position;
  private final String path;
  private final MessageType schema;
  private final boolean mapIsNullable;
  private final boolean valueIsNullable;

  private StringDictionary dictionary = new StringDictionary();

  /** Per entry the positions of key and value, or {@link #NULL_VALUE}. */
  private int[] keys = new int[0];

  private int[] values = new int[0];
  private int entries;

  /** Values of the current chunk and their entries. */
  private String[] pendingValues = new String[0];

  private int[] pendingEntries = new int[0];
  private int[] pendingPositions = new int[0];
  private int pending;

  /** Per row its first entry and the number of entries, or {@link #NULL_MAP}. */
  private int[] firstEntries = new int[0];

  private int[] counts = new int[0];
  private int rows;

  /**
   * @param record name of the record, for error messages
   * @param fileSchema schema of the whole file
   */
  StringMapColumnWriter(Schema.Field field, String record, MessageType fileSchema) {
    this.position = field.pos();
    this.path = record + "." + field.name();
    this.schema = new MessageType(fileSchema.getName(), fileSchema.getType(field.name()));
    this.mapIsNullable = AvroParquetSchema.isNullable(field.schema());
    Schema map = AvroParquetSchema.withoutNull(field.schema(), path);
    this.valueIsNullable = AvroParquetSchema.isNullable(map.getValueType());
  }

  /** Whether a field is a map from string to string. */
  static boolean supports(Schema.Field field, String record) {
    String path = record + "." + field.name();
    Schema map = AvroParquetSchema.withoutNull(field.schema(), path);
    return map.getType() == Schema.Type.MAP
        && AvroParquetSchema.withoutNull(map.getValueType(), path + ".value").getType()
            == Schema.Type.STRING;
  }

  /**
   * Appends the column's values of more rows.
   *
   * @param count number of rows in {@code chunk}
   * @throws IllegalArgumentException if a value is null and the schema does not allow it
   */
  void append(IndexedRecord[] chunk, int count) throws IOException {
    if (rows + count > counts.length) {
      int length = FlatColumnWriter.grownLength(counts.length, rows + count);
      firstEntries = Arrays.copyOf(firstEntries, length);
      counts = Arrays.copyOf(counts, length);
    }
    for (int i = 0; i < count; i++) {
      Map<?, ?> map = (Map<?, ?>) chunk[i].get(position);
      if (map == null && !mapIsNullable) {
        throw AvroValueWriter.unexpectedNull(path);
      }
      firstEntries[rows] = entries;
      counts[rows++] = map == null ? NULL_MAP : map.size();
      if (map != null) {
        append(map);
      }
    }
    dictionary.positionsOf(pendingValues, pending, pendingPositions);
    for (int i = 0; i < pending; i++) {
      values[pendingEntries[i]] = pendingPositions[i];
    }
    Arrays.fill(pendingValues, 0, pending, null);
    pending = 0;
  }

  private void append(Map<?, ?> map) throws IOException {
    if (entries + map.size() > keys.length) {
      int length = Math.max(entries + map.size(), Math.max(INITIAL_ENTRIES, 2 * keys.length));
      keys = Arrays.copyOf(keys, length);
      values = Arrays.copyOf(values, length);
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object value = entry.getValue();
      if (value == null && !valueIsNullable) {
        throw AvroValueWriter.unexpectedNull(path + ".value");
      }
      keys[entries] = dictionary.positionOf(entry.getKey().toString());
      if (value == null) {
        values[entries] = NULL_VALUE;
      } else {
        addPending(value.toString());
      }
      entries++;
    }
  }

  private void addPending(String value) {
    if (pending == pendingValues.length) {
      int length = FlatColumnWriter.grownLength(pending, pending);
      pendingValues = Arrays.copyOf(pendingValues, length);
      pendingEntries = Arrays.copyOf(pendingEntries, length);
      pendingPositions = new int[length];
    }
    pendingValues[pending] = value;
    pendingEntries[pending++] = entries;
  }

  /** Heap of the values, in bytes. */
  long bytes() {
    return dictionary.bytes() + (long) Integer.BYTES * 2 * (keys.length + counts.length);
  }

  /**
   * Writes pages of all rows.
   *
   * @param order row numbers, in the order in which the rows are written
   */
  void write(ColumnChunkPageWriteStore pages, int[] order, ParquetProperties properties) {
    Binary[] binaries = new Binary[dictionary.size()];
    for (int i = 0; i < binaries.length; i++) {
      int start = dictionary.stringStart(i);
      binaries[i] =
          Binary.fromConstantByteArray(dictionary.plain(), start, dictionary.end(i) - start);
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

  /** Removes all rows and frees their heap. */
  void clear() {
    dictionary = new StringDictionary();
    keys = new int[0];
    values = new int[0];
    entries = 0;
    firstEntries = new int[0];
    counts = new int[0];
    rows = 0;
  }
}
