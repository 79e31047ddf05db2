package io.clickstreamlake.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A Kinesis that throttles every GetRecords for some time: the job slows down and does not restart.
 * Scaled down: ten seconds instead of ten minutes, and waits of up to 300 ms instead of 10 s, so
 * the number of requests per shard is about that of ten minutes. A unit test of the source covers
 * that the default retries last longer than an hour.
 */
@Tag("chaos")
class ThrottledKinesisIT {

  private static final Duration THROTTLED = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private ThrottlingProxy kinesis;
  private LocalStack stack;
  private StackClient client;

  @BeforeEach
  void start() throws Exception {
    kinesis = new ThrottlingProxy();
    stack =
        ProxiedStack.start(
            "throttled-stack",
            settings ->
                settings
                    .jobSetting("source.endpoint", kinesis.endpoint().toString())
                    .jobSetting("source.backoff.base", "50 ms")
                    .jobSetting("source.backoff.max", "300 ms"),
            Service.KINESIS,
            kinesis::forwardTo);
    client = stack.client();
  }

  @AfterEach
  void end() {
    if (stack != null) {
      stack.close();
    }
    kinesis.close();
  }

  @Test
  void givenThrottledReadsWhenThrottlingEndsThenTheJobDidNotRestartAndEachEventIsWrittenOnce()
      throws Exception {
    Traffic traffic = new Traffic(client);
    traffic.start();
    await("events at first").atMost(PATIENCE).until(() -> traffic.sent() > 500);

    kinesis.throttle(true);
    Thread.sleep(THROTTLED.toMillis());
    kinesis.throttle(false);
    long throttledRequests = kinesis.throttled();
    long sentMeanwhile = traffic.sent();
    await("events after it").atMost(PATIENCE).until(() -> traffic.sent() > sentMeanwhile + 500);
    traffic.end();

    Accounting accounting = SharedStack.awaitAllAccounted(client, traffic::sent, PATIENCE);
    // More than the three retries after which the connector fails by default.
    assertThat(throttledRequests).isGreaterThan(20);
    assertThat(restarts()).isZero();
    assertThat(accounting.received()).isEqualTo(traffic.sent());
    assertThat(accounting.duplicate()).isEqualTo(traffic.repeated());
    assertThat(client.query("SELECT count(*), count(DISTINCT event_id) FROM click_events").rows())
        .containsExactly(List.of(accounting.written(), accounting.written()));
  }

  private long restarts() throws Exception {
    URI flink = client.endpoint(Service.JOBMANAGER);
    String job = new FlinkRest(flink).activeJobs().get(0);
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(flink.resolve("/jobs/" + job + "/metrics?get=numRestarts"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    assertThat(metrics).startsWith("[{\"id\":\"numRestarts\",\"value\":\"");
    return Long.parseLong(metrics.replaceAll("\\D+", ""));
  }
}
