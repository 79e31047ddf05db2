package io.clickstreamlake.replay;

import io.clickstreamlake.enrich.EnrichOperator;
import io.clickstreamlake.enrich.EventChain;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.files.AtomicFile;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.ledger.AccountedOperator;
import io.clickstreamlake.ledger.Outcome;
import io.clickstreamlake.parquet.AvroRowReader;
import io.clickstreamlake.parquet.ParquetRewriter;
import io.clickstreamlake.parse.ParseOperator;
import io.clickstreamlake.parse.RecordOutput;
import io.clickstreamlake.parse.RecordReader;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.StagedFile;
import io.clickstreamlake.tables.LakeTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * The operator that tries the rows of each file of rejected_events again. A row leaves the file if
 * at least one of its events is accepted; it then counts as these events, and as what is rejected
 * of it now. Any other row stays as it is.
 *
 * <pre>
 *   row ─▶ parse ─▶ enrich ─┬─ an event is accepted ─▶ events, rejections of the others
 *                           │                          received + events − 1, rejected − 1
 *                           └─ none ────────────────▶ stays
 * </pre>
 *
 * <p>The events of one row decide together, therefore this is one step and not those of the job. A
 * file with rows that leave is written again without them, beside the tables; {@link BatchRun}
 * replaces it after the events are visible.
 */
public final class RetryOperator extends AccountedOperator<RejectedFile, ClickEvent> {

  private static final long serialVersionUID = 1L;

  /** The files without the rows that leave. */
  public static final OutputTag<StagedFile> STAGED =
      new OutputTag<>("staged", TypeInformation.of(StagedFile.class));

  /** Name of the accumulator of files that were read. */
  public static final String FILES = "files";

  /** Name of the accumulator of rows that were tried. */
  public static final String READ = "read";

  /** Names of the accumulators of rows that left, that are rejected again, that have no bytes. */
  public static final String ACCEPTED = "accepted";

  public static final String STAYED = "stayed";
  public static final String WITHOUT_BYTES = "withoutBytes";

  private final RejectedRows selected;
  private final ParseOperator parse;
  private final EnrichOperator enrich;
  private final int zstdLevel;

  /** Null if nothing is changed. */
  @Nullable private final BatchRun run;

  private transient RecordReader reader;
  private transient EventChain chain;
  private transient Clock clock;
  private transient LongCounter files;
  private transient LongCounter read;
  private transient LongCounter accepted;
  private transient LongCounter stayed;
  private transient LongCounter withoutBytes;

  /**
   * @param selected the rows that are tried
   * @param zstdLevel for the files without the rows that leave
   * @param run replaces the files; null if rows are only counted
   */
  public RetryOperator(
      RejectedRows selected,
      ParseOperator parse,
      EnrichOperator enrich,
      int zstdLevel,
      @Nullable BatchRun run) {
    this.selected = selected;
    this.parse = parse;
    this.enrich = enrich;
    this.zstdLevel = zstdLevel;
    this.run = run;
  }

  @Override
  public void open() throws Exception {
    super.open();
    reader = parse.newReader();
    chain = enrich.newChain();
    chain.open(getMetricGroup());
    clock = Clock.systemUTC();
    files = counter(FILES);
    read = counter(READ);
    accepted = counter(ACCEPTED);
    stayed = counter(STAYED);
    withoutBytes = counter(WITHOUT_BYTES);
  }

  private LongCounter counter(String name) {
    LongCounter counter = new LongCounter();
    getRuntimeContext().addAccumulator(name, counter);
    return counter;
  }

  @Override
  public void processElement(StreamRecord<RejectedFile> element) throws Exception {
    RejectedFile file = element.getValue();
    files.add(1);
    FileStatus status;
    try {
      status = file.path().getFileSystem().getFileStatus(file.path());
    } catch (FileNotFoundException e) {
      return; // The retention has deleted it.
    }
    FlinkInputFile input = FlinkInputFile.of(status);
    BitSet leaving = new BitSet();
    int rows = 0;
    try (AvroRowReader<RejectedEvent> reading = AvroRowReader.of(RejectedEvent.class).open(input)) {
      for (RejectedEvent row = reading.next(); row != null; row = reading.next()) {
        if (selected.contain(row) && leaves(row)) {
          leaving.set(rows);
        }
        rows++;
      }
    }
    if (run != null && !leaving.isEmpty()) {
      Path staged = leaving.cardinality() == rows ? null : stage(input, leaving);
      output.collect(
          STAGED,
          new StreamRecord<>(
              StagedFile.replacing(LakeTable.REJECTED_EVENTS.name(), file.bucket, status, staged)));
    }
  }

  /** Writes the rows that stay. */
  private Path stage(FlinkInputFile input, BitSet leaving) throws IOException {
    Path staged = new Path(run.stagingFolder(), UUID.randomUUID() + ".parquet");
    int[] row = {0};
    AtomicFile.write(
        staged,
        out -> new ParquetRewriter(input, zstdLevel).write(any -> leaving.get(row[0]++), out));
    return staged;
  }

  /** Whether an event of a row is accepted; then its events and rejections are emitted. */
  private boolean leaves(RejectedEvent row) {
    read.add(1);
    ByteBuffer payload = row.getPayload().duplicate();
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    if (bytes.length == 0) {
      withoutBytes.add(1);
      return false;
    }
    long arrival = row.getArrivalTime().toEpochMilli();
    Origin origin = new Origin(row.getStream(), row.getShardId(), row.getSequenceNumber());
    Attempt attempt = new Attempt(origin, arrival);
    int events =
        reader.readPart(
            new SourceRecord(bytes, origin, arrival), row.getPosition(), clock.instant(), attempt);
    if (attempt.accepted.isEmpty()) {
      stayed.add(1);
      return false;
    }
    accepted.add(1);
    count(Outcome.RECEIVED, arrival, origin.source, events - 1);
    count(Outcome.REPLAYED, arrival, origin.source, attempt.accepted.size());
    takeBackRejected(row.getReason(), arrival, origin.source);
    attempt.accepted.forEach(event -> output.collect(new StreamRecord<>(event, arrival)));
    attempt.rejected.forEach(this::reject);
    return true;
  }

  /** Collects what the bytes of a row are now. */
  private final class Attempt implements RecordOutput {

    private final Origin origin;
    private final long arrival;
    private final List<ClickEvent> accepted = new ArrayList<>();
    private final List<Rejection> rejected = new ArrayList<>();

    Attempt(Origin origin, long arrival) {
      this.origin = origin;
      this.arrival = arrival;
    }

    @Override
    public void event(ParsedEvent parsed) {
      try {
        chain.derive(parsed);
        chain.protect(parsed);
        accepted.add(parsed.event);
      } catch (RejectedException e) {
        reject(
            e,
            parsed.position,
            parsed.bytes,
            parsed.start,
            parsed.start + parsed.length,
            chain.hasConsent());
      }
    }

    @Override
    public void rejected(RejectedException cause, int position, byte[] bytes, int start, int end) {
      reject(cause, position, bytes, start, end, parse.keepsPayloads());
    }

    private void reject(
        RejectedException cause,
        int position,
        byte[] bytes,
        int start,
        int end,
        boolean keepsPayload) {
      byte[] payload = keepsPayload ? Arrays.copyOfRange(bytes, start, end) : new byte[0];
      rejected.add(Rejection.of(cause, origin, position, arrival, payload));
    }
  }
}
