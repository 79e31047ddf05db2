package io.clickstreamlake.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.annotation.Nullable;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.api.Binary;

/**
 * A column of texts. It collects a dictionary, and the position of each row's text in it; when the
 * row group is complete, it writes the dictionary and the positions, if that is smaller than the
 * texts. Once it is clear that texts hardly repeat, it goes over to plain texts at once.
 *
 * <pre>
 *   dictionary page   int32 length │ UTF-8 │ …       one for each distinct text
 *   data page         byte bits │ positions, RLE      or, plain: int32 length │ UTF-8 │ …
 * </pre>
 */
final class TextColumn extends FlatColumn {

  private static final int NULL = -1;

  /** After so many texts it is looked at whether they repeat. */
  private static final int PROBED_TEXTS = 4_096;

  /**
   * A dictionary of a column with a Bloom filter must save more: parquet-java writes no filter
   * beside a dictionary, and the column was given one to be searched.
   */
  private static final double SAVING_WITH_BLOOM_FILTER = 0.5;

  private final TextDictionary dictionary = new TextDictionary();

  /** Of all rows while there is a dictionary: position of the text, or {@link #NULL}. */
  private int[] positions = new int[0];

  private int rows;
  private int texts;
  private long plainBytes;
  private int[] pageEnds = new int[16];
  private int pageCount;

  // Of the page that is being written, while texts are plain.
  private boolean plain;
  private final EncodedBytes page = new EncodedBytes(0);
  private int pageRows;
  private int pageNulls;
  @Nullable private byte[] min;
  @Nullable private byte[] max;

  TextColumn(int position, String path, ColumnDescriptor descriptor, ParquetLayout layout) {
    super(position, path, descriptor, layout);
  }

  @Override
  void reset(int expectedRows) {
    dictionary.clear();
    if (positions.length < expectedRows) {
      positions = new int[expectedRows];
    }
    rows = 0;
    texts = 0;
    plainBytes = 0;
    pageCount = 0;
    plain = !mayHaveDictionary();
    resetPage();
  }

  @Override
  void append(Object value) throws IOException {
    String text = value.toString();
    if (plain) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      insertIntoBloomFilter(utf8);
      appendPlain(utf8);
      return;
    }
    int position = dictionary.positionOf(text);
    positions[rows++] = position;
    texts++;
    plainBytes += Integer.BYTES + dictionary.utf8(position).length;
  }

  @Override
  void appendNull() throws IOException {
    if (plain) {
      appendPlainNull();
    } else {
      positions[rows++] = NULL;
    }
  }

  @Override
  void afterChunk() throws IOException {
    if (!plain
        && (dictionary.bytes() > layout.dictionaryBytes
            || (texts >= PROBED_TEXTS && !isSmallerThanPlain()))) {
      goOverToPlain();
    }
  }

  @Override
  void endPage() throws IOException {
    if (plain) {
      writePlainPage();
    } else {
      if (pageCount == pageEnds.length) {
        pageEnds = Arrays.copyOf(pageEnds, 2 * pageCount);
      }
      pageEnds[pageCount++] = rows;
    }
  }

  @Override
  void writeRest() throws IOException {
    // Without any text there is no dictionary to write, and so no page may refer to one.
    if (!plain && (texts == 0 || !isSmallerThanPlain())) {
      goOverToPlain();
    }
    if (plain) {
      writePlainPage();
      return;
    }
    if (pageCount == 0 || pageEnds[pageCount - 1] < rows) {
      endPage();
    }
    insertDictionaryIntoBloomFilter();
    writeDictionary();
  }

  private boolean isSmallerThanPlain() {
    long encoded = dictionary.bytes() + (long) texts * positionBits(dictionary.size()) / Byte.SIZE;
    return encoded < plainBytes * (bloomFilter() == null ? 1 : SAVING_WITH_BLOOM_FILTER);
  }

  // With a dictionary.

  private void writeDictionary() throws IOException {
    RunLengthBitPackingHybridEncoder encoder = positionEncoder(dictionary.size());
    byte[] bits = {(byte) positionBits(dictionary.size())};
    int[] lastPageOf = new int[dictionary.size()];
    Arrays.fill(lastPageOf, -1);
    int from = 0;
    for (int p = 0; p < pageCount; p++) {
      int to = pageEnds[p];
      resetPage();
      for (int row = from; row < to; row++) {
        int position = positions[row];
        define(position != NULL);
        if (position == NULL) {
          pageNulls++;
        } else {
          encoder.writeInt(position);
          if (lastPageOf[position] != p) {
            lastPageOf[position] = p;
            widenBounds(dictionary.utf8(position));
          }
        }
      }
      writePage(
          BytesInput.concat(BytesInput.from(bits), encoder.toBytes()),
          to - from,
          statistics(),
          Encoding.PLAIN_DICTIONARY);
      encoder.reset();
      from = to;
    }
    encoder.close();
    EncodedBytes bytes = new EncodedBytes(Math.toIntExact(dictionary.bytes()));
    for (int position = 0; position < dictionary.size(); position++) {
      writePlain(bytes, dictionary.utf8(position));
    }
    pages()
        .writeDictionaryPage(
            new DictionaryPage(
                BytesInput.from(bytes.array(), 0, bytes.size()),
                dictionary.size(),
                Encoding.PLAIN_DICTIONARY));
  }

  private void insertDictionaryIntoBloomFilter() {
    if (bloomFilter() != null) {
      for (int position = 0; position < dictionary.size(); position++) {
        insertIntoBloomFilter(dictionary.utf8(position));
      }
    }
  }

  // Plain.

  /** Writes what has a position so far as plain pages, as if there had been no dictionary. */
  private void goOverToPlain() throws IOException {
    plain = true;
    insertDictionaryIntoBloomFilter();
    int nextEnd = 0;
    for (int row = 0; row < rows; row++) {
      if (nextEnd < pageCount && pageEnds[nextEnd] == row) {
        writePlainPage();
        nextEnd++;
      }
      if (positions[row] == NULL) {
        appendPlainNull();
      } else {
        appendPlain(dictionary.utf8(positions[row]));
      }
    }
    if (nextEnd < pageCount) {
      writePlainPage();
    }
  }

  private void appendPlain(byte[] utf8) throws IOException {
    define(true);
    pageRows++;
    writePlain(page, utf8);
    widenBounds(utf8);
    if (page.size() >= layout.pageBytes) {
      writePlainPage();
    }
  }

  private void appendPlainNull() throws IOException {
    define(false);
    pageRows++;
    pageNulls++;
  }

  private void writePlainPage() throws IOException {
    if (pageRows > 0) {
      writePage(
          BytesInput.from(page.array(), 0, page.size()), pageRows, statistics(), Encoding.PLAIN);
      resetPage();
    }
  }

  private void resetPage() {
    page.truncate(0);
    pageRows = 0;
    pageNulls = 0;
    min = null;
    max = null;
  }

  private static void writePlain(EncodedBytes out, byte[] utf8) throws IOException {
    out.writeLittleEndian(utf8.length, Integer.BYTES);
    out.write(utf8, 0, utf8.length);
  }

  // Both.

  /** Parquet orders texts by their bytes, without signs. */
  private void widenBounds(byte[] utf8) {
    if (min == null) {
      min = utf8;
      max = utf8;
    } else if (Arrays.compareUnsigned(utf8, min) < 0) {
      min = utf8;
    } else if (Arrays.compareUnsigned(utf8, max) > 0) {
      max = utf8;
    }
  }

  private BinaryStatistics statistics() {
    BinaryStatistics statistics = (BinaryStatistics) newStatistics();
    if (min != null) {
      statistics.updateStats(Binary.fromConstantByteArray(min));
      statistics.updateStats(Binary.fromConstantByteArray(max));
    }
    statistics.incrementNumNulls(pageNulls);
    return statistics;
  }

  private void insertIntoBloomFilter(byte[] utf8) {
    BloomFilter filter = bloomFilter();
    if (filter != null) {
      filter.insertHash(filter.hash(Binary.fromConstantByteArray(utf8)));
    }
  }
}
