package io.clickstreamlake.sink;

import java.util.PriorityQueue;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService;

/** A processing time service that a test advances. Timers fire in order, at their exact time. */
final class ManualClock implements ProcessingTimeService {

  private record Timer(long time, ProcessingTimeCallback callback) {}

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>((a, b) -> Long.compare(a.time(), b.time()));
  private long now;

  ManualClock(long now) {
    this.now = now;
  }

  @Override
  public long getCurrentProcessingTime() {
    return now;
  }

  @Override
  public ScheduledFuture<?> registerTimer(long time, ProcessingTimeCallback target) {
    timers.add(new Timer(time, target));
    return null;
  }

  void advanceTo(long time) throws Exception {
    while (!timers.isEmpty() && timers.peek().time() <= time) {
      Timer timer = timers.poll();
      now = Math.max(now, timer.time());
      timer.callback().onProcessingTime(timer.time());
    }
    now = Math.max(now, time);
  }
}
