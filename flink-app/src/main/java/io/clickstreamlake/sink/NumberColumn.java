package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.ToLongFunction;
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
final class NumberColumn extends FlatColumn {

  private static final int NULL = -1;

  /** After so many numbers it is looked at whether they repeat. */
  private static final int PROBED_NUMBERS = 4_096;

  private final ToLongFunction<Object> reader;
  private final boolean is64Bit;

  private long[] numbers = new long[0];
  private boolean[] nulls = new boolean[0];
  private int rows;
  private int count;

  // The dictionary, made when the row group is complete.
  private final NumberDictionary dictionary = new NumberDictionary();
  private int[] positions = new int[0];

  /**
   * @param reader makes the number of a value
   */
  NumberColumn(
      int position,
      String path,
      ColumnDescriptor descriptor,
      ParquetLayout layout,
      ToLongFunction<Object> reader) {
    super(position, path, descriptor, layout);
    this.reader = reader;
    this.is64Bit = descriptor.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT64;
  }

  private int width() {
    return is64Bit ? Long.BYTES : Integer.BYTES;
  }

  @Override
  void reset(int expectedRows) {
    if (numbers.length < expectedRows) {
      numbers = new long[expectedRows];
      nulls = new boolean[expectedRows];
      positions = new int[expectedRows];
    }
    rows = 0;
    count = 0;
  }

  @Override
  void append(Object value) {
    numbers[rows] = reader.applyAsLong(value);
    nulls[rows++] = false;
    count++;
  }

  @Override
  void appendNull() {
    nulls[rows++] = true;
  }

  @Override
  void endPage() {
    // Pages are cut when all numbers are there.
  }

  @Override
  void writeRest() throws IOException {
    insertIntoBloomFilter();
    boolean withDictionary = mayHaveDictionary() && collectDictionary();
    RunLengthBitPackingHybridEncoder encoder =
        positionEncoder(withDictionary ? dictionary.size() : 0);
    EncodedBytes values = new EncodedBytes(withDictionary ? 0 : layout.pageRows * width());
    int pageRows = Math.min(layout.pageRows, Math.max(1, layout.pageBytes / width()));
    for (int from = 0; from < rows; from += pageRows) {
      int to = Math.min(rows, from + pageRows);
      Statistics<?> statistics = statistics(from, to);
      if (withDictionary) {
        for (int row = from; row < to; row++) {
          if (!nulls[row]) {
            encoder.writeInt(positions[row]);
          }
        }
        byte[] bits = {(byte) positionBits(dictionary.size())};
        writePage(
            BytesInput.concat(BytesInput.from(bits), encoder.toBytes()),
            to - from,
            statistics,
            Encoding.PLAIN_DICTIONARY);
        encoder.reset();
      } else {
        values.truncate(0);
        for (int row = from; row < to; row++) {
          if (!nulls[row]) {
            values.writeLittleEndian(numbers[row], width());
          }
        }
        writePage(
            BytesInput.from(values.array(), 0, values.size()),
            to - from,
            statistics,
            Encoding.PLAIN);
      }
    }
    encoder.close();
    if (withDictionary) {
      writeDictionary();
    }
  }

  /** Defines the rows of a page, and looks for their bounds. */
  private Statistics<?> statistics(int from, int to) throws IOException {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    int present = 0;
    for (int row = from; row < to; row++) {
      define(!nulls[row]);
      if (!nulls[row]) {
        present++;
        min = Math.min(min, numbers[row]);
        max = Math.max(max, numbers[row]);
      }
    }
    Statistics<?> statistics = newStatistics();
    if (present > 0) {
      if (is64Bit) {
        statistics.updateStats(min);
        statistics.updateStats(max);
      } else {
        statistics.updateStats((int) min);
        statistics.updateStats((int) max);
      }
    }
    statistics.incrementNumNulls(to - from - present);
    return statistics;
  }

  /**
   * @return whether it pays
   */
  private boolean collectDictionary() {
    dictionary.clear();
    int found = 0;
    for (int row = 0; row < rows; row++) {
      positions[row] = nulls[row] ? NULL : dictionary.positionOf(numbers[row]);
      found += nulls[row] ? 0 : 1;
      if (found == PROBED_NUMBERS && !isSmallerThanPlain(found)) {
        return false;
      }
    }
    return count > 0 && isSmallerThanPlain(count);
  }

  private boolean isSmallerThanPlain(int values) {
    long dictionaryBytes = (long) dictionary.size() * width();
    return dictionaryBytes <= layout.dictionaryBytes
        && dictionaryBytes + (long) values * positionBits(dictionary.size()) / Byte.SIZE
            < (long) values * width();
  }

  private void writeDictionary() throws IOException {
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

  private void insertIntoBloomFilter() {
    BloomFilter filter = bloomFilter();
    if (filter != null) {
      for (int row = 0; row < rows; row++) {
        if (!nulls[row]) {
          filter.insertHash(is64Bit ? filter.hash(numbers[row]) : filter.hash((int) numbers[row]));
        }
      }
    }
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

    void clear() {
      Arrays.fill(slots, 0);
      size = 0;
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
