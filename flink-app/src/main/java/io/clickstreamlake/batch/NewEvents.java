package io.clickstreamlake.batch;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.types.Either;

/**
 * The operator that passes on the events that click_events lacks, each once; the others are
 * duplicates. It runs on a stream keyed by the first half of the digest, in BATCH mode: the rows of
 * a key arrive before its events, and all of them one after the other.
 *
 * <p>It is stricter than {@link MissingRows}: an event that was rejected has no row, so a row with
 * the same id and another content is that of another event.
 */
public final class NewEvents
    extends AccountedOperator<Tuple3<Long, Long, Either<ClickEvent, Rejection>>, ClickEvent> {

  private static final long serialVersionUID = 1L;

  /** Name of the accumulator of events that became rows. */
  public static final String WRITTEN = "written";

  /** Name of the accumulator of events that click_events has. */
  public static final String DUPLICATE = "duplicate";

  private transient LongCounter written;
  private transient LongCounter duplicates;

  private transient long key;
  private transient Set<Long> seen;

  @Override
  public void open() throws Exception {
    super.open();
    written = new LongCounter();
    duplicates = new LongCounter();
    getRuntimeContext().addAccumulator(WRITTEN, written);
    getRuntimeContext().addAccumulator(DUPLICATE, duplicates);
    seen = new HashSet<>();
  }

  @Override
  public void processElement(
      StreamRecord<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> element) {
    Tuple3<Long, Long, Either<ClickEvent, Rejection>> candidate = element.getValue();
    if (candidate.f0 != key) {
      seen.clear();
      key = candidate.f0;
    }
    boolean isNew = seen.add(candidate.f1);
    if (Candidate.isInTable(candidate)) {
      return;
    }
    ClickEvent event = candidate.f2.left();
    long arrival = event.getArrivalTime().toEpochMilli();
    if (isNew) {
      written.add(1);
      output.collect(new StreamRecord<>(event, arrival));
    } else {
      duplicates.add(1);
      count(Outcome.DUPLICATE, arrival, event.getStream());
    }
  }
}
