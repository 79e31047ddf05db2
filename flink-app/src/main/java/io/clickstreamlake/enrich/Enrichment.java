package io.clickstreamlake.enrich;

import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ParsedEvent;
import org.apache.flink.metrics.MetricGroup;

/**
 * One enrichment: derives columns of an event from its other values. {@link Enrichments} lists the
 * implementations.
 *
 * <p>An enrichment fills columns that are still null and never overwrites what the producer sent.
 * It cannot reject an event: it leaves unknown values null and flags suspicious ones. One instance
 * belongs to one subtask.
 */
interface Enrichment {

  /** Adds a problem for each file that is read while the job runs and cannot be read now. */
  default void checkFiles(ValidationErrors problems) {}

  /** Called once before the first event. */
  default void open(MetricGroup metrics) throws Exception {}

  /** Fills null columns of the event and may add flags. */
  void enrich(ParsedEvent event);
}
