package io.clickstreamlake.batch;

import java.util.HashSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The step that emits the day of each element once per subtask.
 *
 * @param <T> type of the elements
 */
public final class DistinctDays<T> extends RichFlatMapFunction<T, String> {

  private static final long serialVersionUID = 1L;

  private final SerializableFunction<T, String> day;

  private transient HashSet<String> seen;

  /**
   * @param day the folder of an element's day
   */
  public DistinctDays(SerializableFunction<T, String> day) {
    this.day = day;
  }

  @Override
  public void open(OpenContext context) {
    seen = new HashSet<>();
  }

  @Override
  public void flatMap(T element, Collector<String> out) {
    String folder = day.apply(element);
    if (seen.add(folder)) {
      out.collect(folder);
    }
  }
}
