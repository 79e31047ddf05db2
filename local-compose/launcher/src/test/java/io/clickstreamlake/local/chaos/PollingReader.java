package io.clickstreamlake.local.chaos;

import io.clickstreamlake.local.stack.LocalStack;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An analyst who asks again and again: reads all rows of all files that are visible, and notes each
 * answer that must not be.
 */
final class PollingReader extends Thread {

  /** The sums over all columns make the engine read and decode every page. */
  private static final String EVERYTHING =
      """
      SELECT count(*), count(DISTINCT event_id), checksum(event_type), checksum(event_time),
        checksum(user_id), checksum(properties), checksum(sequence_number), checksum(arrival_time)
      FROM click_events
      """;

  private final LocalStack stack;
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private volatile boolean ended;
  private volatile long rows;
  private volatile int answers;

  PollingReader(LocalStack stack) {
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
        answers++;
      } catch (RuntimeException e) {
        wrong.add(e.toString());
      }
    }
  }

  /** Rows that the last answer saw. */
  long rows() {
    return rows;
  }

  int answers() {
    return answers;
  }

  /** What no reader may ever see; empty if all was well. */
  List<String> wrong() {
    return wrong;
  }

  void end() throws InterruptedException {
    ended = true;
    join();
  }
}
