package io.clickstreamlake.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A stop with a savepoint and a restart while events are in flight. */
class RestartIT {

  @Test
  void givenEventsInFlightWhenStoppedAndStartedWithAMappingOnS3ThenNoneIsLostOrWrittenTwice()
      throws IOException {
    SharedStack.get();
    SharedStack.send(events("before", "page_view", 1000));
    // No wait: some events are in the stream, some in the job, some in open files.

    SharedStack.restart(Map.of("parse.mapping", mappingOnS3()));
    SharedStack.send(events("after", "seen", 500));
    Accounting accounting = SharedStack.awaitAllAccounted();

    assertThat(accounting.received()).isEqualTo(SharedStack.sent());
    assertThat(
            SharedStack.client()
                .query(
                    "SELECT event_type, count(*), count(DISTINCT event_id) FROM click_events"
                        + " WHERE event_id LIKE 'restart-%' GROUP BY 1")
                .rows())
        // The mapping on S3 maps "seen" to page_view.
        .containsExactly(List.of("page_view", 1500L, 1500L));
    // At a regular stop the archive stores its buffer, and continues after it.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              SharedStack.client().crawl();
              assertThat(
                      SharedStack.client()
                          .query(
                              "SELECT count(*), count(DISTINCT event) FROM raw_events WHERE"
                                  + " json_extract_scalar(event, '$.event_id') LIKE 'restart-%'")
                          .rows())
                  .containsExactly(List.of(1500L, 1500L));
            });
  }

  /** The default mapping with one additional event type name. */
  private static String mappingOnS3() throws IOException {
    Path shipped = SharedStack.ROOT.resolve("flink-app/src/main/resources/mappings/default.yaml");
    String mapping = Files.readString(shipped) + "\nevent_types: {seen: page_view}\n";
    assertThat(mapping).containsOnlyOnce("event_types");
    try (S3Client s3 = LocalAws.s3(SharedStack.client().endpoint(Service.S3))) {
      s3.putObject(
          put -> put.bucket(Buckets.PROCESSED).key("config/mapping.yaml"),
          RequestBody.fromString(mapping));
    }
    return "s3://" + Buckets.PROCESSED + "/config/mapping.yaml";
  }

  private static List<String> events(String name, String type, int count) {
    List<String> events = new ArrayList<>();
    Instant now = Instant.now();
    for (int i = 0; i < count; i++) {
      events.add(
          "{\"event_id\":\"restart-%s-%d\",\"event_type\":\"%s\",\"event_time\":\"%s\"}"
              .formatted(name, i, type, now));
    }
    return events;
  }
}
