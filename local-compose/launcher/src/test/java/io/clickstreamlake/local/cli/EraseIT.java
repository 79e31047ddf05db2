package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The command erase, beside the job of a running stack that receives events all the time. */
class EraseIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Found as text wherever it is: in columns, payloads and raw records. */
  private static final String PERSON = "person-erase-me";

  @TempDir private Path folder;

  /** The tables have fewer rows than the tests have sent, so the next test needs another stack. */
  @AfterAll
  static void stopStack() {
    SharedStack.stopIfRunning();
  }

  @Test
  void givenARunningJobWhenAPersonIsErasedThenNothingIsLeftAndTheLedgerSaysHowMuch()
      throws Exception {
    // Each file costs time: of the job, and of each erasure.
    StackClient stack =
        SharedStack.startWithoutState(java.util.Map.of("roll.interval", "15 s")).client();
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      events.add(event("first-" + i, i % 3 == 0 ? PERSON : "other-" + i % 3));
    }
    events.add("{\"event_id\":\"r1\",\"event_type\":\"t\",\"user_id\":\"" + PERSON + "\"}");
    events.add("{\"event_id\":\"r2\",\"event_type\":\"t\",\"user_id\":\"other-1\"}");
    events.add("{\"user_id\": \"" + PERSON + "\", oops");
    SharedStack.send(events);
    SharedStack.awaitAllAccounted();
    Path ids = Files.writeString(folder.resolve("ids.csv"), "user_id\n" + PERSON + "\n");

    LakeRun refused = erase("--file", ids.toString());
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("nothing was erased", "--yes");
    assertThat(persons(stack)).isEqualTo(100);

    Path report = folder.resolve("report.json");
    AtomicBoolean ends = new AtomicBoolean();
    ExecutorService sender = Executors.newSingleThreadExecutor();
    CompletableFuture<Integer> sent = CompletableFuture.supplyAsync(() -> sendUntil(ends), sender);
    LakeRun erased;
    try {
      erased =
          erase(
              "--file",
              ids.toString(),
              "--wait",
              "--archive-buffer",
              "5",
              "--yes",
              "--report",
              report.toString());
    } finally {
      ends.set(true);
      sender.shutdown();
    }
    assertThat(erased.err()).isEmpty();
    assertThat(erased.exitCode()).as(erased.out()).isZero();
    int later = sent.join();
    assertThat(erased.out() + Files.readString(report)).doesNotContain(PERSON);
    JsonNode runs = JSON.readTree(report.toFile()).path("reports");
    assertThat(runs).hasSize(2);
    // Events of the person that arrived after the start were erased or not, by the second run.
    long clicks = sum(runs, "/tables/click_events/rows");
    assertThat(sum(runs, "/tables/rejected_events/rows")).isEqualTo(2);
    assertThat(clicks).isBetween(100L, 100L + later / 2);

    // Now all of them are visible, so nothing has to be awaited.
    Awaitility.await()
        .atMost(java.time.Duration.ofMinutes(2))
        .until(
            () -> {
              stack.crawl();
              return stack.query("SELECT count(*) FROM click_events").singleLong();
            },
            rows -> rows == 300 + later - clicks);
    LakeRun last = erase("--user-id", PERSON, "--yes");
    assertThat(last.out()).contains("--wait");
    assertThat(last.exitCode()).as(last.out()).isEqualTo(EraseCommand.EXIT_NOT_COMPLETE);
    assertThat(persons(stack)).isZero();
    assertThat(
            stack
                .query(
                    "SELECT count(*) FROM rejected_events WHERE from_utf8(payload) LIKE '%"
                        + PERSON
                        + "%'")
                .singleLong())
        .isZero();
    assertThat(ledger(stack, "received")).isEqualTo(303 + later);
    assertThat(ledger(stack, "received"))
        .isEqualTo(
            ledger(stack, "written") + ledger(stack, "rejected") + ledger(stack, "duplicate"));
    assertThat(ledger(stack, "erased")).isEqualTo(100 + 2 + later / 2);
    assertThat(stack.query("SELECT count(*) FROM click_events").singleLong())
        .isEqualTo(200 + later - later / 2);
    assertThat(stack.query("SELECT count(*) FROM rejected_events").singleLong()).isEqualTo(1);
    assertThat(stack.query("SELECT sum(abs(missing)) FROM ledger_balance").singleLong()).isZero();
    assertThat(objectsWithThePerson(stack)).isEmpty();
    assertThat(stack.archivedRecords()).isEqualTo(200 + 1 + later - later / 2);

    assertThat(filesWithThePerson(SharedStack.STATE.resolve("logs"))).isEmpty();
  }

  @Test
  void givenNoPersonOrAnEmptyIdWhenErasedThenTheUsageIsWrong() {
    assertThat(erase().exitCode()).isEqualTo(2);
    assertThat(erase("--user-id", "").exitCode()).isEqualTo(2);
    assertThat(erase("--file", folder.resolve("none.csv").toString()).err())
        .contains("does not exist");
  }

  /** Sends two events every 500 ms, one of them of the person; returns how many. */
  private static int sendUntil(AtomicBoolean ends) {
    int sent = 0;
    while (!ends.get()) {
      SharedStack.send(
          List.of(event("later-" + sent, PERSON), event("later-" + (sent + 1), "other-1")));
      sent += 2;
      Awaitility.await().pollDelay(java.time.Duration.ofMillis(500)).until(() -> true);
    }
    return sent;
  }

  private static String event(String id, String user) {
    return ("{\"event_id\":\"erase-%s\",\"event_type\":\"page_view\",\"event_time\":\"%s\","
            + "\"user_id\":\"%s\"}")
        .formatted(id, java.time.Instant.now(), user);
  }

  private static long persons(StackClient stack) {
    return stack
        .query("SELECT count(*) FROM click_events WHERE user_id = '" + PERSON + "'")
        .singleLong();
  }

  private static long ledger(StackClient stack, String outcome) {
    return stack.query("SELECT coalesce(sum(" + outcome + "), 0) FROM ledger_by_hour").singleLong();
  }

  private static long sum(JsonNode runs, String path) {
    long sum = 0;
    for (JsonNode run : runs) {
      sum += run.at(path).asLong();
    }
    return sum;
  }

  /** Objects of the raw bucket, and of the erasures, with the id of the person. */
  private static List<String> objectsWithThePerson(StackClient stack) throws IOException {
    List<String> found = new ArrayList<>();
    try (S3Client s3 = LocalAws.s3(stack.endpoint(Service.S3))) {
      for (String bucket : List.of(Buckets.RAW, Buckets.PROCESSED)) {
        for (S3Object object : s3.listObjectsV2Paginator(r -> r.bucket(bucket)).contents()) {
          byte[] bytes = s3.getObjectAsBytes(r -> r.bucket(bucket).key(object.key())).asByteArray();
          if (object.key().endsWith(".gz")) {
            bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
          }
          if (object.key().contains(PERSON)
              || new String(bytes, StandardCharsets.ISO_8859_1).contains(PERSON)) {
            found.add(object.key());
          }
        }
      }
    }
    return found;
  }

  private static List<Path> filesWithThePerson(Path logs) throws IOException {
    try (Stream<Path> files = Files.walk(logs)) {
      List<Path> found = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(PERSON)) {
          found.add(file);
        }
      }
      return found;
    }
  }

  private static LakeRun erase(String... arguments) {
    return LakeRun.of("erase", arguments);
  }
}
