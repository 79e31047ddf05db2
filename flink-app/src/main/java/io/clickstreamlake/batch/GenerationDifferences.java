package io.clickstreamlake.batch;

import io.clickstreamlake.batch.GenerationDifference.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that compares the rows of two generations that are the same event. It runs on a
 * stream keyed by {@link ComparedRow#key}, in BATCH mode: all rows of a key arrive one after the
 * other, sorted by Flink on disk if necessary, so only those are in memory. It emits numbers, and a
 * few ids as samples: differences with a name and without events.
 */
public final class GenerationDifferences extends AbstractStreamOperator<GenerationDifference>
    implements OneInputStreamOperator<ComparedRow, GenerationDifference>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  /** Maximum number of ids of a kind. */
  static final int SAMPLES = 20;

  /** Days and types in memory until they are passed on. */
  private static final int MAX_COUNTS = 10_000;

  private final long from;
  private final long to;
  private final long newFrom;
  private final ArrayList<String> columns;

  private transient String key;
  private transient List<ComparedRow> rows;
  private transient Map<String, long[]> counts;
  private transient Map<Kind, Long> totals;
  private transient Map<String, Long> changedColumns;

  /**
   * @param from first arrival in the former generation, milliseconds since 1970
   * @param to end of that, exclusive
   * @param newFrom first arrival in the new one, which may be earlier by what an object of the
   *     archive spans
   * @param columns names of the columns, in the order of the hashes
   */
  public GenerationDifferences(long from, long to, long newFrom, List<String> columns) {
    this.from = from;
    this.to = to;
    this.newFrom = newFrom;
    this.columns = new ArrayList<>(columns);
  }

  @Override
  public void open() throws Exception {
    super.open();
    rows = new ArrayList<>();
    counts = new HashMap<>();
    totals = new EnumMap<>(Kind.class);
    changedColumns = new HashMap<>();
  }

  @Override
  public void processElement(StreamRecord<ComparedRow> element) {
    ComparedRow row = element.getValue();
    if (!row.key.equals(key)) {
      endKey();
      key = row.key;
    }
    rows.add(row);
  }

  @Override
  public void endInput() {
    endKey();
    passCounts();
    totals.forEach((kind, events) -> emit(kind, "", events, events));
    changedColumns.forEach((column, events) -> emit(Kind.COLUMN, column, events, events));
  }

  private void endKey() {
    List<ComparedRow> old = new ArrayList<>();
    List<ComparedRow> now = new ArrayList<>();
    rows.forEach(row -> (row.isNew ? now : old).add(row));
    rows.clear();
    boolean isCompared =
        old.isEmpty()
            ? now.stream().anyMatch(row -> row.arrival >= newFrom && row.arrival < to)
            : old.stream().anyMatch(row -> row.arrival >= from && row.arrival < to);
    if (!isCompared) {
      return;
    }
    old.forEach(row -> count(row, 0));
    now.forEach(row -> count(row, 1));
    for (var row = old.iterator(); row.hasNext(); ) {
      int[] hashes = row.next().hashes;
      if (removeOne(now, hashes)) {
        row.remove();
        totals.merge(Kind.SAME, 1L, Long::sum);
      }
    }
    int pairs = Math.min(old.size(), now.size());
    for (int i = 0; i < pairs; i++) {
      difference(Kind.CHANGED, now.get(i).id);
      countColumns(old.get(i).hashes, now.get(i).hashes);
    }
    old.subList(pairs, old.size()).forEach(row -> difference(Kind.ONLY_OLD, row.id));
    now.subList(pairs, now.size()).forEach(row -> difference(Kind.ONLY_NEW, row.id));
    if (counts.size() > MAX_COUNTS) {
      passCounts();
    }
  }

  private static boolean removeOne(List<ComparedRow> rows, int[] hashes) {
    for (int i = 0; i < rows.size(); i++) {
      if (Arrays.equals(rows.get(i).hashes, hashes)) {
        rows.remove(i);
        return true;
      }
    }
    return false;
  }

  private void count(ComparedRow row, int generation) {
    counts.computeIfAbsent(row.day + "\t" + row.type, day -> new long[2])[generation]++;
  }

  private void countColumns(int[] old, int[] now) {
    for (int i = 0; i < old.length; i++) {
      if (old[i] != now[i]) {
        changedColumns.merge(columns.get(i), 1L, Long::sum);
      }
    }
  }

  private void difference(Kind kind, String id) {
    if (totals.merge(kind, 1L, Long::sum) <= SAMPLES) {
      emit(kind, id, 0, 0);
    }
  }

  private void passCounts() {
    counts.forEach((day, both) -> emit(Kind.COUNT, day, both[0], both[1]));
    counts.clear();
  }

  private void emit(Kind kind, String name, long former, long current) {
    output.collect(new StreamRecord<>(new GenerationDifference(kind, name, former, current)));
  }
}
