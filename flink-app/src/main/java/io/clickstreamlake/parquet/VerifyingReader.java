package io.clickstreamlake.parquet;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Reads every page of a Parquet file, verifies the CRC of each page that has one, and compares what
 * the file says about its values with the values:
 *
 * <ul>
 *   <li>the numbers of rows of file, row groups and columns;
 *   <li>bounds and null counts of column chunks, and of pages in the column index. Bounds may be
 *       truncated, so they must only include each value;
 *   <li>Bloom filters: each value of the column must be in its filter.
 * </ul>
 *
 * <p>A query that trusts a wrong bound or filter skips rows that it should find. All columns are
 * read, also those that the rows do not have. At most one row group is in memory. Not thread-safe.
 *
 * @param <T> type of the rows
 */
public final class VerifyingReader<T extends IndexedRecord> implements Closeable {

  private static final int FOOTER_LENGTH_BYTES = 4;
  private static final int MAGIC_BYTES = 4;

  private final ParquetFileReader file;
  private final MessageColumnIO columns;
  private final RecordMaterializer<T> converter;
  private final List<Leaf> leaves = new ArrayList<>();
  private final List<String> countProblems = new ArrayList<>();
  private final List<String> statisticsProblems = new ArrayList<>();
  private final List<String> bloomFilterProblems = new ArrayList<>();

  private int rowGroup = -1;
  private long rowsLeft;

  /** Number of the current row in its row group, from 0. */
  private long row;

  @Nullable private RecordReader<T> rows;

  private VerifyingReader(InputFile input, ParquetFileReader file, AvroRowReader.Query<T> query)
      throws IOException {
    this.file = file;
    FileMetaData footer = file.getFileMetaData();
    MessageType stored = footer.getSchema();
    MessageType requested = query.requested(stored);
    AvroRowConverter<T> rowConverter = query.converter(requested);
    GroupConverter root = group(stored, requested, rowConverter.getRootConverter(), List.of());
    this.converter =
        new RecordMaterializer<T>() {
          @Override
          public T getCurrentRecord() {
            return rowConverter.getCurrentRecord();
          }

          @Override
          public GroupConverter getRootConverter() {
            return root;
          }
        };
    this.columns = new ColumnIOFactory(footer.getCreatedBy()).getColumnIO(stored, stored, true);
    long rowsOfGroups = rowsOfFile();
    long rowsOfFooter = rowsOfFooter(input);
    if (rowsOfFooter != rowsOfGroups) {
      countProblems.add(
          "the footer counts " + rowsOfFooter + " rows, its row groups " + rowsOfGroups);
    }
  }

  /**
   * Opens a file and reads its footer.
   *
   * @param schema of the rows
   * @param newRow creates a row with this schema
   * @throws IOException if it cannot be read
   * @throws RuntimeException if it is no Parquet file, or its footer is damaged
   * @throws IllegalArgumentException if the rows cannot have this schema
   */
  public static <T extends IndexedRecord> VerifyingReader<T> open(
      InputFile input, Schema schema, Supplier<T> newRow) throws IOException {
    ParquetFileReader file =
        ParquetFileReader.open(
            input,
            ParquetReadOptions.builder(new PlainParquetConfiguration())
                .usePageChecksumVerification(true)
                .build());
    try {
      return new VerifyingReader<>(input, file, AvroRowReader.of(schema, newRow));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Compares the columns of a file with those of a contract. More columns, and fewer ones where the
   * contract allows null, are no problem: columns are added over time.
   *
   * @param contract see {@link AvroParquetSchema}
   * @return what contradicts; empty if nothing does
   */
  public static List<String> schemaProblems(InputFile input, Schema contract) throws IOException {
    List<String> problems = new ArrayList<>();
    try (ParquetFileReader file =
        ParquetFileReader.open(
            input, ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
      compare(file.getFileMetaData().getSchema(), AvroParquetSchema.of(contract), "", problems);
    }
    return problems;
  }

  private static void compare(
      GroupType stored, GroupType contract, String path, List<String> problems) {
    for (Type expected : contract.getFields()) {
      String name = path + expected.getName();
      if (!stored.containsField(expected.getName())) {
        if (expected.isRepetition(Type.Repetition.REQUIRED)) {
          problems.add("there is no column " + name);
        } else if (expected.isRepetition(Type.Repetition.REPEATED)) {
          problems.add("column " + name + " is missing in its list or map");
        }
        continue;
      }
      Type found = stored.getType(expected.getName());
      if (found.isPrimitive() != expected.isPrimitive()) {
        problems.add("column " + name + " is " + found + " instead of " + expected);
      } else if (!found.isPrimitive()) {
        compare(found.asGroupType(), expected.asGroupType(), name + ".", problems);
      } else if (found.asPrimitiveType().getPrimitiveTypeName()
              != expected.asPrimitiveType().getPrimitiveTypeName()
          || found.getLogicalTypeAnnotation()
              == null
              != (expected.getLogicalTypeAnnotation() == null)
          || found.getLogicalTypeAnnotation() != null
              && !found.getLogicalTypeAnnotation().equals(expected.getLogicalTypeAnnotation())) {
        problems.add("column " + name + " is " + found + " instead of " + expected);
      }
    }
  }

  /** As {@link #schemaProblems(InputFile, Schema)}, of this file. */
  public List<String> schemaProblems(Schema contract) {
    List<String> problems = new ArrayList<>();
    compare(file.getFileMetaData().getSchema(), AvroParquetSchema.of(contract), "", problems);
    return problems;
  }

  /** Number of rows of the file, as its row groups say. */
  public long rowsOfFile() {
    return file.getFooter().getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
  }

  /** Name and version of the writer, as the footer says; null if it does not. */
  @Nullable
  public String createdBy() {
    return file.getFileMetaData().getCreatedBy();
  }

  /**
   * The bounds of a column as the footer says, over all row groups.
   *
   * @return empty if a row group has none; otherwise lower and upper bound
   */
  public List<Long> boundsOf(String longColumn) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (BlockMetaData block : file.getRowGroups()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (chunk.getPath().toDotString().equals(longColumn)) {
          Statistics<?> statistics = chunk.getStatistics();
          if (statistics == null || !(statistics.genericGetMin() instanceof Long)) {
            return List.of();
          }
          min = Math.min(min, (Long) statistics.genericGetMin());
          max = Math.max(max, (Long) statistics.genericGetMax());
        }
      }
    }
    return min > max ? List.of() : List.of(min, max);
  }

  /**
   * The next row, or null after the last.
   *
   * @throws IOException if a page cannot be read
   * @throws RuntimeException if a page is damaged
   */
  @Nullable
  public T next() throws IOException {
    while (rowsLeft == 0) {
      if (rows != null) {
        endRowGroup();
      }
      PageReadStore pages = file.readNextRowGroup();
      if (pages == null) {
        return null;
      }
      rowGroup++;
      row = -1;
      rowsLeft = pages.getRowCount();
      beginRowGroup(file.getRowGroups().get(rowGroup));
      rows = columns.getRecordReader(pages, converter, FilterCompat.NOOP);
    }
    rowsLeft--;
    row++;
    return rows.read();
  }

  /** Contradictions between numbers of rows; complete after the last row. */
  public List<String> countProblems() {
    return countProblems;
  }

  /** Wrong bounds and null counts; complete after the last row. */
  public List<String> statisticsProblems() {
    return statisticsProblems;
  }

  /** Bloom filters without a value of their column; complete after the last row. */
  public List<String> bloomFilterProblems() {
    return bloomFilterProblems;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static long rowsOfFooter(InputFile input) throws IOException {
    try (SeekableInputStream in = input.newStream()) {
      long end = input.getLength() - MAGIC_BYTES - FOOTER_LENGTH_BYTES;
      byte[] length = new byte[FOOTER_LENGTH_BYTES];
      in.seek(end);
      in.readFully(length);
      int bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (bytes < 0 || bytes > end) {
        throw new EOFException("the footer would begin before the file");
      }
      in.seek(end - bytes);
      return Util.readFileMetaData(in).getNum_rows();
    }
  }

  private void beginRowGroup(BlockMetaData block) throws IOException {
    for (Leaf leaf : leaves) {
      ColumnChunkMetaData own = null;
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (List.of(chunk.getPath().toArray()).equals(leaf.path)) {
          own = chunk;
        }
      }
      leaf.begin(own);
    }
  }

  private void endRowGroup() {
    rows = null;
    for (Leaf leaf : leaves) {
      leaf.end(row + 1);
    }
  }

  private GroupConverter group(
      GroupType stored, @Nullable GroupType read, @Nullable GroupConverter to, List<String> path) {
    List<Converter> children = new ArrayList<>();
    for (Type field : stored.getFields()) {
      boolean isRead = read != null && read.containsField(field.getName());
      Type readField = isRead ? read.getType(field.getName()) : null;
      Converter child =
          isRead && to != null ? to.getConverter(read.getFieldIndex(field.getName())) : null;
      List<String> childPath = new ArrayList<>(path);
      childPath.add(field.getName());
      if (field.isPrimitive()) {
        Leaf leaf =
            new Leaf(
                childPath,
                field.asPrimitiveType(),
                child == null ? null : child.asPrimitiveConverter());
        leaves.add(leaf);
        children.add(leaf);
      } else {
        children.add(
            group(
                field.asGroupType(),
                readField == null ? null : readField.asGroupType(),
                child == null ? null : child.asGroupConverter(),
                childPath));
      }
    }
    return new GroupConverter() {
      @Override
      public Converter getConverter(int field) {
        return children.get(field);
      }

      @Override
      public void start() {
        if (to != null) {
          to.start();
        }
      }

      @Override
      public void end() {
        if (to != null) {
          to.end();
        }
      }
    };
  }

  /** The values of a column, on their way to the row. */
  private final class Leaf extends PrimitiveConverter {

    private final List<String> path;
    private final PrimitiveType type;
    private final boolean isFlat;
    @Nullable private final PrimitiveConverter to;

    private ColumnChunkMetaData chunk;
    @Nullable private BloomFilter filter;
    @Nullable private ColumnIndex index;
    @Nullable private OffsetIndex offsets;
    private Statistics<?> ofChunk;
    private Statistics<?> ofPage;
    private long values;
    private long valuesOfPage;
    private long absent;
    private int page;

    Leaf(List<String> path, PrimitiveType type, @Nullable PrimitiveConverter to) {
      this.path = path;
      this.type = type;
      this.to = to;
      ColumnDescriptor column =
          file.getFileMetaData().getSchema().getColumnDescription(path.toArray(new String[0]));
      this.isFlat = column.getMaxRepetitionLevel() == 0;
    }

    void begin(ColumnChunkMetaData chunk) throws IOException {
      this.chunk = chunk;
      filter = file.readBloomFilter(chunk);
      index = file.readColumnIndex(chunk);
      offsets = file.readOffsetIndex(chunk);
      ofChunk = Statistics.createStats(type);
      ofPage = Statistics.createStats(type);
      values = 0;
      valuesOfPage = 0;
      absent = 0;
      page = 0;
    }

    void end(long rowsOfGroup) {
      if (offsets != null) {
        while (page < offsets.getPageCount()) {
          endPage(rowsOfGroup);
        }
      }
      ofChunk.mergeStatistics(ofPage);
      if (isFlat && chunk.getValueCount() != rowsOfGroup) {
        countProblems.add(
            name() + ": " + chunk.getValueCount() + " values, but " + rowsOfGroup + " rows");
      }
      Statistics<?> stated = chunk.getStatistics();
      if (stated != null && !stated.isEmpty()) {
        if (ofChunk.hasNonNullValue()
            && stated.hasNonNullValue()
            && (compare(stated, ofChunk.genericGetMin(), true) > 0
                || compare(stated, ofChunk.genericGetMax(), false) < 0)) {
          statisticsProblems.add(name() + ": its bounds exclude a value");
        }
        if (stated.isNumNullsSet() && stated.getNumNulls() != chunk.getValueCount() - values) {
          statisticsProblems.add(
              name()
                  + ": it states "
                  + stated.getNumNulls()
                  + " nulls, but has "
                  + (chunk.getValueCount() - values));
        }
      }
      if (absent > 0) {
        bloomFilterProblems.add(name() + ": " + absent + " values are not in its Bloom filter");
      }
    }

    private void endPage(long rowsOfGroup) {
      if (index != null && page < index.getMinValues().size()) {
        if (ofPage.hasNonNullValue()
            && (index.getNullPages().get(page)
                || compare(ofPage, bound(index.getMinValues().get(page)), true) < 0
                || compare(ofPage, bound(index.getMaxValues().get(page)), false) > 0)) {
          statisticsProblems.add(name() + ", page " + page + ": its bounds exclude a value");
        }
        long rowsOfPage =
            offsets.getLastRowIndex(page, rowsOfGroup) - offsets.getFirstRowIndex(page) + 1;
        if (isFlat
            && index.getNullCounts() != null
            && !index.getNullCounts().isEmpty()
            && index.getNullCounts().get(page) != rowsOfPage - valuesOfPage) {
          statisticsProblems.add(
              name() + ", page " + page + ": its number of nulls is wrong in the column index");
        }
      }
      ofChunk.mergeStatistics(ofPage);
      ofPage = Statistics.createStats(type);
      valuesOfPage = 0;
      page++;
    }

    private String name() {
      return "row group " + rowGroup + ", column " + path.stream().collect(Collectors.joining("."));
    }

    /** The bound of these statistics compared with a value. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // All are of the column's type.
    private int compare(Statistics statistics, Object value, boolean min) {
      return min
          ? statistics.compareMinToValue((Comparable) value)
          : statistics.compareMaxToValue((Comparable) value);
    }

    private Comparable<?> bound(ByteBuffer bytes) {
      ByteBuffer little = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      switch (type.getPrimitiveTypeName()) {
        case BOOLEAN:
          return little.get() != 0;
        case INT32:
          return little.getInt();
        case INT64:
          return little.getLong();
        case FLOAT:
          return little.getFloat();
        case DOUBLE:
          return little.getDouble();
        default:
          return Binary.fromConstantByteBuffer(bytes.duplicate());
      }
    }

    private void seen() {
      while (offsets != null
          && page + 1 < offsets.getPageCount()
          && row >= offsets.getFirstRowIndex(page + 1)) {
        endPage(file.getRowGroups().get(rowGroup).getRowCount());
      }
      values++;
      valuesOfPage++;
    }

    private void lookUp(long hash) {
      if (!filter.findHash(hash)) {
        absent++;
      }
    }

    @Override
    public void addBinary(Binary value) {
      seen();
      ofPage.updateStats(value);
      if (filter != null) {
        lookUp(filter.hash(value));
      }
      if (to != null) {
        to.addBinary(value);
      }
    }

    @Override
    public void addBoolean(boolean value) {
      seen();
      ofPage.updateStats(value);
      if (to != null) {
        to.addBoolean(value);
      }
    }

    @Override
    public void addInt(int value) {
      seen();
      ofPage.updateStats(value);
      if (filter != null) {
        lookUp(filter.hash(value));
      }
      if (to != null) {
        to.addInt(value);
      }
    }

    @Override
    public void addLong(long value) {
      seen();
      ofPage.updateStats(value);
      if (filter != null) {
        lookUp(filter.hash(value));
      }
      if (to != null) {
        to.addLong(value);
      }
    }

    @Override
    public void addFloat(float value) {
      seen();
      if (!Float.isNaN(value)) { // Bounds leave it out.
        ofPage.updateStats(value);
      }
      if (filter != null) {
        lookUp(filter.hash(value));
      }
      if (to != null) {
        to.addFloat(value);
      }
    }

    @Override
    public void addDouble(double value) {
      seen();
      if (!Double.isNaN(value)) {
        ofPage.updateStats(value);
      }
      if (filter != null) {
        lookUp(filter.hash(value));
      }
      if (to != null) {
        to.addDouble(value);
      }
    }
  }
}
