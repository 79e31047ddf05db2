package io.clickstreamlake.local.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.process.Heartbeat;
import io.clickstreamlake.local.process.PortRequest;
import io.clickstreamlake.local.process.Ports;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.StackClient;
import io.clickstreamlake.local.storage.LocalAws;
import io.clickstreamlake.local.stream.KinesisStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The archive process with its own Kinesalite, and its own bucket in the S3 of the shared stack.
 */
class ArchiveProcessIT {

  private static final String STREAM = "archived";
  private static final String BUCKET = "archive-test";

  @TempDir private Path folder;
  private StackClient stack;
  private Ports ports;
  private ProcessGroup processes;
  private KinesisClient kinesis;
  private S3Client s3;
  private final Set<String> sent = new HashSet<>();

  @BeforeEach
  void startKinesisAndArchive() {
    stack = SharedStack.client();
    ports = Ports.choose(Map.of("kinesis", PortRequest.ANY));
    processes = new ProcessGroup(folder.resolve("pids"), folder.resolve("logs"));
    s3 = LocalAws.s3(stack.endpoint(Service.S3));
    s3.createBucket(r -> r.bucket(BUCKET));
    kinesis = LocalAws.kinesis(kinesisEndpoint());
    startKinesis();
    try (KinesisStream stream = KinesisStream.at(kinesisEndpoint(), STREAM)) {
      stream.createIfMissing(2);
    }
    startArchive();
  }

  @AfterEach
  void endAll() {
    processes.end();
    ports.close();
    for (S3Object object : objects()) {
      s3.deleteObject(r -> r.bucket(BUCKET).key(object.key()));
    }
    s3.deleteBucket(r -> r.bucket(BUCKET));
    s3.close();
    kinesis.close();
  }

  @Test
  void givenKillsARestartOfKinesisAndASplitWhenRecordsAreSentThenEachIsArchived() {
    send("before", 1500);
    awaitObjects();

    kill("archive");
    send("while-the-archive-is-dead", 1500);
    startArchive();

    kinesis.splitShard(
        r ->
            r.streamName(STREAM)
                .shardToSplit("shardId-000000000000")
                .newStartingHashKey("85070591730234615865843651857942052864"));
    awaitActive();
    send("after-the-split", 1500);

    kill("kinesis");
    startKinesis();
    send("after-the-restart", 1500);

    kill("archive");
    startArchive();
    kinesis.mergeShards(
        r ->
            r.streamName(STREAM)
                .shardToMerge("shardId-000000000002")
                .adjacentShardToMerge("shardId-000000000003"));
    awaitActive();
    send("after-the-merge", 1500);

    assertThat(sent).hasSize(7500);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(new HashSet<>(archived().keySet())).isEqualTo(sent));
    // Only records that were buffered during a kill may occur twice.
    assertThat(archived().entrySet().stream().filter(e -> e.getValue() > 2)).isEmpty();
    assertThat(
            archived().entrySet().stream()
                .filter(e -> e.getKey().startsWith("before") && e.getValue() > 1))
        .isEmpty();
    assertThat(objects()).allMatch(object -> object.key().startsWith("raw/year="));
  }

  @Test
  void givenBufferedRecordsWhenTerminatedThenTheyAreStoredExactlyOnce() {
    send("waits", 100);

    processes.end("archive");
    Map<String, Integer> afterEnd = archived();
    startArchive();
    send("later", 100);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(new HashSet<>(archived().keySet())).isEqualTo(sent));
    assertThat(archived().values()).containsOnly(1);
    assertThat(archived().keySet()).containsAll(afterEnd.keySet());
  }

  private URI kinesisEndpoint() {
    return URI.create("http://127.0.0.1:" + ports.of("kinesis"));
  }

  private void startKinesis() {
    processes.start(
        new ProcessSpec(
            "kinesis",
            List.of(
                "node",
                stack.project().kinesalite().resolve("serve.js").toString(),
                "--port",
                Integer.toString(ports.of("kinesis")),
                "--path",
                folder.resolve("kinesis").toString(),
                "--createStreamMs",
                "20",
                "--updateStreamMs",
                "20"),
            Map.of(),
            Readiness.http(kinesisEndpoint()),
            Duration.ofSeconds(60)));
  }

  private void startArchive() {
    Path state = folder.resolve("archive");
    processes.start(
        new ProcessSpec(
            "archive",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Dlog4j.configurationFile=" + stack.project().serviceLogConfiguration().toUri(),
                "-cp",
                System.getProperty("java.class.path"),
                ArchiveProcess.class.getName(),
                kinesisEndpoint().toString(),
                STREAM,
                stack.endpoint(Service.S3).toString(),
                BUCKET,
                state.toString(),
                "test-archive",
                "50000",
                "2",
                "300"),
            Map.of(),
            Heartbeat.in(state).since(Instant.now()),
            Duration.ofSeconds(60)));
  }

  /** Like {@code kill -9}. */
  private void kill(String name) {
    ProcessHandle process =
        processes.living().stream()
            .filter(member -> member.name().equals(name))
            .findAny()
            .orElseThrow()
            .process();
    process.destroyForcibly();
    process.onExit().join();
  }

  private void send(String name, int count) {
    for (int from = 0; from < count; from += 500) {
      List<PutRecordsRequestEntry> entries = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + 500); i++) {
        String text = name + "-" + i + " größe";
        entries.add(
            PutRecordsRequestEntry.builder()
                .partitionKey(text)
                .data(SdkBytes.fromString(text, StandardCharsets.UTF_8))
                .build());
        assertThat(sent.add(text)).isTrue();
      }
      PutRecordsResponse answer = kinesis.putRecords(r -> r.streamName(STREAM).records(entries));
      assertThat(answer.failedRecordCount()).isZero();
    }
  }

  private void awaitActive() {
    await()
        .until(
            () ->
                kinesis
                        .describeStreamSummary(r -> r.streamName(STREAM))
                        .streamDescriptionSummary()
                        .streamStatus()
                    == StreamStatus.ACTIVE);
  }

  /** Returns when all records sent so far are stored, so that they are not read again. */
  private void awaitObjects() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> new HashSet<>(archived().keySet()).equals(sent));
    // The position is written after the object, and the heartbeat after both.
    Readiness positionWritten = Heartbeat.in(folder.resolve("archive")).since(Instant.now());
    await().until(positionWritten::isReady);
  }

  private List<S3Object> objects() {
    return s3.listObjectsV2Paginator(r -> r.bucket(BUCKET)).contents().stream().toList();
  }

  /** Each line of the archive, with the number of its occurrences. */
  private Map<String, Integer> archived() {
    Map<String, Integer> lines = new TreeMap<>();
    for (S3Object object : objects()) {
      byte[] bytes =
          s3.getObjectAsBytes(r -> r.bucket(BUCKET).key(object.key())).asByteArrayUnsafe();
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .forEach(line -> lines.merge(line, 1, Integer::sum));
      } catch (IOException e) {
        throw new UncheckedIOException(object.key(), e);
      }
    }
    return lines;
  }
}
