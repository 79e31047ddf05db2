package io.clickstreamlake.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackProgress;
import io.clickstreamlake.local.stack.StateFolder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A Kinesis that turns every GetRecords away for a while: the job slows down and does not restart.
 * Scaled down: ten seconds instead of ten minutes, and waits of at most 300 ms instead of 10 s, so
 * that a shard asks about as often as in ten minutes; that the default waits last for longer than
 * an hour is a unit test of the source.
 */
@Tag("chaos")
class ThrottledKinesisIT {

  private static final Path STATE = Path.of("target", "throttled-stack").toAbsolutePath();
  private static final Duration THROTTLED = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private ThrottlingProxy kinesis;
  private LocalStack stack;

  @BeforeEach
  void start() throws Exception {
    new StateFolder(STATE).clear();
    kinesis = new ThrottlingProxy();
    stack =
        LocalStack.begin(
            LocalStackSettings.in(SharedStack.ROOT, STATE)
                .crawlInterval(Duration.ofHours(1))
                .checkpointInterval(Duration.ofSeconds(2))
                .jobSetting("roll.interval", "5 s")
                .jobSetting("source.endpoint", kinesis.endpoint().toString())
                .jobSetting("source.backoff.base", "50 ms")
                .jobSetting("source.backoff.max", "300 ms")
                .build(),
            StackProgress.SILENT);
    kinesis.forwardTo(stack.endpoint(Service.KINESIS));
    stack.awaitJob();
    stack.awaitQueries();
  }

  @AfterEach
  void end() {
    if (stack != null) {
      stack.close();
    }
    kinesis.close();
  }

  @Test
  void givenReadsThatAreThrottledWhenItIsOverThenTheJobHasNotRestartedAndEachEventIsThereOnce()
      throws Exception {
    Traffic traffic = new Traffic(stack);
    traffic.start();
    await("events at first").atMost(PATIENCE).until(() -> traffic.sent() > 500);

    kinesis.throttle(true);
    Thread.sleep(THROTTLED.toMillis());
    kinesis.throttle(false);
    long turnedAway = kinesis.throttled();
    long sentMeanwhile = traffic.sent();
    await("events after it").atMost(PATIENCE).until(() -> traffic.sent() > sentMeanwhile + 500);
    traffic.end();

    Accounting accounting =
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(2))
            .until(
                () -> {
                  stack.crawl();
                  return stack.accounting(traffic.sent());
                },
                Accounting::balanced);
    // More than the three retries after which the connector gives up by itself.
    assertThat(turnedAway).isGreaterThan(20);
    assertThat(restarts()).isZero();
    assertThat(accounting.received()).isEqualTo(traffic.sent());
    assertThat(accounting.duplicate()).isEqualTo(traffic.repeated());
    assertThat(stack.query("SELECT count(*), count(DISTINCT event_id) FROM click_events").rows())
        .containsExactly(List.of(accounting.written(), accounting.written()));
  }

  private long restarts() throws Exception {
    URI flink = stack.endpoint(Service.FLINK);
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
