package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The command check, beside the job of a running stack. */
class CheckIT {

  @Test
  void givenLiveTrafficWhenTheLakeIsCheckedThenNothingIsWrong() throws Exception {
    SharedStack.client();
    SharedStack.send(events(2_000));
    SharedStack.awaitAllAccounted();

    AtomicBoolean stopped = new AtomicBoolean();
    CompletableFuture<Void> traffic =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 50 && !stopped.get(); i++) {
                SharedStack.send(events(20));
              }
            });
    LakeRun checked;
    try {
      checked = check("--archive");
    } finally {
      stopped.set(true);
      traffic.join();
    }

    assertThat(checked.err()).isEmpty();
    assertThat(checked.out()).contains("checked: findings=0 ");
    assertThat(checked.exitCode()).isZero();
    SharedStack.awaitAllAccounted();
    JsonNode result = new ObjectMapper().readTree(check("--fast", "--json").out()).path("result");
    assertThat(result.at("/tables/click_events/rows").asLong())
        .isEqualTo(SharedStack.client().query("SELECT count(*) FROM click_events").singleLong());
  }

  @Test
  void givenAForeignObjectAndAnOpenUploadWhenTheLakeIsCheckedThenBothAreFound() {
    SharedStack.client();
    String key = "click_events/year=2026/month=11/day=20/notes.txt";
    String upload = "click_events/year=2026/month=11/day=20/open.parquet";
    try (S3Client s3 = LocalAws.s3(SharedStack.client().endpoint(Service.S3))) {
      s3.putObject(
          put -> put.bucket(Buckets.PROCESSED).key(key), RequestBody.fromString("not Parquet"));
      String id =
          s3.createMultipartUpload(open -> open.bucket(Buckets.PROCESSED).key(upload)).uploadId();
      try {
        LakeRun checked = check("--upload-age", "0", "--table", "click_events");
        assertThat(checked.exitCode()).isEqualTo(1);
        assertThat(checked.out())
            .contains(
                "foreign-object  s3://processed/" + key,
                "unreadable-object  s3://processed/" + key,
                "orphaned-upload  s3://processed/" + upload,
                "What to do: ");
      } finally {
        s3.abortMultipartUpload(abort -> abort.bucket(Buckets.PROCESSED).key(upload).uploadId(id));
        s3.deleteObject(delete -> delete.bucket(Buckets.PROCESSED).key(key));
      }
    }
  }

  @Test
  void givenInvalidOptionsWhenTheLakeIsCheckedThenTheExitCodeIsTwo() {
    SharedStack.client();
    assertThat(check("--from", "yesterday").exitCode()).isEqualTo(2);
    assertThat(check("--from", "2026-11-20", "--to", "2026-11-19").exitCode()).isEqualTo(2);
    LakeRun table = check("--table", "clicks");
    assertThat(table.exitCode()).isEqualTo(2);
    assertThat(table.err()).contains("click_events, ledger, rejected_events");
  }

  private static List<String> events(int count) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(
          "{\"event_id\":\"check-%s\",\"event_type\":\"page_view\",\"event_time\":\"2026-11-%02dT10:00:00Z\"}"
              .formatted(UUID.randomUUID(), 10 + i % 3));
    }
    return events;
  }

  private static LakeRun check(String... arguments) {
    return LakeRun.of("check", arguments);
  }
}
