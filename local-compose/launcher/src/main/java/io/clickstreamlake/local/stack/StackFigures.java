package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.flink.JobFigures;
import io.clickstreamlake.local.query.QueryResult;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The figures of a running stack at one moment, for people and for alarms. What cannot be read is
 * absent, and {@code unavailable} has the reason.
 *
 * @param job the job, if one was submitted
 * @param lastFailure message of its last failure
 * @param figures of Flink
 * @param delay until an event is visible
 * @param events by outcome, in the tables
 * @param archivedRecords records in the raw archive
 * @param newestFile when the newest visible file of click_events was written
 * @param newestArrival when the newest visible event arrived at the stream
 * @param disk of the state folder, if it is on this machine
 * @param shortage the disks with too little space
 * @param unavailable why figures are absent, one sentence per source
 */
public record StackFigures(
    Optional<FlinkRest.Job> job,
    Optional<String> lastFailure,
    Optional<JobFigures> figures,
    Optional<RowDelay> delay,
    Optional<Accounting> events,
    Optional<Long> archivedRecords,
    Optional<Instant> newestFile,
    Optional<Instant> newestArrival,
    Optional<StateSize> disk,
    Optional<String> shortage,
    List<String> unavailable) {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSS]['Z'][' UTC']");

  public StackFigures {
    unavailable = List.copyOf(unavailable);
  }

  /**
   * @param state folder of the state, if it is on this machine
   */
  public static StackFigures read(StackClient stack, Optional<Path> state) {
    List<String> unavailable = new ArrayList<>();
    Optional<FlinkRest.Job> job = orReason(stack::job, unavailable);
    FlinkRest flink = stack.flink();
    Optional<QueryResult> newest =
        orReason(
            () ->
                Optional.of(
                    stack.query(
                        "SELECT max(\"$file_modified_time\"), max(arrival_time) FROM click_events")),
            unavailable);
    return new StackFigures(
        job,
        job.flatMap(j -> orReason(() -> flink.lastFailure(j.id()), unavailable)),
        job.flatMap(j -> orReason(() -> Optional.of(flink.figures(j.id())), unavailable)),
        orReason(stack::rowDelay, unavailable),
        orReason(() -> Optional.of(stack.accounting(0)), unavailable),
        orReason(() -> Optional.of(stack.archivedRecords()), unavailable),
        newest.flatMap(result -> time(result.rows().get(0).get(0))),
        newest.flatMap(result -> time(result.rows().get(0).get(1))),
        state.map(StateSize::of),
        state.flatMap(
            folder -> new StackDisks(new StateFolder(folder)).shortage(StackDisks.NEEDED_TO_RUN)),
        unavailable.stream().distinct().toList());
  }

  private static <T> Optional<T> orReason(Supplier<Optional<T>> figure, List<String> reasons) {
    try {
      return figure.get();
    } catch (LakeException e) {
      reasons.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Instant> time(Object value) {
    return value == null
        ? Optional.empty()
        : Optional.of(LocalDateTime.parse((String) value, TIMESTAMP).toInstant(ZoneOffset.UTC));
  }
}
