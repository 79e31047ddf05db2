package io.clickstreamlake.batch;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.types.Either;

/**
 * The operator that passes on the events and rejections that the tables lack, each once. It runs on
 * a stream keyed by the first half of the digest, in BATCH mode: all candidates of a key arrive one
 * after the other, sorted by Flink on disk if necessary, so the memory is bounded.
 *
 * <p>The second half of a digest has 32 bits of the compared fields and 32 of the content, see
 * {@link io.clickstreamlake.dedup.EventIdentity}. A row takes the place of the candidate with the
 * same content. A row whose content no candidate has takes the place of any other one with the same
 * fields: mapping or enrichments may have changed since it was written.
 *
 * <p>Of several candidates with the same content the first is passed on, and the others are
 * duplicates. What the tables have already is not counted in the ledger: it was counted when it was
 * written.
 */
public final class MissingRows
    extends AccountedOperator<Tuple3<Long, Long, Either<ClickEvent, Rejection>>, ClickEvent> {

  private static final long serialVersionUID = 1L;

  /** Name of the accumulator of candidates. */
  public static final String READ = "read";

  /** Name of the accumulator of candidates that the tables have. */
  public static final String PRESENT = "present";

  /** Names of the accumulators of what the tables lacked. */
  public static final String WRITTEN = "written";

  public static final String REJECTED = "rejected";
  public static final String DUPLICATE = "duplicate";

  private final Outcome origin;

  private transient LongCounter read;
  private transient LongCounter present;
  private transient LongCounter written;
  private transient LongCounter rejected;
  private transient LongCounter duplicates;

  private transient long key;
  private transient Map<Integer, Group> groups;

  /**
   * @param origin the outcome that tells the events of this batch apart in the ledger
   */
  public MissingRows(Outcome origin) {
    this.origin = origin;
  }

  /** Candidates and rows with the same fields. */
  private static final class Group {

    /** Number of rows by content. */
    final Map<Integer, Integer> rows = new HashMap<>();

    int rowsLeft;

    /** Contents that were passed on, found in the table, or are held. */
    final Set<Integer> seen = new HashSet<>();

    /** Candidates whose place a row may take that no candidate has claimed yet. */
    final List<Either<ClickEvent, Rejection>> held = new ArrayList<>();
  }

  @Override
  public void open() throws Exception {
    super.open();
    read = counter(READ);
    present = counter(PRESENT);
    written = counter(WRITTEN);
    rejected = counter(REJECTED);
    duplicates = counter(DUPLICATE);
    groups = new HashMap<>();
  }

  private LongCounter counter(String name) {
    LongCounter counter = new LongCounter();
    getRuntimeContext().addAccumulator(name, counter);
    return counter;
  }

  @Override
  public void processElement(
      StreamRecord<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> element) {
    Tuple3<Long, Long, Either<ClickEvent, Rejection>> candidate = element.getValue();
    if (candidate.f0 != key) {
      endKey();
      key = candidate.f0;
    }
    int content = candidate.f1.intValue();
    Group group =
        groups.computeIfAbsent((int) (candidate.f1 >>> Integer.SIZE), fields -> new Group());
    if (Candidate.isInTable(candidate)) {
      // Marks have no timestamp, so they precede all candidates of their key.
      group.rows.merge(content, 1, Integer::sum);
      group.rowsLeft++;
    } else {
      read.add(1);
      compare(candidate.f2, content, group);
    }
  }

  private void compare(Either<ClickEvent, Rejection> candidate, int content, Group group) {
    Integer same = group.rows.get(content);
    if (same != null) {
      if (group.seen.add(content)) {
        group.rowsLeft -= same;
      }
      present.add(1);
    } else if (!group.seen.add(content)) {
      if (group.rowsLeft == 0 && group.held.isEmpty()) {
        duplicate(candidate);
      } else {
        // It may be that of a row; then it was counted with that row.
        present.add(1);
      }
    } else if (group.rowsLeft == 0) {
      pass(candidate);
    } else {
      group.held.add(candidate);
    }
  }

  @Override
  public void endInput() throws Exception {
    endKey();
    super.endInput();
  }

  private void endKey() {
    for (Group group : groups.values()) {
      int absorbed = Math.min(group.rowsLeft, group.held.size());
      present.add(absorbed);
      group.held.subList(absorbed, group.held.size()).forEach(this::pass);
    }
    groups.clear();
  }

  private void pass(Either<ClickEvent, Rejection> candidate) {
    count(candidate, Outcome.RECEIVED);
    count(candidate, origin);
    if (candidate.isLeft()) {
      ClickEvent event = candidate.left();
      written.add(1);
      output.collect(new StreamRecord<>(event, event.getArrivalTime().toEpochMilli()));
    } else {
      rejected.add(1);
      reject(candidate.right());
    }
  }

  private void duplicate(Either<ClickEvent, Rejection> candidate) {
    count(candidate, Outcome.RECEIVED);
    count(candidate, origin);
    count(candidate, Outcome.DUPLICATE);
    duplicates.add(1);
  }

  private void count(Either<ClickEvent, Rejection> candidate, Outcome outcome) {
    if (candidate.isLeft()) {
      ClickEvent event = candidate.left();
      count(outcome, event.getArrivalTime().toEpochMilli(), event.getStream());
    } else {
      Rejection rejection = candidate.right();
      count(outcome, rejection.arrivalTime, rejection.origin.source);
    }
  }
}
