package io.clickstreamlake.parquet;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import javax.annotation.Nullable;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * The writer of an INT32 or INT64 column: integers, times, dates, decimals. It keeps the numbers of
 * the row group and writes them with a dictionary if that is smaller.
 */
final class LongColumnWriter extends FlatColumnWriter {

  /** Number of values after which the writer checks whether they repeat. */
  private static final int PROBED_NUMBERS = 4_096;

  private final ToLongFunction<Object> toLong;
  private final boolean is64Bit;

  /** Per row; rows beyond the end of the arrays are null. */
  private long[] numbers = new long[0];

  private boolean[] present = new boolean[0];
  private int count;

  /**
   * @param toLong converts a value to the number that is stored
   */
  LongColumnWriter(
      int position,
      String path,
      ColumnDescriptor descriptor,
      ParquetWriterOptions options,
      ToLongFunction<Object> toLong) {
    super(position, path, descriptor, options);
    this.toLong = toLong;
    this.is64Bit = descriptor.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT64;
  }

  private int width() {
    return is64Bit ? Long.BYTES : Integer.BYTES;
  }

  @Override
  void append(int row, Object value) {
    if (row >= numbers.length) {
      int length = grownLength(numbers.length, row);
      numbers = Arrays.copyOf(numbers, length);
      present = Arrays.copyOf(present, length);
    }
    numbers[row] = toLong.applyAsLong(value);
    present[row] = true;
    count++;
  }

  @Override
  long bytes() {
    return (long) numbers.length * (Long.BYTES + 1);
  }

  @Override
  long[] sortKeys() {
    long[] keys = new long[rows()];
    for (int row = 0; row < keys.length; row++) {
      keys[row] = isPresent(row) ? numbers[row] : NULL_KEY;
    }
    return keys;
  }

  @Override
  void writePages(int[] order) throws IOException {
    NumberDictionary dictionary = mayHaveDictionary() ? dictionary(order) : null;
    if (dictionary != null) {
      writeWithDictionary(order, dictionary);
    } else {
      writePlain(order);
    }
  }

  private void writeWithDictionary(int[] order, NumberDictionary dictionary) throws IOException {
    RunLengthBitPackingHybridEncoder encoder = positionEncoder(dictionary.size());
    byte[] bits = {(byte) positionBits(dictionary.size())};
    for (int from = 0; from < order.length; from += pageRows()) {
      int to = Math.min(order.length, from + pageRows());
      for (int i = from; i < to; i++) {
        if (isPresent(order[i])) {
          encoder.writeInt(dictionary.positionOf(numbers[order[i]]));
        }
      }
      writePage(
          BytesInput.concat(BytesInput.from(bits), encoder.toBytes()),
          to - from,
          statistics(order, from, to),
          Encoding.PLAIN_DICTIONARY);
      encoder.reset();
    }
    encoder.close();
    writeDictionary(dictionary);
  }

  private void writePlain(int[] order) throws IOException {
    EncodedBytes values = new EncodedBytes(Math.min(order.length, pageRows()) * width());
    for (int from = 0; from < order.length; from += pageRows()) {
      int to = Math.min(order.length, from + pageRows());
      values.truncate(0);
      for (int i = from; i < to; i++) {
        if (isPresent(order[i])) {
          values.writeLittleEndian(numbers[order[i]], width());
        }
      }
      writePage(
          BytesInput.from(values.array(), 0, values.size()),
          to - from,
          statistics(order, from, to),
          Encoding.PLAIN);
    }
  }

  private int pageRows() {
    return Math.min(options.pageRows, Math.max(1, options.pageBytes / width()));
  }

  private boolean isPresent(int row) {
    return row < present.length && present[row];
  }

  /** Writes the definition levels of a page and computes its statistics. */
  private Statistics<?> statistics(int[] order, int from, int to) throws IOException {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    int found = 0;
    for (int i = from; i < to; i++) {
      boolean isPresent = isPresent(order[i]);
      writeDefinitionLevel(isPresent);
      if (isPresent) {
        found++;
        min = Math.min(min, numbers[order[i]]);
        max = Math.max(max, numbers[order[i]]);
      }
    }
    Statistics<?> statistics = newStatistics();
    if (found > 0) {
      if (is64Bit) {
        statistics.updateStats(min);
        statistics.updateStats(max);
      } else {
        statistics.updateStats((int) min);
        statistics.updateStats((int) max);
      }
    }
    statistics.incrementNumNulls(to - from - found);
    return statistics;
  }

  /**
   * @return null if plain values are smaller
   */
  @Nullable
  private NumberDictionary dictionary(int[] order) {
    NumberDictionary dictionary = new NumberDictionary();
    int found = 0;
    for (int row : order) {
      if (isPresent(row)) {
        dictionary.positionOf(numbers[row]);
        if (++found == PROBED_NUMBERS && !isSmallerThanPlain(dictionary, found)) {
          return null;
        }
      }
    }
    return count > 0 && isSmallerThanPlain(dictionary, count) ? dictionary : null;
  }

  private boolean isSmallerThanPlain(NumberDictionary dictionary, int values) {
    long dictionaryBytes = (long) dictionary.size() * width();
    return dictionaryBytes <= options.dictionaryBytes
        && dictionaryBytes + (long) values * positionBits(dictionary.size()) / Byte.SIZE
            < (long) values * width();
  }

  private void writeDictionary(NumberDictionary dictionary) throws IOException {
    EncodedBytes bytes = new EncodedBytes(dictionary.size() * width());
    for (int position = 0; position < dictionary.size(); position++) {
      bytes.writeLittleEndian(dictionary.number(position), width());
    }
    pages()
        .writeDictionaryPage(
            new DictionaryPage(
                BytesInput.from(bytes.array(), 0, bytes.size()),
                dictionary.size(),
                Encoding.PLAIN_DICTIONARY));
  }

  @Override
  void insertInto(BloomFilter filter) {
    for (int row = 0; row < numbers.length; row++) {
      if (present[row]) {
        filter.insertHash(is64Bit ? filter.hash(numbers[row]) : filter.hash((int) numbers[row]));
      }
    }
  }

  @Override
  void reset() {
    numbers = new long[0];
    present = new boolean[0];
    count = 0;
  }

  /** A hash table, with open addressing, of distinct numbers, positioned by first occurrence. */
  private static final class NumberDictionary {

    private static final int INITIAL_SLOTS = 256;

    /** Position plus one; 0 means free. At most half of the slots are used. */
    private int[] slots = new int[INITIAL_SLOTS];

    private long[] numbers = new long[INITIAL_SLOTS / 2];
    private int size;

    int size() {
      return size;
    }

    long number(int position) {
      return numbers[position];
    }

    int positionOf(long number) {
      int mask = slots.length - 1;
      int slot = spread(number) & mask;
      while (slots[slot] != 0) {
        if (numbers[slots[slot] - 1] == number) {
          return slots[slot] - 1;
        }
        slot = (slot + 1) & mask;
      }
      if (size == numbers.length) {
        grow();
        return positionOf(number);
      }
      numbers[size] = number;
      slots[slot] = ++size;
      return size - 1;
    }

    private void grow() {
      numbers = Arrays.copyOf(numbers, 2 * numbers.length);
      slots = new int[2 * slots.length];
      int mask = slots.length - 1;
      for (int position = 0; position < size; position++) {
        int slot = spread(numbers[position]) & mask;
        while (slots[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = position + 1;
      }
    }

    private static int spread(long number) {
      long mixed = number * 0x9E3779B97F4A7C15L;
      return (int) (mixed >>> 32);
    }
  }
}
