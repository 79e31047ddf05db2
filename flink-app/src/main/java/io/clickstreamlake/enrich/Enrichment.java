package io.clickstreamlake.enrich;

import io.clickstreamlake.event.ParsedEvent;
import org.apache.flink.metrics.MetricGroup;

/**
 * Adds to an event what can be known from it. One class for each kind of knowledge; {@link
 * Enrichments} names them.
 *
 * <p>An enrichment fills columns that are still null and never overwrites what the producer sent.
 * It has no way to refuse an event: what it cannot tell it leaves null, what looks wrong it flags.
 * One instance belongs to one subtask.
 */
interface Enrichment {

  /** Called once before the first event. */
  default void open(MetricGroup metrics) throws Exception {}

  void enrich(ParsedEvent event);
}
