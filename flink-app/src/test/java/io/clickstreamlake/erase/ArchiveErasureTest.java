package io.clickstreamlake.erase;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.clickstreamlake.sink.model.Fault;
import io.clickstreamlake.sink.model.Faults;
import io.clickstreamlake.sink.model.ModelStore;
import io.clickstreamlake.sink.model.SimulatedCrash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Erases the person {@code u1} from objects of the raw archive. The judge of their content is the
 * JDK's gzip reader, and the texts, or Jackson's tree of them.
 */
class ArchiveErasureTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, String> AMPLITUDE = Map.of("parse.mapping", "amplitude");

  @TempDir Path folder;

  private Path object;
  private Path failed;
  private boolean wholeRecords;

  @BeforeEach
  void createFolders() throws IOException {
    Path hour = folder.resolve("raw/year=2026/month=11/day=20/hour=10");
    object = Files.createDirectories(hour).resolve("archive-1-2026-11-20-10-15-30-x.gz");
    Path errors = folder.resolve("raw-errors/s3-failed/year=2026/month=11/day=20/hour=10");
    failed = Files.createDirectories(errors).resolve("archive-1-2026-11-20-10-15-30-y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        // P stands for an event of the person, A and B for events of others; ~ for a line end.
        "A~P~B~|A~B~",
        "P~A~P~P~B~P~|A~B~",
        "P~P~|",
        "P|",
        "A~P|A~",
        "PAPB|AB",
        "[P,A,P]~B~|[A]~B~",
        "[A,P]~[P,B]~|[A]~[B]~",
        "[A,P,B]|[A,B]",
        "[P]~A~[P,P]~|A~",
        "A~[P]~|A~",
        "[~  A,~  P,~  B~]~|[~  A,~  B~]~",
        "[~  P,~  A,~  P~]~|[~  A~]~",
        "[~  A,~  P,~  P~]~|[~  A~]~",
        "{\"open\": ~P~A~|{\"open\": ~A~",
        "A~{\"user_id\": \"u1\", oops~B~|A~B~",
        "A~{\"user_id\": \"u2\", oops~P~|A~{\"user_id\": \"u2\", oops~",
        "A~{\"user_id\": \"u2\"|A~{\"user_id\": \"u2\"",
        "A~{\"user_id\": \"u1|A~",
        "A\\nP\\nB\\n|A\\n\\nB\\n",
        "A~~P~~B|A~~~B"
      })
  void givenSeparatorsWhenRecordsAreErasedThenTheyGoWithTheirLineOrComma(
      String before, String after) throws Exception {
    store(object, gzip(text(before)));

    ObjectNode report = erase("u1");

    if (after == null) {
      assertThat(object).doesNotExist();
    } else {
      assertThat(gunzip(object)).isEqualTo(text(after));
    }
    assertThat(report.at("/secondScan/rowsFound").asLong()).isZero();
    byte[] once = after == null ? null : Files.readAllBytes(object);
    assertThat(erase("u1").at("/archive/objectsWithRecords").asLong()).isZero();
    if (once != null) {
      assertThat(object).hasBinaryContent(once);
    }
  }

  private static String text(String pattern) {
    return pattern
        .replace('~', '\n')
        .replace("P", event(1))
        .replace("A", event(2))
        .replace("B", event(3));
  }

  private static String event(int user) {
    return ("{'event_id':'e','event_type':'t','event_time':'2026-11-20T10:00:00Z','user_id': 'u%d',"
            + "'note':'x[y]{,z'}")
        .formatted(user)
        .replace('\'', '"');
  }

  @Test
  void givenRandomTextsWhenRecordsAreErasedThenATreeReaderFindsExactlyTheOthers() throws Exception {
    long first = Long.getLong("erase.seed", System.nanoTime());
    System.out.printf("Random texts of the archive: -Derase.seed=%d%n", first);
    int erased = 0;
    for (long seed = first; seed < first + 150; seed++) {
      Random random = new Random(seed);
      String text = randomText(random);
      byte[] stored = random.nextBoolean() ? gzip(text) : members(text, random);
      store(object, stored);
      List<JsonNode> expected = values(text);
      expected.removeIf(event -> event.path("user_id").asText().equals("u1"));
      erased += values(text).size() - expected.size();

      erase("u1");

      String after = Files.exists(object) ? gunzip(object) : "";
      assertThat(values(after)).as("-Derase.seed=%d of %s", seed, text).isEqualTo(expected);
      assertThat(after).doesNotContain("\"u1\"");
      assertThat(Files.exists(object)).isEqualTo(!expected.isEmpty());
      Files.deleteIfExists(object);
    }
    assertThat(erased).as("records of the person in 150 texts").isGreaterThan(50);
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    int values = 1 + random.nextInt(8);
    for (int value = 0; value < values; value++) {
      if (random.nextInt(3) > 0) {
        text.append(randomEvent(random));
      } else {
        int elements = 1 + random.nextInt(5);
        String space = random.nextBoolean() ? "" : "\n  ";
        text.append('[');
        for (int i = 0; i < elements; i++) {
          text.append(i == 0 ? "" : ",").append(space).append(randomEvent(random));
        }
        text.append(space.trim()).append(space.isEmpty() ? "" : "\n").append(']');
      }
      text.append(random.nextInt(5) == 0 ? " " : "\n");
    }
    return text.toString();
  }

  private static String randomEvent(Random random) {
    ObjectNode event = JSON.createObjectNode();
    event.put("event_id", "e" + random.nextInt(1_000_000)).put("event_type", "t");
    event.put("event_time", "2026-11-20T10:00:00Z").put("user_id", "u" + random.nextInt(4));
    event.put("text", List.of("]},{[", "\"u2\"", "ü\n", "\\").get(random.nextInt(4)));
    event.putObject("properties").putArray("list").add("a").addObject().put("b", 1);
    return random.nextInt(3) == 0 ? event.toPrettyString() : event.toString();
  }

  /** The events of a text, in arrays or not. */
  private static List<JsonNode> values(String text) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      while (json.nextToken() != null) {
        JsonNode value = JSON.readTree(json);
        if (value.isArray()) {
          value.forEach(events::add);
        } else {
          events.add(value);
        }
      }
    }
    return events;
  }

  @Test
  void givenABatchOfSeveralPersonsWhenOneIsErasedThenTheEventsOfTheOthersStay() throws Exception {
    String batch = "{'api_key':'k', 'tags':['u1'], 'events':[%s, %s,%s]}\n";
    String mixed = batch.formatted(amplitude(1), amplitude(2), amplitude(1)).replace('\'', '"');
    String own = batch.formatted(amplitude(1), amplitude(1), amplitude(1)).replace('\'', '"');
    String others = batch.formatted(amplitude(2), amplitude(3), amplitude(2)).replace('\'', '"');
    store(object, gzip(mixed + own + others));

    ObjectNode report = erase(AMPLITUDE, "u1");

    assertThat(gunzip(object))
        .isEqualTo(
            "{\"api_key\":\"k\", \"tags\":[\"u1\"], \"events\":["
                + amplitude(2).replace('\'', '"')
                + "]}\n"
                + others);
    assertThat(report.at("/archive/events").asLong()).isEqualTo(5);
    assertThat(report.at("/archive/sharedRecords").asLong()).isZero();
  }

  private static String amplitude(int user) {
    return "{'insert_id':'i','event_type':'t','time':1763633000000,'user_id':'u%d'}"
        .formatted(user);
  }

  @Test
  void givenCompressedRecordsInAnObjectWhenOneIsErasedThenTheOthersOfItsMemberStay()
      throws Exception {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    records.write(gzip(event(1) + "\n" + event(2) + "\n"));
    records.write('\n');
    records.write(gzip(event(1) + "\n" + event(1) + "\n"));
    records.write('\n');
    byte[] last = gzip(event(3));
    records.write(last);
    records.write('\n');
    store(object, gzip(records.toByteArray()));

    erase("u1");

    byte[] after = gunzipBytes(Files.readAllBytes(object));
    assertThat(Arrays.copyOfRange(after, after.length - last.length - 1, after.length - 1))
        .isEqualTo(last);
    byte[] first = Arrays.copyOf(after, after.length - last.length - 2);
    assertThat(new String(gunzipBytes(first), StandardCharsets.UTF_8)).isEqualTo(event(2) + "\n");
  }

  @Test
  void givenARecordThatCannotBeCutWhenAPersonIsErasedThenItStaysAndTheReportSaysSo()
      throws Exception {
    Map<String, String> encoded = Map.of("parse.mapping", "aws-clickstream");
    String events =
        "[{'event_id':'a','event_type':'t','timestamp':1763633000000,'user_id':'u1'},"
            + "{'event_id':'b','event_type':'t','timestamp':1763633000000,'user_id':'u2'}]";
    // The data is a string of JSON, so the events are not elements of the record.
    String shared =
        JSON.writeValueAsString(
                JSON.createObjectNode()
                    .put("data", events.replace('\'', '"'))
                    .put("ip", "192.0.2.1"))
            + "\n";
    byte[] stored = gzip(shared + event(2) + "\n");
    store(object, stored);

    ObjectNode report = erase(encoded, "u1");

    assertThat(object).hasBinaryContent(stored);
    assertThat(report.at("/archive/sharedRecords").asLong()).isEqualTo(1);
    assertThat(report.at("/archive/sharedIn/0").asText()).endsWith(object.getFileName().toString());
    assertThat(report.at("/secondScan/found")).hasSize(1);

    wholeRecords = true;
    erase(encoded, "u1");
    assertThat(gunzip(object)).isEqualTo(event(2) + "\n");
  }

  @Test
  void givenATruncatedObjectWhenAPersonIsErasedThenItIsUnchangedAndNamed() throws Exception {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(event(1) + "\n");
    for (int i = 0; i < 2_000; i++) {
      text.append(event(2).replace("x[y]", "x" + random.nextLong())).append('\n');
    }
    byte[] whole = gzip(text.toString());
    byte[] truncated = Arrays.copyOf(whole, whole.length / 2);
    store(object, truncated);

    ObjectNode report = erase("u1");

    assertThat(object).hasBinaryContent(truncated);
    assertThat(report.at("/archive/unreadable")).hasSize(1);
    assertThat(report.at("/archive/sharedIn")).hasSize(1);
  }

  @Test
  void givenFailedDeliveriesWhenAPersonIsErasedThenTheirRecordsAreFoundInBase64() throws Exception {
    String mixed = "{'events':[%s,%s]}".formatted(amplitude(1), amplitude(2)).replace('\'', '"');
    String left = "{'events':[%s]}".formatted(amplitude(2)).replace('\'', '"');
    String own = "{'events':[%s]}".formatted(amplitude(1)).replace('\'', '"');
    String line = "{\"attemptsMade\":4, \"rawData\":\"%s\",\"errorCode\":\"S3.AccessDenied\"}\n";
    store(
        failed,
        (line.formatted(base64(own)) + line.formatted(base64(mixed)) + line.formatted(base64(left)))
            .getBytes(StandardCharsets.UTF_8));

    ObjectNode report = erase(AMPLITUDE, "u1");

    assertThat(failed).hasContent(line.formatted(base64(left)) + line.formatted(base64(left)));
    assertThat(report.at("/archive/events").asLong()).isEqualTo(2);
  }

  @Test
  void givenAnObjectInZstandardOrPlainWhenErasedThenItIsWrittenLikeBefore() throws Exception {
    ByteArrayOutputStream zstd = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(zstd)) {
      out.write((event(1) + "\n" + event(2) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    store(object, zstd.toByteArray());
    Path plain = object.resolveSibling("plain.json");
    store(plain, (event(1) + "\n" + event(2) + "\n").getBytes(StandardCharsets.UTF_8));

    erase("u1");

    assertThat(plain).hasContent(event(2) + "\n");
    try (ZstdInputStream in = new ZstdInputStream(Files.newInputStream(object))) {
      assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo(event(2) + "\n");
    }
  }

  @Test
  void givenIdsThatPrivacyHashesWhenErasedThenTheArchiveIsSearchedForTheRawId() throws Exception {
    Map<String, String> hashed = Map.of("privacy.hash-key", "0123456789abcdef");
    String ann = event(1).replace("u1", "ann@mail.example");
    store(object, gzip(ann + "\n" + event(2) + "\n"));

    erase(hashed, "ann@mail.example");

    assertThat(gunzip(object)).isEqualTo(event(2) + "\n");
  }

  @Test
  void givenADryRunWhenRecordsAreFoundThenNothingChanges() throws Exception {
    byte[] stored = gzip(event(1) + "\n" + event(2) + "\n");
    store(object, stored);

    ObjectNode report = erasure(Map.of(), "u1").find();

    assertThat(report.at("/archive/events").asLong()).isEqualTo(1);
    assertThat(report.at("/archive/objectsWithRecords").asLong()).isEqualTo(1);
    assertThat(object).hasBinaryContent(stored);
  }

  @Test
  void givenACrashAfterAnyCallWhenTheCommandIsRepeatedThenTheArchiveIsTheSame() throws Exception {
    Map<String, byte[]> archive = new TreeMap<>();
    archive.put("raw/a.gz", gzip(event(1) + "\n" + event(2) + "\n"));
    archive.put("raw/b.gz", gzip(event(1) + "\n"));
    archive.put("raw/c.gz", gzip(event(3) + "\n"));
    long calls = 0;
    for (long call = -1; call < calls; call++) {
      try (ModelStore store = new ModelStore()) {
        for (Map.Entry<String, byte[]> object : archive.entrySet()) {
          org.apache.flink.core.fs.Path path =
              new org.apache.flink.core.fs.Path(store.uri() + "/" + object.getKey());
          try (FSDataOutputStream out =
              path.getFileSystem().create(path, FileSystem.WriteMode.OVERWRITE)) {
            out.write(object.getValue());
          }
        }
        long before = store.calls();
        if (call >= 0) {
          store.faults(Faults.once(call, Fault.CRASH_AFTER));
        }
        int attempts = eraseUntilDone(store);
        store.faults(Faults.none());
        assertThat(store.objects().get("raw/c.gz")).isEqualTo(archive.get("raw/c.gz"));
        assertThat(store.objects()).doesNotContainKey("raw/b.gz");
        assertThat(gunzipBytes(store.objects().get("raw/a.gz")))
            .asString(StandardCharsets.UTF_8)
            .isEqualTo(event(2) + "\n");
        assertThat(store.objects().keySet()).noneMatch(key -> key.startsWith("ledger/"));
        // Each run announces what it changes, for the step that deletes old versions.
        assertThat(
                store.objects().entrySet().stream()
                    .filter(entry -> entry.getKey().contains("/intents/"))
                    .map(entry -> new String(entry.getValue(), StandardCharsets.UTF_8))
                    .toList())
            .anyMatch(intent -> intent.contains("raw/a.gz"))
            .anyMatch(intent -> intent.contains("raw/b.gz"));
        if (call < 0) {
          calls = store.calls() - before;
          assertThat(attempts).isEqualTo(1);
        }
      }
    }
    assertThat(calls).isGreaterThan(20);
  }

  private static int eraseUntilDone(ModelStore store) throws Exception {
    RawArchive archive = new RawArchive(List.of(store.uri() + "/raw"), List.of(), false);
    for (int attempt = 1; attempt <= 5; attempt++) {
      try {
        TestErasure.of(store.uri(), TestErasure.persons(store.uri(), "u1"), archive, Duration.ZERO)
            .erase();
        return attempt;
      } catch (IOException | SimulatedCrash e) {
        // The operator repeats the command.
      }
    }
    throw new AssertionError("the erasure never succeeded");
  }

  private Erasure erasure(Map<String, String> more, String... users) {
    return TestErasure.of(
        folder.resolve("lake").toUri().toString(),
        new RawArchive(
            List.of(folder.resolve("raw").toUri().toString()),
            List.of(folder.resolve("raw-errors").toUri().toString()),
            wholeRecords),
        more,
        users);
  }

  private ObjectNode erase(String... users) throws Exception {
    return erase(Map.of(), users);
  }

  private ObjectNode erase(Map<String, String> more, String... users) throws Exception {
    return erasure(more, users).erase();
  }

  private static void store(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    return gzip(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** The text in several members, which end anywhere. */
  private static byte[] members(String text, Random random) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(200));
      out.write(gzip(Arrays.copyOfRange(bytes, at, end)));
      at = end;
    }
    return out.toByteArray();
  }

  private static String gunzip(Path file) throws IOException {
    return new String(gunzipBytes(Files.readAllBytes(file)), StandardCharsets.UTF_8);
  }

  private static byte[] gunzipBytes(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }
}
