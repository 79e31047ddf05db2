package io.clickstreamlake.local.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the archive, with a stream and a bucket in memory. */
class RawArchiveTest {

  private static final Instant START = Instant.parse("2026-11-20T10:15:30Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final FakeStream stream = new FakeStream();
  private final FakeStore store = new FakeStore();
  private final FakeClock clock = new FakeClock();
  private long bufferBytes = 1000;
  private int heartbeats;

  @Test
  void givenRecordsWhenTheIntervalHasPassedThenTheyAreStoredAsReceivedUnderFirehosesName()
      throws IOException {
    stream.put("shard-0", START, "{\"a\":1}");
    stream.put("shard-0", START.plusSeconds(2), "not json");
    RawArchive archive = archive();

    archive.turn();
    clock.advance(Duration.ofSeconds(59));
    archive.turn();
    assertThat(store.objects).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    archive.turn();

    assertThat(store.objects).hasSize(1);
    String key = store.objects.keySet().iterator().next();
    assertThat(key)
        .matches(
            "raw/year=2026/month=11/day=20/hour=10/test-archive-1-2026-11-20-10-15-30"
                + "-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\.gz");
    assertThat(gunzip(store.objects.get(key))).isEqualTo("{\"a\":1}\nnot json\n");
  }

  @Test
  void givenMoreRecordsThanABufferWhenReadThenAnObjectIsWrittenImmediately() {
    bufferBytes = 20;
    for (int i = 0; i < 6; i++) {
      stream.put("shard-0", START, "123456789");
    }
    RawArchive archive = archive();

    archive.turn();
    archive.turn();

    assertThat(store.linesOfObjects()).containsExactly(2, 2, 2);
  }

  @Test
  void givenAnHourThatEndsWhenReadThenEachRecordIsInTheHourOfItsArrival() {
    stream.put("shard-0", Instant.parse("2026-12-31T23:59:59.999Z"), "old");
    stream.put("shard-0", Instant.parse("2027-01-01T00:00:00Z"), "new");
    RawArchive archive = archive();

    archive.turn();
    clock.advance(Duration.ofMinutes(1));
    archive.turn();

    assertThat(store.lines("raw/year=2026/month=12/day=31/hour=23/")).containsExactly("old");
    assertThat(store.lines("raw/year=2027/month=01/day=01/hour=00/")).containsExactly("new");
  }

  @Test
  void givenStoredAndBufferedRecordsWhenKilledAndStartedThenOnlyTheBufferedAreReadAgain() {
    stream.put("shard-0", START, "stored");
    RawArchive killed = archive();
    killed.turn();
    clock.advance(Duration.ofMinutes(1));
    killed.turn();
    stream.put("shard-0", START, "waits");
    killed.turn();
    assertThat(store.lines("raw/")).containsExactly("stored");

    RawArchive next = archive();
    next.turn();
    clock.advance(Duration.ofMinutes(1));
    next.turn();

    assertThat(store.lines("raw/")).containsExactly("stored", "waits");
  }

  @Test
  void givenBufferedRecordsWhenStoppedThenTheyAreStored() throws InterruptedException {
    stream.put("shard-0", START, "waits");
    RawArchive archive = archive();
    archive.turn();

    archive.stop();
    archive.run();

    assertThat(store.lines("raw/")).containsExactly("waits");
  }

  @Test
  void givenASplitShardWhenReadThenChildrenAreReadAfterTheParentIsStoredToItsEnd() {
    stream.put("shard-0", START, "parent");
    stream.close("shard-0");
    stream.addShard("shard-1", List.of("shard-0"));
    stream.addShard("shard-2", List.of("shard-0"));
    stream.put("shard-1", START, "left");
    stream.put("shard-2", START, "right");
    RawArchive archive = archive();

    archive.turn();
    assertThat(stream.read).containsOnly("shard-0");
    archive.turn();
    assertThat(store.lines("raw/")).containsExactly("parent");
    archive.turn();
    clock.advance(Duration.ofMinutes(1));
    archive.turn();

    assertThat(store.lines("raw/")).containsExactlyInAnyOrder("parent", "left", "right");
    // After a restart it does not read the closed shard again.
    stream.read.clear();
    archive().turn();
    assertThat(stream.read).doesNotContain("shard-0").contains("shard-1", "shard-2");
  }

  @Test
  void givenMergedShardsWhenOneParentIsNotReadToItsEndThenTheChildIsNotRead() {
    stream.addShard("shard-1", List.of());
    stream.close("shard-0");
    stream.addShard("shard-2", List.of("shard-0", "shard-1"));
    RawArchive archive = archive();

    archive.turn();
    archive.turn();
    archive.turn();
    assertThat(stream.read).doesNotContain("shard-2");
    stream.close("shard-1");
    archive.turn();
    archive.turn();

    assertThat(stream.read).contains("shard-2");
  }

  @Test
  void givenAParentThatTheStreamNoLongerKeepsWhenReadThenTheChildIsRead() {
    stream.addShard("shard-9", List.of("shard-3"));
    stream.put("shard-9", START, "child");

    archive().turn();

    assertThat(stream.read).contains("shard-9");
  }

  @Test
  void givenAStoreThatDoesNotAnswerWhenDeliveredThenTheObjectIsRetriedUntilItDoes() {
    stream.put("shard-0", START, "patient");
    store.failures = 200;

    assertThat(deliver()).isTrue();

    assertThat(store.lines("raw/")).containsExactly("patient");
    assertThat(store.attemptedKeys).hasSize(1);
    assertThat(clock.instant()).isAfter(START.plus(Duration.ofMinutes(5)));
  }

  @Test
  void givenAStoreThatRefusesWhenFiveMinutesHavePassedThenTheRecordsAreUnderRawErrors()
      throws IOException {
    stream.put("shard-0", START, "wörd");
    store.refused = key -> key.startsWith("raw/");

    assertThat(deliver()).isTrue();

    assertThat(store.objects).hasSize(1);
    String key = store.objects.keySet().iterator().next();
    assertThat(key)
        .startsWith("raw-errors/s3-failed/year=2026/month=11/day=20/hour=10/test-archive-1-");
    JsonNode error = JSON.readTree(store.objects.get(key));
    assertThat(error.get("rawData").binaryValue())
        .isEqualTo("wörd".getBytes(StandardCharsets.UTF_8));
    assertThat(error.get("arrivalTimestamp").asLong()).isEqualTo(START.toEpochMilli());
    assertThat(error.get("errorCode").asText()).isEqualTo("S3.AccessDenied");
    assertThat(error.get("attemptsMade").asInt()).isGreaterThan(5);
    assertThat(clock.instant()).isAfterOrEqualTo(START.plus(Duration.ofMinutes(5)));
  }

  @Test
  void givenAStoreThatAlsoRefusesTheErrorsWhenItAcceptsObjectsAgainThenNoRecordIsLost() {
    stream.put("shard-0", START, "survivor");
    AtomicInteger errorAttempts = new AtomicInteger();
    store.refused =
        key ->
            key.startsWith("raw-errors/")
                ? errorAttempts.incrementAndGet() > 0
                : errorAttempts.get() < 50;

    assertThat(deliver()).isTrue();

    assertThat(store.objects).hasSize(1);
    assertThat(store.lines("raw/")).containsExactly("survivor");
  }

  @Test
  void givenAnotherStreamOfTheSameNameWhenStartedThenItIsReadFromItsBeginning() {
    stream.put("shard-0", START, "first");
    RawArchive first = archive();
    first.turn();
    first.stop();
    first.run();

    stream.identity = "clicks@later";
    RawArchive second = archive();
    second.turn();
    second.stop();
    second.run();

    assertThat(store.lines("raw/")).containsExactly("first", "first");
  }

  @Test
  void givenAnUnreadablePositionWhenStartedThenTheMessageNamesTheWayOut() throws IOException {
    Files.writeString(folder.resolve("position.json"), "{");

    assertThatThrownBy(() -> archive().run())
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("position.json")
        .hasMessageContaining("Delete the file");
  }

  @Test
  void givenAStreamThatDoesNotAnswerWhenReadThenThereIsNoHeartbeat() {
    stream.broken = true;

    assertThatThrownBy(() -> archive().turn()).isInstanceOf(IllegalStateException.class);

    assertThat(heartbeats).isZero();
  }

  /** Delivers one record; pauses advance the clock without a delay. */
  private boolean deliver() {
    ArchiveRecord record = stream.shards.get("shard-0").records.get(0);
    Delivery delivery =
        new Delivery(
            store,
            "test-archive",
            Duration.ofMinutes(5),
            clock,
            wait -> {
              clock.advance(wait);
              return true;
            });
    return delivery.deliver(List.of(record), record.arrival());
  }

  private RawArchive archive() {
    return new RawArchive(
        stream,
        store,
        new ArchiveSettings(
            "test-archive", bufferBytes, Duration.ofMinutes(1), Duration.ofMinutes(5)),
        folder.resolve("position.json"),
        clock,
        () -> heartbeats++);
  }

  private static String gunzip(byte[] object) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(object))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static final class FakeClock extends Clock {
    private Instant now = START;

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** A stream with one shard, shard-0, to start with. A read returns all records. */
  private static final class FakeStream implements ArchiveSource {
    private final Map<String, FakeShard> shards = new LinkedHashMap<>();
    private final List<String> read = new ArrayList<>();
    private String identity = "clicks@2026";
    private boolean broken;

    private static final class FakeShard {
      private final List<String> parents;
      private final List<ArchiveRecord> records = new ArrayList<>();
      private boolean closed;

      FakeShard(List<String> parents) {
        this.parents = parents;
      }
    }

    FakeStream() {
      addShard("shard-0", List.of());
    }

    void addShard(String id, List<String> parents) {
      shards.put(id, new FakeShard(parents));
    }

    void put(String shard, Instant arrival, String text) {
      List<ArchiveRecord> records = shards.get(shard).records;
      records.add(
          new ArchiveRecord(
              Integer.toString(records.size()), arrival, text.getBytes(StandardCharsets.UTF_8)));
    }

    void close(String shard) {
      shards.get(shard).closed = true;
    }

    @Override
    public String identity() {
      return identity;
    }

    @Override
    public List<Shard> shards() {
      if (broken) {
        throw new IllegalStateException("the stream does not answer");
      }
      return shards.entrySet().stream()
          .map(e -> new Shard(e.getKey(), e.getValue().parents))
          .toList();
    }

    @Override
    public Batch read(String shard, Optional<String> after) {
      read.add(shard);
      FakeShard source = shards.get(shard);
      int from = after.map(number -> Integer.parseInt(number) + 1).orElse(0);
      List<ArchiveRecord> batch = List.copyOf(source.records.subList(from, source.records.size()));
      // Like Kinesis: the end of a closed shard is reported by a read without records.
      return new Batch(batch, source.closed && batch.isEmpty());
    }
  }

  private static final class FakeStore implements ObjectStore {
    private final Map<String, byte[]> objects = new LinkedHashMap<>();
    private final List<String> attemptedKeys = new ArrayList<>();
    private Predicate<String> refused = key -> false;
    private int failures;

    @Override
    public void put(String key, byte[] content) {
      if (!attemptedKeys.contains(key)) {
        attemptedKeys.add(key);
      }
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("the store does not answer");
      }
      if (refused.test(key)) {
        throw new RefusedException("AccessDenied", "no", null);
      }
      objects.put(key, content);
    }

    List<Integer> linesOfObjects() {
      return objects.keySet().stream().map(key -> lines(key).size()).toList();
    }

    List<String> lines(String prefix) {
      List<String> lines = new ArrayList<>();
      objects.forEach(
          (key, object) -> {
            if (key.startsWith(prefix)) {
              try {
                gunzip(object).lines().forEach(lines::add);
              } catch (IOException e) {
                throw new IllegalStateException(key, e);
              }
            }
          });
      return lines;
    }
  }
}
