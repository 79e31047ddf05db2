package io.clickstreamlake.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.api.java.tuple.Tuple7;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that compares the rows of two generations that are the same event. It runs on a
 * stream keyed by {@link ComparedRows}' key, in BATCH mode: all rows of a key arrive one after the
 * other, sorted by Flink on disk if necessary, so only those are in memory.
 *
 * <pre>
 *   f0  string  what differs: {@link Kind}
 *   f1  string  day, a tab and the type; or the id of the event; or the name of the column
 *   f2  int64   number of events in the former generation, or of events with this difference
 *   f3  int64   number of events in the new generation
 * </pre>
 */
public final class GenerationDifferences
    extends AbstractStreamOperator<Tuple4<String, String, Long, Long>>
    implements OneInputStreamOperator<
            Tuple7<String, Boolean, Long, String, String, String, int[]>,
            Tuple4<String, String, Long, Long>>,
        BoundedOneInput {

  private static final long serialVersionUID = 1L;

  /** What differs. */
  public enum Kind {
    /** Events of a day and type. */
    COUNT,
    SAME,
    CHANGED,
    ONLY_OLD,
    ONLY_NEW,
    /** A column of changed events. */
    COLUMN
  }

  /** Maximum number of ids of a kind. */
  static final int SAMPLES = 20;

  /** Days and types in memory until they are passed on. */
  private static final int MAX_COUNTS = 10_000;

  private final long from;
  private final long to;
  private final long newFrom;
  private final ArrayList<String> columns;

  private transient String key;
  private transient List<Tuple7<String, Boolean, Long, String, String, String, int[]>> rows;
  private transient Map<String, long[]> counts;
  private transient Map<Kind, Integer> samples;
  private transient Map<String, Long> changedColumns;

  /** A list that Flink can send. */
  private static ArrayList<String> copy(List<String> names) {
    return new ArrayList<>(names);
  }

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
    this.columns = copy(columns);
  }

  /** The type of the differences. */
  public static TypeInformation<Tuple4<String, String, Long, Long>> type() {
    return Types.TUPLE(Types.STRING, Types.STRING, Types.LONG, Types.LONG);
  }

  @Override
  public void open() throws Exception {
    super.open();
    rows = new ArrayList<>();
    counts = new HashMap<>();
    samples = new HashMap<>();
    changedColumns = new HashMap<>();
  }

  @Override
  public void processElement(
      StreamRecord<Tuple7<String, Boolean, Long, String, String, String, int[]>> element) {
    Tuple7<String, Boolean, Long, String, String, String, int[]> row = element.getValue();
    if (!row.f0.equals(key)) {
      endKey();
      key = row.f0;
    }
    rows.add(row);
  }

  @Override
  public void endInput() {
    endKey();
    passCounts();
    changedColumns.forEach((column, events) -> emit(Kind.COLUMN, column, events, events));
  }

  private void endKey() {
    List<Tuple7<String, Boolean, Long, String, String, String, int[]>> old = new ArrayList<>();
    List<Tuple7<String, Boolean, Long, String, String, String, int[]>> now = new ArrayList<>();
    rows.forEach(row -> (row.f1 ? now : old).add(row));
    rows.clear();
    boolean isCompared =
        old.isEmpty()
            ? now.stream().anyMatch(row -> row.f2 >= newFrom && row.f2 < to)
            : old.stream().anyMatch(row -> row.f2 >= from && row.f2 < to);
    if (!isCompared) {
      return;
    }
    old.forEach(row -> count(row, 0));
    now.forEach(row -> count(row, 1));
    long same = 0;
    for (var row = old.iterator(); row.hasNext(); ) {
      int[] hashes = row.next().f6;
      if (removeOne(now, hashes)) {
        row.remove();
        same++;
      }
    }
    if (same > 0) {
      emit(Kind.SAME, "", same, same);
    }
    int pairs = Math.min(old.size(), now.size());
    for (int i = 0; i < pairs; i++) {
      difference(Kind.CHANGED, now.get(i).f5);
      countColumns(old.get(i).f6, now.get(i).f6);
    }
    old.subList(pairs, old.size()).forEach(row -> difference(Kind.ONLY_OLD, row.f5));
    now.subList(pairs, now.size()).forEach(row -> difference(Kind.ONLY_NEW, row.f5));
    if (counts.size() > MAX_COUNTS) {
      passCounts();
    }
  }

  private static boolean removeOne(
      List<Tuple7<String, Boolean, Long, String, String, String, int[]>> rows, int[] hashes) {
    for (int i = 0; i < rows.size(); i++) {
      if (Arrays.equals(rows.get(i).f6, hashes)) {
        rows.remove(i);
        return true;
      }
    }
    return false;
  }

  private void count(
      Tuple7<String, Boolean, Long, String, String, String, int[]> row, int generation) {
    counts.computeIfAbsent(row.f3 + "\t" + row.f4, day -> new long[2])[generation]++;
  }

  private void countColumns(int[] old, int[] now) {
    for (int i = 0; i < old.length; i++) {
      if (old[i] != now[i]) {
        changedColumns.merge(columns.get(i), 1L, Long::sum);
      }
    }
  }

  /** Ids are passed on as samples; of the others only the number. */
  private void difference(Kind kind, String id) {
    boolean isSample = samples.merge(kind, 1, Integer::sum) <= SAMPLES;
    emit(kind, isSample ? id : "", 1, 1);
  }

  private void passCounts() {
    counts.forEach((day, both) -> emit(Kind.COUNT, day, both[0], both[1]));
    counts.clear();
  }

  private void emit(Kind kind, String what, long old, long now) {
    output.collect(new StreamRecord<>(Tuple4.of(kind.name(), what, old, now)));
  }
}
