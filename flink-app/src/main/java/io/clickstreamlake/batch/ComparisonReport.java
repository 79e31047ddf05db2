package io.clickstreamlake.batch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.batch.GenerationDifference.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The operator that adds up the differences of two generations. It must have a parallelism of 1. At
 * the end the accumulator {@value #REPORT} has one JSON text:
 *
 * <pre>
 *   {"same": 990, "changed": 8, "onlyOld": 1, "onlyNew": 2,
 *    "columns": {"campaign": 8},
 *    "samples": {"changed": ["e1", …], "onlyOld": ["e2"], "onlyNew": ["e3", "e4"]},
 *    "days": [{"day": "2026-11-20", "type": "view", "old": 999, "new": 1000}]}
 * </pre>
 */
public final class ComparisonReport extends AbstractStreamOperator<String>
    implements OneInputStreamOperator<GenerationDifference, String>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  /** Name of the accumulator, a list with the text. */
  public static final String REPORT = "comparison";

  private transient Map<Kind, Long> totals;
  private transient Map<Kind, List<String>> samples;
  private transient Map<String, Long> columns;
  private transient Map<String, long[]> days;
  private transient ListAccumulator<String> report;

  @Override
  public void open() throws Exception {
    super.open();
    totals = new EnumMap<>(Kind.class);
    samples = new EnumMap<>(Kind.class);
    columns = new TreeMap<>();
    days = new TreeMap<>();
    report = new ListAccumulator<>();
    getRuntimeContext().addAccumulator(REPORT, report);
  }

  @Override
  public void processElement(StreamRecord<GenerationDifference> element) {
    GenerationDifference difference = element.getValue();
    switch (difference.kind) {
      case COUNT:
        long[] both = days.computeIfAbsent(difference.name, day -> new long[2]);
        both[0] += difference.former;
        both[1] += difference.current;
        break;
      case COLUMN:
        columns.merge(difference.name, difference.former, Long::sum);
        break;
      default:
        totals.merge(difference.kind, difference.former, Long::sum);
        List<String> ids = samples.computeIfAbsent(difference.kind, each -> new ArrayList<>());
        if (!difference.name.isEmpty() && ids.size() < GenerationDifferences.SAMPLES) {
          ids.add(difference.name);
        }
        break;
    }
  }

  @Override
  public void endInput() {
    ObjectNode json = new JsonMapper().createObjectNode();
    ObjectNode ids = json.objectNode();
    for (Kind kind : List.of(Kind.SAME, Kind.CHANGED, Kind.ONLY_OLD, Kind.ONLY_NEW)) {
      json.put(name(kind), totals.getOrDefault(kind, 0L));
      if (kind != Kind.SAME) {
        ArrayNode array = ids.putArray(name(kind));
        samples.getOrDefault(kind, List.of()).stream().sorted().forEach(array::add);
      }
    }
    ObjectNode changed = json.putObject("columns");
    columns.forEach(changed::put);
    json.set("samples", ids);
    ArrayNode counts = json.putArray("days");
    days.forEach(
        (day, both) ->
            counts
                .addObject()
                .put("day", day.substring(0, day.indexOf('\t')))
                .put("type", day.substring(day.indexOf('\t') + 1))
                .put("old", both[0])
                .put("new", both[1]));
    report.add(json.toString());
  }

  private static String name(Kind kind) {
    String[] words = kind.name().toLowerCase(Locale.ROOT).split("_");
    return words.length == 1
        ? words[0]
        : words[0] + Character.toUpperCase(words[1].charAt(0)) + words[1].substring(1);
  }
}
