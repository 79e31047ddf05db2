package io.clickstreamlake.parquet;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads the rows of one Parquet file as Avro records, in the order of the file. The types are those
 * of {@link AvroParquetSchema}; parquet-avro cannot be used, since it does not read decimals from
 * INT64.
 *
 * <pre>
 * try (AvroRowReader&lt;ClickEvent&gt; rows =
 *     AvroRowReader.of(columns.schema(), columns::newEvent)
 *         .columns(List.of("event_id", "user_id"))
 *         .where(AvroRowReader.isOneOf("user_id", List.of("u1")))
 *         .open(file)) {
 *   for (ClickEvent row = rows.next(); row != null; row = rows.next()) …
 * }
 * </pre>
 *
 * <p>A column that the file does not have, since it was added to the contract or mapping later, is
 * null in each row, also for the filter; only a nullable column can be absent. Columns that are not
 * read stay as the new row has them: null, or 0 in a primitive field of a generated class.
 *
 * <p>At most one row group is in memory: the compressed pages of the columns that are read, and the
 * current page of each. Not thread-safe.
 *
 * @param <T> type of the rows
 */
public final class AvroRowReader<T extends IndexedRecord> implements Closeable {

  private final ParquetFileReader file;
  private final MessageColumnIO columns;
  private final AvroRowConverter<T> converter;
  private final FilterCompat.Filter filter;

  private int rowGroup = -1;
  private long rowsLeft;
  @Nullable private RecordReader<T> rows;

  private AvroRowReader(
      ParquetFileReader file,
      MessageType requested,
      AvroRowConverter<T> converter,
      FilterCompat.Filter filter) {
    this.file = file;
    this.columns =
        new ColumnIOFactory(file.getFileMetaData().getCreatedBy())
            .getColumnIO(requested, file.getFileMetaData().getSchema(), true);
    this.converter = converter;
    this.filter = filter;
  }

  /**
   * What to read: all columns and all rows, unless restricted.
   *
   * @param schema of the rows
   * @param newRow creates a row with this schema
   */
  public static <T extends IndexedRecord> Query<T> of(Schema schema, Supplier<T> newRow) {
    return new Query<>(schema, newRow);
  }

  /** Reads all columns of a file, of whatever contract, as generic records. */
  public static Query<GenericData.Record> of(MessageType columns) {
    Schema schema = AvroParquetSchema.toAvro(columns);
    return of(schema, () -> new GenericData.Record(schema));
  }

  /** Reads rows of a generated class. */
  public static <T extends SpecificRecord> Query<T> of(Class<T> type) {
    Schema schema = SpecificData.get().getSchema(type);
    return of(schema, () -> type.cast(SpecificData.newInstance(type, schema)));
  }

  /**
   * Opens a file to read all of its own columns, of whatever contract, as generic records.
   *
   * @throws IllegalArgumentException if the type of a column is not supported
   */
  public static AvroRowReader<GenericData.Record> openGeneric(InputFile input) throws IOException {
    ParquetFileReader file = Query.open(input, FilterCompat.NOOP);
    try {
      return of(file.getFileMetaData().getSchema()).open(file, FilterCompat.NOOP);
    } catch (RuntimeException e) {
      throw Query.closedAfter(e, file, input);
    }
  }

  /**
   * A filter of rows whose string column has one of these values.
   *
   * <p>It asks the set for null if the file lacks the column, which {@code Set.of} refuses.
   */
  public static FilterPredicate isOneOf(String column, Collection<String> values) {
    Set<Binary> binaries = new HashSet<>();
    values.forEach(value -> binaries.add(Binary.fromString(value)));
    return FilterApi.in(FilterApi.binaryColumn(column), binaries);
  }

  /** The next row, or null after the last. */
  @Nullable
  public T next() throws IOException {
    while (true) {
      while (rowsLeft > 0) {
        rowsLeft--;
        T row = requireNonNull(rows).read();
        if (!rows.shouldSkipCurrentRecord()) {
          return row;
        }
      }
      PageReadStore pages = file.readNextFilteredRowGroup();
      if (pages == null) {
        return null;
      }
      rowGroup++;
      rowsLeft = pages.getRowCount();
      rows = columns.getRecordReader(pages, converter, filter);
    }
  }

  /** The number of the last row's row group among those that were read, from 0. */
  public int rowGroup() {
    return rowGroup;
  }

  /** All rows of the file, whether they match the filter or not. */
  public long rowsOfFile() {
    return file.getFooter().getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
  }

  /** The footer, with the row groups in which the filter may find rows. */
  public ParquetMetadata footer() {
    ParquetMetadata all = file.getFooter();
    return new ParquetMetadata(all.getFileMetaData(), file.getRowGroups());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /**
   * What to read of files. Immutable.
   *
   * @param <T> type of the rows
   */
  public static final class Query<T extends IndexedRecord> {

    private final Schema schema;
    private final Supplier<T> newRow;
    @Nullable private final Set<String> names;
    @Nullable private final FilterPredicate filter;

    private Query(Schema schema, Supplier<T> newRow) {
      this(schema, newRow, null, null);
    }

    private Query(
        Schema schema,
        Supplier<T> newRow,
        @Nullable Set<String> names,
        @Nullable FilterPredicate filter) {
      this.schema = schema;
      this.newRow = newRow;
      this.names = names;
      this.filter = filter;
    }

    /**
     * Reads only these columns, and those of the filter.
     *
     * @throws IllegalArgumentException if the schema does not have one of them
     */
    public Query<T> columns(Collection<String> names) {
      for (String name : names) {
        if (schema.getField(name) == null) {
          throw new IllegalArgumentException(
              "there is no column '" + name + "' in " + schema.getName());
        }
      }
      return new Query<>(schema, newRow, Set.copyOf(names), filter);
    }

    /**
     * Reads only the rows that match. Row groups and pages without such rows are not read, as far
     * as statistics, dictionaries, Bloom filters and page indexes show.
     */
    public Query<T> where(FilterPredicate filter) {
      return new Query<>(schema, newRow, names, requireNonNull(filter));
    }

    /**
     * Opens a file and reads its footer.
     *
     * @throws IOException if it cannot be read, or is no Parquet file
     * @throws IllegalArgumentException if a column of the file has another type than in the schema
     *     or is absent although the schema requires it; the message names the file and the column
     */
    public AvroRowReader<T> open(InputFile input) throws IOException {
      FilterCompat.Filter rows = filter == null ? FilterCompat.NOOP : FilterCompat.get(filter);
      ParquetFileReader file = open(input, rows);
      try {
        return open(file, rows);
      } catch (RuntimeException e) {
        throw closedAfter(e, file, input);
      }
    }

    private static ParquetFileReader open(InputFile input, FilterCompat.Filter rows)
        throws IOException {
      return ParquetFileReader.open(
          input,
          ParquetReadOptions.builder(new PlainParquetConfiguration())
              .withRecordFilter(rows)
              .build());
    }

    private static RuntimeException closedAfter(
        RuntimeException e, ParquetFileReader file, InputFile input) throws IOException {
      file.close();
      return e instanceof IllegalArgumentException
          ? new IllegalArgumentException(input + ": " + e.getMessage(), e)
          : e;
    }

    private AvroRowReader<T> open(ParquetFileReader file, FilterCompat.Filter rows) {
      MessageType requested = requested(file.getFileMetaData().getSchema());
      file.setRequestedSchema(requested);
      return new AvroRowReader<>(
          file, requested, new AvroRowConverter<>(requested, schema, newRow), rows);
    }

    /** Builds the rows of these columns. */
    AvroRowConverter<T> converter(MessageType requested) {
      return new AvroRowConverter<>(requested, schema, newRow);
    }

    /** The columns of a file that are read. */
    MessageType requested(MessageType stored) {
      Set<String> wanted = new HashSet<>();
      schema.getFields().forEach(field -> wanted.add(field.name()));
      if (names != null) {
        wanted.retainAll(names);
      }
      if (filter != null) {
        wanted.addAll(FilterColumns.of(filter));
      }
      List<Type> types = new ArrayList<>();
      for (Schema.Field field : schema.getFields()) {
        if (!wanted.contains(field.name())) {
          continue;
        }
        if (stored.containsField(field.name())) {
          types.add(known(stored.getType(field.name()), field.schema()));
        } else if (!AvroParquetSchema.isNullable(field.schema())) {
          throw new IllegalArgumentException(
              "The file has no column '"
                  + field.name()
                  + "', which is required in "
                  + schema.getName()
                  + ".");
        }
      }
      return new MessageType(stored.getName(), types);
    }

    /** The type without fields of records that the schema does not have. */
    private static Type known(Type stored, Schema nullable) {
      Schema schema = AvroParquetSchema.withoutNull(nullable, stored.getName());
      if (stored.isPrimitive()) {
        return stored;
      }
      GroupType group = stored.asGroupType();
      switch (schema.getType()) {
        case RECORD:
          List<Type> fields = new ArrayList<>();
          for (Type field : group.getFields()) {
            Schema.Field known = schema.getField(field.getName());
            if (known != null) {
              fields.add(known(field, known.schema()));
            }
          }
          return group.withNewFields(fields);
        case ARRAY:
          return withInnermost(group, 0, schema.getElementType());
        case MAP:
          return withInnermost(group, 1, schema.getValueType());
        default:
          return stored;
      }
    }

    private static Type withInnermost(GroupType listOrMap, int field, Schema schema) {
      if (listOrMap.getType(0).isPrimitive()
          || listOrMap.getType(0).asGroupType().getFieldCount() <= field) {
        return listOrMap; // AvroRowConverter rejects it.
      }
      GroupType repeated = listOrMap.getType(0).asGroupType();
      List<Type> fields = new ArrayList<>(repeated.getFields());
      fields.set(field, known(fields.get(field), schema));
      return listOrMap.withNewFields(repeated.withNewFields(fields));
    }
  }
}
