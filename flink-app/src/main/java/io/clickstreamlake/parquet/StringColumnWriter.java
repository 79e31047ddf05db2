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
 * A column of texts. It keeps the distinct ones, and for each row the position of its text among
 * them; it writes them as a dictionary and positions, if that is smaller than the texts. Once it is
 * clear that texts hardly repeat, it keeps each row's text and looks for no more repetitions.
 *
 * <pre>
 *   dictionary page   int32 length │ UTF-8 │ …       one for each distinct text
 *   data page         byte bits │ positions, RLE      or, plain: int32 length │ UTF-8 │ …
 * </pre>
 */
final class StringColumnWriter extends FlatColumnWriter {

  /** After so many texts it is looked at whether they repeat. */
  private static final int PROBED_TEXTS = 4_096;

  /**
   * A dictionary of a column with a Bloom filter must save more: parquet-java writes no filter
   * beside a dictionary, and the column was given one to be searched.
   */
  private static final double SAVING_WITH_BLOOM_FILTER = 0.5;

  private StringDictionary texts;

  /** By row: position of the text plus one, or 0; rows beyond its end have no text either. */
  private int[] positions;

  /** Rows with a text, and the bytes of these texts as plain ones. */
  private int count;

  private long plainBytes;

  /** Texts of the chunk that comes just now, and their rows. */
  private String[] waitingTexts = new String[0];

  private int[] waitingRows = new int[0];
  private int[] waitingPositions = new int[0];
  private int waiting;

  // Of the page that is being written.
  private int pageNulls;
  private int min;
  private int max;

  StringColumnWriter(
      int position, String path, ColumnDescriptor descriptor, ParquetWriterOptions layout) {
    super(position, path, descriptor, layout);
    forget();
  }

  @Override
  void forget() {
    texts = new StringDictionary();
    if (!mayHaveDictionary()) {
      texts.keepAll();
    }
    positions = new int[0];
    count = 0;
    plainBytes = 0;
  }

  @Override
  void append(int row, Object value) throws IOException {
    if (row >= positions.length) {
      positions = Arrays.copyOf(positions, grown(positions.length, row));
    }
    if (waitingRows.length == waiting) {
      waitingTexts = Arrays.copyOf(waitingTexts, grown(waiting, waiting));
      waitingRows = Arrays.copyOf(waitingRows, waitingTexts.length);
      waitingPositions = new int[waitingTexts.length];
    }
    waitingTexts[waiting] = value.toString();
    waitingRows[waiting++] = row;
  }

  @Override
  void afterChunk() throws IOException {
    texts.positionsOf(waitingTexts, waiting, waitingPositions);
    for (int i = 0; i < waiting; i++) {
      int position = waitingPositions[i];
      positions[waitingRows[i]] = position + 1;
      plainBytes += texts.end(position) - texts.start(position);
    }
    count += waiting;
    Arrays.fill(waitingTexts, 0, waiting, null);
    waiting = 0;
    if (texts.areDistinct()
        && (texts.plainBytes() > layout.dictionaryBytes
            || (count >= PROBED_TEXTS && !dictionaryIsSmaller()))) {
      texts.keepAll();
    }
  }

  private boolean dictionaryIsSmaller() {
    long encoded = texts.plainBytes() + (long) count * positionBits(texts.size()) / Byte.SIZE;
    return encoded < plainBytes * (hasBloomFilter() ? SAVING_WITH_BLOOM_FILTER : 1);
  }

  @Override
  long bytes() {
    return texts.bytes() + (long) positions.length * Integer.BYTES;
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

  /** Place of each text in the order of texts; the same for equal ones. */
  private long[] ranks() {
    int[] sorted =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(texts::compare)
            .mapToInt(Integer::intValue)
            .toArray();
    long[] ranks = new long[sorted.length];
    for (int i = 1; i < sorted.length; i++) {
      boolean isEqual = texts.compare(sorted[i - 1], sorted[i]) == 0;
      ranks[sorted[i]] = ranks[sorted[i - 1]] + (isEqual ? 0 : 1);
    }
    return ranks;
  }

  @Override
  void insertInto(BloomFilter filter) {
    for (int position = 0; position < texts.size(); position++) {
      filter.insertHash(filter.hash(text(position)));
    }
  }

  @Override
  void writePages(int[] order) throws IOException {
    // Without any text there is no dictionary to write, and so no page may refer to one.
    if (texts.areDistinct() && count > 0 && dictionaryIsSmaller()) {
      writeWithDictionary(order);
    } else {
      writePlain(order);
    }
  }

  private void writeWithDictionary(int[] order) throws IOException {
    RunLengthBitPackingHybridEncoder encoder = positionEncoder(texts.size());
    byte[] bits = {(byte) positionBits(texts.size())};
    // For the bounds it is enough to look at a text once a page.
    int[] lastPageOf = new int[texts.size()];
    Arrays.fill(lastPageOf, -1);
    for (int from = 0; from < order.length; from += layout.pageRows) {
      int to = Math.min(order.length, from + layout.pageRows);
      beginPage();
      for (int i = from; i < to; i++) {
        int position = position(order[i]);
        define(position >= 0);
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
                BytesInput.from(texts.plain(), 0, texts.plainBytes()),
                texts.size(),
                Encoding.PLAIN_DICTIONARY));
  }

  private void writePlain(int[] order) throws IOException {
    EncodedBytes page = new EncodedBytes(0);
    beginPage();
    int pageStart = 0;
    for (int i = 0; i < order.length; i++) {
      int position = position(order[i]);
      define(position >= 0);
      if (position < 0) {
        pageNulls++;
      } else {
        int start = texts.start(position);
        page.write(texts.plain(), start, texts.end(position) - start);
        widenBounds(position);
      }
      int end = i + 1;
      if (page.size() >= layout.pageBytes || end % layout.pageRows == 0 || end == order.length) {
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

  /** Position of a row's text, or -1. */
  private int position(int row) {
    return row < positions.length ? positions[row] - 1 : -1;
  }

  private Binary text(int position) {
    int start = texts.textStart(position);
    return Binary.fromConstantByteArray(texts.plain(), start, texts.end(position) - start);
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
    } else if (texts.compare(position, min) < 0) {
      min = position;
    } else if (texts.compare(position, max) > 0) {
      max = position;
    }
  }

  private Statistics<?> statistics() {
    BinaryStatistics statistics = (BinaryStatistics) newStatistics();
    if (min >= 0) {
      statistics.updateStats(text(min));
      statistics.updateStats(text(max));
    }
    statistics.incrementNumNulls(pageNulls);
    return statistics;
  }
}
