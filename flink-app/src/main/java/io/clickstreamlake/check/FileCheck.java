package io.clickstreamlake.check;

import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.parquet.VerifyingReader;
import io.clickstreamlake.sink.PublicationAudit;
import io.clickstreamlake.tables.DayBuckets;
import io.clickstreamlake.tables.LakeTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.core.fs.FileStatus;
import org.apache.parquet.io.InputFile;

/**
 * Checks one file after another: reads all pages, and compares footer, statistics and folder with
 * the rows. A file that does not exist any more is nothing to report. Not thread-safe.
 */
final class FileCheck implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final long HOUR_MILLIS = 3_600_000;
  private static final String WRITER = "clickstream-lake ";

  /** More problems of a kind are counted, but not listed. */
  private static final int LISTED_PROBLEMS = 3;

  private final EventIdentity identity;
  private final EventColumns columns;
  private final boolean fast;

  private transient EventIdentity.Digester digester;

  /**
   * @param fast whether only footers are read, and rows of the ledger
   */
  FileCheck(EventIdentity identity, EventColumns columns, boolean fast) {
    this.identity = identity;
    this.columns = columns;
    this.fast = fast;
  }

  /** Receives the identity of each row of click_events. */
  interface Identities {
    void add(long high, long low, long arrivalTime);
  }

  /** Checks a file. */
  void check(ListedFile file, Consumer<Observation> out, Identities identities) {
    if (digester == null) {
      digester = identity.digester();
    }
    List<Observation> observations = new ArrayList<>();
    try {
      check(file, file.table(), observations, identities);
    } catch (FileNotFoundException e) {
      return; // Moved aside by a rewind, erased, or deleted by the retention.
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // A damaged length can ask for any amount of memory.
      observations.clear();
      observations.add(Observation.finding(FindingKind.UNREADABLE_OBJECT, file.number, reason(e)));
    }
    observations.forEach(out);
  }

  private <T extends SpecificRecordBase & SpecificRecord> void check(
      ListedFile file, LakeTable<T> table, List<Observation> out, Identities identities)
      throws IOException {
    FileStatus status = file.path().getFileSystem().getFileStatus(file.path());
    if (status.getLen() == 0) {
      out.add(Observation.finding(FindingKind.UNREADABLE_OBJECT, file.number, "it has zero bytes"));
      return;
    }
    FlinkInputFile input = FlinkInputFile.of(status);
    Schema schema = table.schema(columns);
    VerifyingReader<T> reader;
    try {
      reader = VerifyingReader.open(input, schema, rows(table));
    } catch (IllegalArgumentException e) {
      out.add(
          Observation.finding(
              FindingKind.WRONG_SCHEMA, file.number, listed(schemaProblems(input, schema, e))));
      return;
    }
    try (reader) {
      List<String> schemaProblems = reader.schemaProblems(schema);
      report(FindingKind.WRONG_SCHEMA, file, schemaProblems, out);
      if (reader.createdBy() == null
          || PublicationAudit.openedAt(file.name()).isPresent()
              && !reader.createdBy().startsWith(WRITER)) {
        out.add(
            Observation.finding(
                FindingKind.FOREIGN_WRITER, file.number, "written by " + reader.createdBy()));
      }
      if (fast && table != LakeTable.LEDGER) {
        report(FindingKind.WRONG_ROW_COUNT, file, reader.countProblems(), out);
        checkBounds(file, table, reader, out);
        out.add(Observation.read(file.number, reader.rowsOfFile()));
      } else {
        readRows(file, table, reader, schemaProblems.isEmpty(), out, identities);
      }
    }
  }

  private static List<String> schemaProblems(
      InputFile input, Schema schema, IllegalArgumentException failure) throws IOException {
    List<String> problems = VerifyingReader.schemaProblems(input, schema);
    return problems.isEmpty() ? List.of(reason(failure)) : problems;
  }

  private <T extends SpecificRecordBase & SpecificRecord> void checkBounds(
      ListedFile file, LakeTable<T> table, VerifyingReader<T> reader, List<Observation> out) {
    if (file.day().isEmpty()) {
      return;
    }
    for (long bound : reader.boundsOf(table.partitionColumnName())) {
      if (!DayBuckets.day(bound).equals(file.bucket)) {
        out.add(
            Observation.finding(
                FindingKind.WRONG_PARTITION,
                file.number,
                "its footer says that a row is of " + DayBuckets.day(bound)));
        return;
      }
    }
  }

  /**
   * @param hasMeaning whether the columns are those of the contract; if not, only pages are read
   */
  private <T extends SpecificRecordBase & SpecificRecord> void readRows(
      ListedFile file,
      LakeTable<T> table,
      VerifyingReader<T> reader,
      boolean hasMeaning,
      List<Observation> out,
      Identities identities) {
    Map<Key, Observation> counts = new HashMap<>();
    DayBuckets<T> days = new DayBuckets<>(table);
    boolean isPartition = file.day().isPresent();
    long rows = 0;
    long elsewhere = 0;
    String otherDay = null;
    try {
      for (T row = reader.next(); row != null; row = reader.next()) {
        rows++;
        if (!hasMeaning) {
          continue; // A column of another type, such as a time in another unit.
        }
        if (isPartition && !days.bucket(row).equals(file.bucket)) {
          elsewhere++;
          otherDay = days.bucket(row);
        }
        count(file, row, counts, identities);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      out.add(
          Observation.finding(
              FindingKind.DAMAGED_PAGE, file.number, "after row " + rows + ": " + reason(e)));
      return;
    }
    report(FindingKind.WRONG_ROW_COUNT, file, reader.countProblems(), out);
    report(FindingKind.WRONG_STATISTICS, file, reader.statisticsProblems(), out);
    report(FindingKind.WRONG_BLOOM_FILTER, file, reader.bloomFilterProblems(), out);
    if (elsewhere > 0) {
      out.add(
          Observation.finding(
              FindingKind.WRONG_PARTITION,
              file.number,
              elsewhere + " of " + rows + " rows are of other days, such as " + otherDay));
    }
    out.addAll(counts.values());
    out.add(Observation.read(file.number, rows));
  }

  private void count(
      ListedFile file,
      SpecificRecordBase row,
      Map<Key, Observation> counts,
      Identities identities) {
    if (row instanceof ClickEvent) {
      ClickEvent event = (ClickEvent) row;
      long arrival = event.getArrivalTime().toEpochMilli();
      count(file, event.getArrivalTime(), event.getStream(), null, false, 1, counts);
      digester.digest(event);
      identities.add(digester.high(), digester.low(), arrival);
    } else if (row instanceof RejectedEvent) {
      RejectedEvent rejected = (RejectedEvent) row;
      count(file, rejected.getArrivalTime(), rejected.getStream(), null, false, 1, counts);
    } else {
      LedgerEntry entry = (LedgerEntry) row;
      count(
          file,
          entry.getArrivalHour(),
          entry.getStream(),
          entry.getOutcome(),
          entry.getReason() != null,
          entry.getEvents(),
          counts);
    }
  }

  private static void count(
      ListedFile file,
      Instant arrival,
      String stream,
      @Nullable String outcome,
      boolean hasReason,
      long rows,
      Map<Key, Observation> counts) {
    long hour = Math.floorDiv(arrival.toEpochMilli(), HOUR_MILLIS) * HOUR_MILLIS;
    Observation count =
        counts.computeIfAbsent(
            new Key(hour, stream, outcome, hasReason),
            key -> {
              Observation first = new Observation();
              first.file = file.number;
              first.hour = hour;
              first.stream = stream;
              first.outcome = outcome;
              first.hasReason = hasReason;
              return first;
            });
    count.rows += rows;
  }

  private static void report(
      FindingKind kind, ListedFile file, List<String> problems, List<Observation> out) {
    if (!problems.isEmpty()) {
      out.add(Observation.finding(kind, file.number, listed(problems)));
    }
  }

  private static String listed(List<String> problems) {
    String text =
        String.join("; ", problems.subList(0, Math.min(LISTED_PROBLEMS, problems.size())));
    return problems.size() > LISTED_PROBLEMS
        ? text + "; and " + (problems.size() - LISTED_PROBLEMS) + " more"
        : text;
  }

  /** The innermost message: what contains it repeats the path. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : cause.getMessage().lines().findFirst().orElse("");
  }

  @SuppressWarnings("unchecked") // The schema is that of the table's type.
  private <T extends SpecificRecordBase & SpecificRecord> Supplier<T> rows(LakeTable<T> table) {
    if (table == LakeTable.CLICK_EVENTS) {
      return () -> (T) columns.newEvent();
    }
    Schema schema = SpecificData.get().getSchema(table.type());
    return () -> table.type().cast(SpecificData.newInstance(table.type(), schema));
  }

  /** What the rows of a file are counted by. */
  private static final class Key {

    private final long hour;
    private final String stream;
    @Nullable private final String outcome;
    private final boolean hasReason;

    Key(long hour, String stream, @Nullable String outcome, boolean hasReason) {
      this.hour = hour;
      this.stream = stream;
      this.outcome = outcome;
      this.hasReason = hasReason;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key
          && hour == ((Key) other).hour
          && stream.equals(((Key) other).stream)
          && Objects.equals(outcome, ((Key) other).outcome)
          && hasReason == ((Key) other).hasReason;
    }

    @Override
    public int hashCode() {
      return Objects.hash(hour, stream, outcome, hasReason);
    }
  }
}
