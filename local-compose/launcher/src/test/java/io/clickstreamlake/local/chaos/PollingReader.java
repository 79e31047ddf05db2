package io.clickstreamlake.local.chaos;

import io.clickstreamlake.local.stack.StackClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A reader that queries all visible rows repeatedly, and records every wrong result. */
final class PollingReader extends Thread {

  /** The sums over all columns make the engine read and decode every page. */
  private static final String EVERYTHING =
      """
      SELECT count(*), count(DISTINCT event_id), checksum(event_type), checksum(event_time),
        checksum(user_id), checksum(properties), checksum(sequence_number), checksum(arrival_time)
      FROM click_events
      """;

  private final StackClient stack;
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private volatile boolean ended;
  private volatile long rows;
  private volatile int results;

  PollingReader(StackClient stack) {
    super("polling-reader");
    setDaemon(true);
    this.stack = stack;
  }

  @Override
  public void run() {
    while (!ended) {
      try {
        stack.crawl();
        List<Object> answer = stack.query(EVERYTHING).rows().get(0);
        long seen = (Long) answer.get(0);
        if (!answer.get(1).equals(seen)) {
          wrong.add(seen + " rows have " + answer.get(1) + " distinct ids");
        }
        if (seen < rows) {
          wrong.add(rows + " rows became " + seen);
        }
        rows = seen;
        results++;
      } catch (RuntimeException e) {
        wrong.add(e.toString());
      }
    }
  }

  /** Number of rows in the last result. */
  long rows() {
    return rows;
  }

  int results() {
    return results;
  }

  /** Wrong results, which no reader may ever get; empty in a correct run. */
  List<String> wrong() {
    return wrong;
  }

  void end() throws InterruptedException {
    ended = true;
    join();
  }
}
