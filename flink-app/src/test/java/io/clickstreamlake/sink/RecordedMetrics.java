package io.clickstreamlake.sink;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;

/** Records the sink's metrics by name, without the group {@code rollingParquet}. */
final class RecordedMetrics {

  private final Map<String, Object> metrics = new HashMap<>();

  SinkWriterMetricGroup group() {
    return InternalSinkWriterMetricGroup.wrap(new Recorder(""));
  }

  long gauge(String name) {
    return ((Number) ((Gauge<?>) metrics.get(name)).getValue()).longValue();
  }

  long counter(String name) {
    return ((Counter) metrics.get(name)).getCount();
  }

  Histogram histogram(String name) {
    return (Histogram) metrics.get(name);
  }

  private final class Recorder extends UnregisteredMetricsGroup implements OperatorMetricGroup {

    private final String prefix;

    Recorder(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Counter counter(String name) {
      Counter counter = super.counter(name);
      metrics.put(prefix + name, counter);
      return counter;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      metrics.put(prefix + name, gauge);
      return gauge;
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
      metrics.put(prefix + name, histogram);
      return histogram;
    }

    @Override
    public MetricGroup addGroup(String name) {
      return new Recorder(name.equals("rollingParquet") ? "" : prefix + name + ".");
    }

    @Override
    public OperatorIOMetricGroup getIOMetricGroup() {
      return UnregisteredMetricsGroup.createOperatorIOMetricGroup();
    }
  }
}
