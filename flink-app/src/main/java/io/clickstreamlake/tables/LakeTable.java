package io.clickstreamlake.tables;

import static java.util.Objects.requireNonNull;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.RejectedEvent;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.core.fs.Path;

/**
 * A table that the job writes. Its definition is the property {@code table} of its Avro contract:
 * name, zone, prefix, partitions, retention, readers. The sinks, the DDL in {@code athena/}, and in
 * Terraform the catalog, the crawler, the lifecycle rules and the policies are all derived from it.
 *
 * @param <T> type of the rows
 */
public final class LakeTable<T extends SpecificRecordBase & SpecificRecord>
    implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String METADATA_FOLDER = "_sink";

  public static final LakeTable<ClickEvent> CLICK_EVENTS = of(ClickEvent.class);
  public static final LakeTable<RejectedEvent> REJECTED_EVENTS = of(RejectedEvent.class);
  public static final LakeTable<LedgerEntry> LEDGER = of(LedgerEntry.class);

  /** All tables of the job. A snapshot is restored for all of them or refused for all of them. */
  static final List<LakeTable<?>> ALL = List.of(CLICK_EVENTS, REJECTED_EVENTS, LEDGER);

  private final Class<T> type;
  private final String name;
  private final String prefix;
  private final int partitionColumn;
  private final int expireDays;

  private LakeTable(Class<T> type) {
    Schema contract = SpecificData.get().getSchema(type);
    Map<?, ?> table = definition(contract);
    Map<?, ?> partitions = (Map<?, ?>) requireNonNull(table.get("partitions"));
    String by = (String) partitions.get("by");
    Schema.Field of = contract.getField((String) partitions.get("of"));
    if (!"day".equals(by)
        || of == null
        || !(of.schema().getLogicalType() instanceof LogicalTypes.TimestampMillis)) {
      throw new IllegalStateException(
          "the contract "
              + contract.getName()
              + ": a table of the job is partitioned by day, of a required timestamp-millis column,"
              + " but by "
              + by
              + " of "
              + partitions.get("of"));
    }
    this.type = type;
    this.name = (String) requireNonNull(table.get("name"));
    this.prefix = (String) requireNonNull(table.get("prefix"));
    if (!prefix.endsWith("/")) {
      throw new IllegalStateException(
          "the contract " + contract.getName() + ": the prefix '" + prefix + "' must end with /");
    }
    this.partitionColumn = of.pos();
    Object days = ((Map<?, ?>) requireNonNull(table.get("retention"))).get("expireDays");
    this.expireDays = days instanceof Number ? ((Number) days).intValue() : Integer.MAX_VALUE;
  }

  /** All tables of the job. */
  public static List<LakeTable<?>> all() {
    return ALL;
  }

  /**
   * The schema of each table of the job, by name of the table.
   *
   * @param eventColumns columns of {@link #CLICK_EVENTS}
   */
  public static Map<String, Schema> schemas(EventColumns eventColumns) {
    return ALL.stream()
        .collect(Collectors.toMap(LakeTable::name, table -> table.schema(eventColumns)));
  }

  /** Names of the tables with few rows, each with one writer per job. */
  public static List<String> smallTables() {
    return ALL.stream()
        .filter(table -> table != CLICK_EVENTS)
        .map(LakeTable::name)
        .collect(Collectors.toList());
  }

  private static <T extends SpecificRecordBase & SpecificRecord> LakeTable<T> of(Class<T> type) {
    return new LakeTable<>(type);
  }

  private static Map<?, ?> definition(Schema contract) {
    Object table = contract.getObjectProp("table");
    if (!(table instanceof Map)) {
      throw new IllegalStateException(
          "the Avro contract "
              + contract.getName()
              + " has no property \"table\": add the definition of its table");
    }
    return (Map<?, ?>) table;
  }

  /** Generated Avro class of the rows. */
  public Class<T> type() {
    return type;
  }

  /**
   * The Avro schema of the rows.
   *
   * @param eventColumns columns of {@link #CLICK_EVENTS}; other tables have those of their contract
   */
  public Schema schema(EventColumns eventColumns) {
    return this == CLICK_EVENTS ? eventColumns.schema() : SpecificData.get().getSchema(type);
  }

  /** Name of the table in the catalog and of the sink's operator. */
  public String name() {
    return name;
  }

  /** Folder relative to {@code sink.path}, without a trailing slash. */
  String folder() {
    return prefix.substring(0, prefix.length() - 1);
  }

  /**
   * Folder of the table.
   *
   * @param lake {@code sink.path}
   */
  public Path location(String lake) {
    return new Path(lake + "/" + folder());
  }

  /**
   * Folder of what the sink knows about the table. It is outside of the tables, where neither
   * crawlers nor queries read it.
   *
   * @param lake {@code sink.path}
   */
  public Path metadata(String lake) {
    return new Path(lake + "/" + METADATA_FOLDER + "/" + name);
  }

  /**
   * The folder of a row's day, relative to the table: {@code year=2026/month=11/day=20}.
   *
   * @param row with its partition time
   */
  public String bucket(T row) {
    return new DayBuckets<>(this).bucket(row);
  }

  /** Days after which objects of the table are deleted by default; the maximum if never. */
  public int expireDays() {
    return expireDays;
  }

  /** Name of the column that determines the partition of a row. */
  public String partitionColumnName() {
    return SpecificData.get().getSchema(type).getFields().get(partitionColumn).name();
  }

  /** The time that determines the day, and so the partition, of a row. */
  public Instant partitionTime(T row) {
    return (Instant) row.get(partitionColumn);
  }

  @Override
  public String toString() {
    return name;
  }
}
