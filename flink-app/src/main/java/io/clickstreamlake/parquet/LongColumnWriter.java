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
 * A column of INT32 or INT64: numbers, times, dates, decimals. It keeps the row group's numbers and
 * writes them when it is complete, with a dictionary if that is smaller.
 */
final class LongColumnWriter extends FlatColumnWriter {

  /** After so many numbers it is looked at whether they repeat. */
  private static final int PROBED_NUMBERS = 4_096;

  private final ToLongFunction<Object> reader;
  private final boolean is64Bit;

  /** By row; rows beyond the end of the arrays have no number. */
  private long[] numbers = new long[0];

  private boolean[] present = new boolean[0];
  private int count;

  /**
   * @param reader makes the number of a value
   */
  LongColumnWriter(
      int position,
      String path,
      ColumnDescriptor descriptor,
      ParquetWriterOptions layout,
      ToLongFunction<Object> reader) {
    super(position, path, descriptor, layout);
    this.reader = reader;
    this.is64Bit = descriptor.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT64;
  }

  private int width() {
    return is64Bit ? Long.BYTES : Integer.BYTES;
  }

  @Override
  void append(int row, Object value) {
    if (row >= numbers.length) {
      int length = grown(numbers.length, row);
      numbers = Arrays.copyOf(numbers, length);
      present = Arrays.copyOf(present, length);
    }
    numbers[row] = reader.applyAsLong(value);
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
    return Math.min(layout.pageRows, Math.max(1, layout.pageBytes / width()));
  }

  private boolean isPresent(int row) {
    return row < present.length && present[row];
  }

  /** Defines the rows of a page, and looks for their bounds. */
  private Statistics<?> statistics(int[] order, int from, int to) throws IOException {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    int found = 0;
    for (int i = from; i < to; i++) {
      boolean isPresent = isPresent(order[i]);
      define(isPresent);
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
   * @return null if it does not pay
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
    return dictionaryBytes <= layout.dictionaryBytes
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
  void forget() {
    numbers = new long[0];
    present = new boolean[0];
    count = 0;
  }

  /** Distinct numbers and their positions, by first appearance. Open addressing. */
  private static final class NumberDictionary {

    private static final int FIRST_SLOTS = 256;

    /** Position plus one; 0 is free. At most half of the slots are taken. */
    private int[] slots = new int[FIRST_SLOTS];

    private long[] numbers = new long[FIRST_SLOTS / 2];
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
