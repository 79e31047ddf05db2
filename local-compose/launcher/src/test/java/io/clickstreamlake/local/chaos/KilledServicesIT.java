package io.clickstreamlake.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.Accounting;
import io.clickstreamlake.local.stack.LocalStack;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.stack.StackProgress;
import io.clickstreamlake.local.stack.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kills each service in turn, under traffic; only the supervisor starts them again. */
@Tag("chaos")
class KilledServicesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final StateFolder state =
      new StateFolder(Path.of("target", "killed-services-stack").toAbsolutePath());
  private LocalStack stack;

  @BeforeEach
  void start() {
    state.clear();
    stack =
        LocalStack.start(
            LocalStackSettings.in(SharedStack.ROOT, state.root())
                .crawlInterval(Duration.ofHours(1))
                .checkpointInterval(Duration.ofSeconds(2))
                .jobSetting("roll.interval", "4 s")
                .build());
    stack.supervise();
  }

  @AfterEach
  void end() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void givenTrafficWhenEachServiceIsKilledThenItRunsAgainAndEachEventIsThereOnce()
      throws Exception {
    StackClient client = stack.client();
    for (Service service : Service.values()) {
      if (stack.processes().containsKey(service.key())) {
        Traffic traffic = new Traffic(client, service.key());
        // A put whose response is lost is repeated; that the stream then has it twice is no fault.
        if (service != Service.KINESIS) {
          traffic.start();
        }
        ProcessHandle killed = stack.processes().get(service.key()).orElseThrow();
        killed.destroyForcibly();
        killed.onExit().get(30, TimeUnit.SECONDS);
        await(service + " runs again")
            .atMost(PATIENCE)
            .until(() -> stack.processes().get(service.key()).isPresent());
        await("the job runs after " + service)
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> client.flink().activeJobs().size() == 1 && jobRuns(client));
        if (service != Service.KINESIS) {
          traffic.end();
          total = total.plus(traffic);
        }
      }
    }

    Accounting accounting =
        await("all events are accounted for")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .ignoreExceptions()
            .until(
                () -> {
                  client.crawl();
                  return client.accounting(total.sent());
                },
                Accounting::balanced);

    long good = total.sent() - total.broken() - total.repeated();
    assertThat(accounting)
        .isEqualTo(
            new Accounting(total.sent(), total.sent(), good, total.broken(), total.repeated()));
    assertThat(client.query("SELECT count(*), count(DISTINCT event_id) FROM click_events").rows())
        .containsExactly(List.of(good, good));
    assertThat(
            Files.readString(state.logs().resolve("supervisor.log"))
                .lines()
                .filter(line -> line.endsWith(" has ended and is started again"))
                .map(line -> line.split(" ")[1])
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            Service.processes().stream().map(Service::key).toList());
    assertThat(client.query("SELECT sum(missing), sum(abs(missing)) FROM ledger_balance").rows())
        .containsExactly(List.of(0L, 0L));
    stack.stop(StackProgress.SILENT);
    assertThat(LocalStack.runsOn(state.root())).isFalse();
  }

  private Totals total = new Totals(0, 0, 0);

  private record Totals(long sent, long broken, long repeated) {
    Totals plus(Traffic traffic) {
      return new Totals(
          sent + traffic.sent(), broken + traffic.broken(), repeated + traffic.repeated());
    }
  }

  private static boolean jobRuns(StackClient client) {
    String id = client.flink().activeJobs().get(0);
    return client.flink().job(id).allTasksRun();
  }
}
