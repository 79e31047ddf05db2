package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs the job with its default settings; DuckDB reads the column that the enrichment fills. */
class WeekdayColumnTest {

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path lake;

  @Test
  void givenEventsOfAWeekWhenTheJobRunsThenTheFilesHaveTheirWeekdays() throws Exception {
    List<String> events = new ArrayList<>();
    for (int day = 14; day <= 20; day++) {
      events.add(
          String.format(
              "{\"event_id\":\"e%d\",\"event_type\":\"page_view\",\"event_time\":\"2026-11-%dT09:00:00Z\"}",
              day, day));
    }

    JobRun.over(lake, Map.of(), events);

    assertThat(
            JobRun.query(
                lake,
                "click_events",
                "SELECT event_id, weekday, dayname(event_time) FROM $table ORDER BY event_id"))
        .containsExactly(
            List.of("e14", 6, "Saturday"),
            List.of("e15", 7, "Sunday"),
            List.of("e16", 1, "Monday"),
            List.of("e17", 2, "Tuesday"),
            List.of("e18", 3, "Wednesday"),
            List.of("e19", 4, "Thursday"),
            List.of("e20", 5, "Friday"));
  }
}
