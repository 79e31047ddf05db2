package io.clickstreamlake.parquet;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.api.Binary;

/**
 * The writer of a string column. It keeps the distinct strings and, per row, the position of its
 * string. It writes a dictionary and positions if that is smaller than plain strings. As soon as it
 * is clear that strings rarely repeat, it keeps the string of each row without looking it up.
 *
 * <pre>
 *   dictionary page   int32 length │ UTF-8 │ …        one entry per distinct string
 *   data page         byte bits │ positions, RLE      or, plain: int32 length │ UTF-8 │ …
 * </pre>
 */
final class StringColumnWriter extends FlatColumnWriter {

  /** Number of strings after which the writer checks whether they repeat. */
  private static final int PROBED_STRINGS = 4_096;

  /**
   * Maximum size of a dictionary encoding, relative to plain strings, if the column has a Bloom
   * filter. parquet-java drops the filter of a column with a dictionary, so the dictionary must
   * save more than for other columns.
   */
  private static final double MAX_RATIO_WITH_BLOOM_FILTER = 0.5;

  private StringDictionary dictionary;

  /** Per row the position of its string plus one, or 0 for null; rows beyond the end are null. */
  private int[] positions;

  /** Number of rows with a string, and the plain size of these strings. */
  private int count;

  private long plainBytes;

  /** Strings of the current chunk and their rows. */
  private String[] pendingStrings = new String[0];

  private int[] pendingRows = new int[0];
  private int[] pendingPositions = new int[0];
  private int pending;

  // State of the page that is being written.
  private int pageNulls;
  private int min;
  private int max;

  StringColumnWriter(
      int position, String path, ColumnDescriptor descriptor, ParquetWriterOptions options) {
    super(position, path, descriptor, options);
    reset();
  }

  @Override
  void reset() {
    dictionary = new StringDictionary();
    if (!mayHaveDictionary()) {
      dictionary.keepDuplicates();
    }
    positions = new int[0];
    count = 0;
    plainBytes = 0;
  }

  @Override
  void append(int row, Object value) throws IOException {
    if (row >= positions.length) {
      positions = Arrays.copyOf(positions, grownLength(positions.length, row));
    }
    if (pendingRows.length == pending) {
      pendingStrings = Arrays.copyOf(pendingStrings, grownLength(pending, pending));
      pendingRows = Arrays.copyOf(pendingRows, pendingStrings.length);
      pendingPositions = new int[pendingStrings.length];
    }
    pendingStrings[pending] = value.toString();
    pendingRows[pending++] = row;
  }

  @Override
  void afterChunk() throws IOException {
    dictionary.positionsOf(pendingStrings, pending, pendingPositions);
    for (int i = 0; i < pending; i++) {
      int position = pendingPositions[i];
      positions[pendingRows[i]] = position + 1;
      plainBytes += dictionary.end(position) - dictionary.start(position);
    }
    count += pending;
    Arrays.fill(pendingStrings, 0, pending, null);
    pending = 0;
    if (dictionary.isDistinct()
        && (dictionary.plainBytes() > options.dictionaryBytes
            || (count >= PROBED_STRINGS && !dictionaryIsSmaller()))) {
      dictionary.keepDuplicates();
    }
  }

  private boolean dictionaryIsSmaller() {
    long encoded =
        dictionary.plainBytes() + (long) count * positionBits(dictionary.size()) / Byte.SIZE;
    return encoded < plainBytes * (hasBloomFilter() ? MAX_RATIO_WITH_BLOOM_FILTER : 1);
  }

  @Override
  long bytes() {
    return dictionary.bytes() + (long) positions.length * Integer.BYTES;
  }

  @Override
  long[] sortKeys() {
    long[] ranks = ranks();
    long[] keys = new long[rows()];
    for (int row = 0; row < keys.length; row++) {
      int position = position(row);
      keys[row] = position < 0 ? NULL_KEY : ranks[position];
    }
    return keys;
  }

  /** Rank of each string in sort order; equal strings have the same rank. */
  private long[] ranks() {
    int[] sorted =
        IntStream.range(0, dictionary.size())
            .boxed()
            .sorted(dictionary::compare)
            .mapToInt(Integer::intValue)
            .toArray();
    long[] ranks = new long[sorted.length];
    for (int i = 1; i < sorted.length; i++) {
      boolean isEqual = dictionary.compare(sorted[i - 1], sorted[i]) == 0;
      ranks[sorted[i]] = ranks[sorted[i - 1]] + (isEqual ? 0 : 1);
    }
    return ranks;
  }

  @Override
  void insertInto(BloomFilter filter) {
    for (int position = 0; position < dictionary.size(); position++) {
      filter.insertHash(filter.hash(binary(position)));
    }
  }

  @Override
  void writePages(int[] order) throws IOException {
    // Without strings there is no dictionary page, so no data page may refer to one.
    if (dictionary.isDistinct() && count > 0 && dictionaryIsSmaller()) {
      writeWithDictionary(order);
    } else {
      writePlain(order);
    }
  }

  private void writeWithDictionary(int[] order) throws IOException {
    RunLengthBitPackingHybridEncoder encoder = positionEncoder(dictionary.size());
    byte[] bits = {(byte) positionBits(dictionary.size())};
    // Each distinct string needs to be compared with the bounds only once per page.
    int[] lastPageOf = new int[dictionary.size()];
    Arrays.fill(lastPageOf, -1);
    for (int from = 0; from < order.length; from += options.pageRows) {
      int to = Math.min(order.length, from + options.pageRows);
      beginPage();
      for (int i = from; i < to; i++) {
        int position = position(order[i]);
        writeDefinitionLevel(position >= 0);
        if (position < 0) {
          pageNulls++;
        } else {
          encoder.writeInt(position);
          if (lastPageOf[position] != from) {
            lastPageOf[position] = from;
            widenBounds(position);
          }
        }
      }
      writePage(
          BytesInput.concat(BytesInput.from(bits), encoder.toBytes()),
          to - from,
          statistics(),
          Encoding.PLAIN_DICTIONARY);
      encoder.reset();
    }
    encoder.close();
    pages()
        .writeDictionaryPage(
            new DictionaryPage(
                BytesInput.from(dictionary.plain(), 0, dictionary.plainBytes()),
                dictionary.size(),
                Encoding.PLAIN_DICTIONARY));
  }

  private void writePlain(int[] order) throws IOException {
    EncodedBytes page = new EncodedBytes(0);
    beginPage();
    int pageStart = 0;
    for (int i = 0; i < order.length; i++) {
      int position = position(order[i]);
      writeDefinitionLevel(position >= 0);
      if (position < 0) {
        pageNulls++;
      } else {
        int start = dictionary.start(position);
        page.write(dictionary.plain(), start, dictionary.end(position) - start);
        widenBounds(position);
      }
      int end = i + 1;
      if (page.size() >= options.pageBytes || end % options.pageRows == 0 || end == order.length) {
        writePage(
            BytesInput.from(page.array(), 0, page.size()),
            end - pageStart,
            statistics(),
            Encoding.PLAIN);
        page.truncate(0);
        beginPage();
        pageStart = end;
      }
    }
  }

  /** Position of a row's string, or -1 for null. */
  private int position(int row) {
    return row < positions.length ? positions[row] - 1 : -1;
  }

  private Binary binary(int position) {
    int start = dictionary.stringStart(position);
    return Binary.fromConstantByteArray(
        dictionary.plain(), start, dictionary.end(position) - start);
  }

  private void beginPage() {
    pageNulls = 0;
    min = -1;
    max = -1;
  }

  private void widenBounds(int position) {
    if (min < 0) {
      min = position;
      max = position;
    } else if (dictionary.compare(position, min) < 0) {
      min = position;
    } else if (dictionary.compare(position, max) > 0) {
      max = position;
    }
  }

  private Statistics<?> statistics() {
    BinaryStatistics statistics = (BinaryStatistics) newStatistics();
    if (min >= 0) {
      statistics.updateStats(binary(min));
      statistics.updateStats(binary(max));
    }
    statistics.incrementNumNulls(pageNulls);
    return statistics;
  }
}
