package io.clickstreamlake.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.clickstreamlake.event.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StoredRecordsTest {

  private static final int MAX_BYTES = 1 << 20;

  @Test
  void givenLinesWhenTheyAreReadThenEachIsARecordWithItsNumber() throws IOException {
    assertThat(read("{\"a\":1}\n{\"a\":2}\r\n\nid=3\n"))
        .containsExactly("1 {\"a\":1}", "2 {\"a\":2}", "4 id=3");
  }

  @Test
  void givenObjectsOnOneLineWhenTheyAreReadThenEachIsARecord() throws IOException {
    assertThat(read("{\"a\":1}{\"a\":\"}{\"} {\"a\":3},{\"a\":4}"))
        .containsExactly("1 {\"a\":1}", "1.7 {\"a\":\"}{\"}", "1.18 {\"a\":3}", "1.26 {\"a\":4}");
  }

  @Test
  void givenAnArrayWhenItIsReadThenItsElementsAreRecords() throws IOException {
    assertThat(read("[\n  {\"a\":[1,{}]},\n  {\"a\":2}\n]\n[{\"a\":3}]"))
        .containsExactly("2.2 {\"a\":[1,{}]}", "3.2 {\"a\":2}", "5.1 {\"a\":3}");
  }

  @Test
  void givenAnObjectOnSeveralLinesWhenItIsReadThenItIsOneRecord() throws IOException {
    String indented = "{\n  \"a\": [\n    1,\n    {\"b\": 2}\n  ]\n}";
    String flat = "{\n\"a\":\n{\n},\n\n\"b\":[\n]\n,\"c\"\n:1\n}";
    assertThat(read(indented + "\n" + flat + "\n{\"c\":3}\n"))
        .containsExactly("1 " + indented, "7 " + flat, "17 {\"c\":3}");
  }

  @Test
  void givenATruncatedObjectWhenItIsReadThenItsNeighborIsWhole() throws IOException {
    for (String truncated :
        List.of(
            "{\"a\":1",
            "{\"a\":",
            "{\"a\":\"x",
            "{\"a",
            "{",
            "{\"a\":1,",
            "{\"a\":{\"b\":[1,2",
            "{\"a\":{\"b\":[{\"c\":1},")) {
      assertThat(read(truncated + "\n{\"b\":2}\n{\"b\":3}\n"))
          .as(truncated)
          .containsExactly("1 " + truncated, "2 {\"b\":2}", "3 {\"b\":3}");
    }
  }

  @Test
  void givenATruncatedObjectOnSeveralLinesWhenItIsReadThenItIsOneRecord() throws IOException {
    String truncated = "{\n  \"a\": {\n    \"b\": 1\n  }";
    assertThat(read(truncated + "\n{\"b\":2}\n")).containsExactly("1 " + truncated, "5 {\"b\":2}");
  }

  @Test
  void givenCompressedRecordsWhenTheyAreReadThenEachEndsWhereItsDataEnds() throws IOException {
    byte[] gzip = gzip(text(5000));
    byte[] zlib = zlib(text(3000));
    byte[] object = join(gzip, "\n", "{\"a\":1}", "\n", zlib, "\n", gzip, gzip, "\n", "x\n");
    // Within an object that is compressed itself, records keep their bytes.
    assertThat(records(gzip(object)))
        .containsExactly(gzip, bytes("{\"a\":1}"), zlib, gzip, gzip, bytes("x"));
    // Compressed with what they say: a line may begin in one member and end in the next.
    assertThat(records(join(gzip("{\"a\":"), gzip("1}\n{\"b\":2}"), "\n", gzip("{\"c\":3}"))))
        .containsExactly(bytes("{\"a\":1}"), bytes("{\"b\":2}"), bytes("{\"c\":3}"));
    assertThat(records(join(gzip("{\"a\":1}"), "\n", "{\"b\":2}\n", gzip("{\"c\":3}"))))
        .containsExactly(bytes("{\"a\":1}"), bytes("{\"b\":2}"), bytes("{\"c\":3}"));
  }

  @Test
  void givenZstandardFramesWhenTheyAreReadThenTheirTextIsOne() throws IOException {
    byte[] one = Zstd.compress(bytes("{\"a\":1}\n{\"a\":"));
    byte[] other = Zstd.compress(bytes("2}\n"));
    assertThat(records(join(one, other))).containsExactly(bytes("{\"a\":1}"), bytes("{\"a\":2}"));
  }

  @Test
  void givenHeadersOfSchemaRegistriesWhenTheyAreReadThenTheyBelongToTheirRecords()
      throws IOException {
    byte[] confluent = join(new byte[] {0, 0, 0, 0, 10}, "{\n\"a\":1}");
    byte[] glue = join(new byte[] {3, 5}, new byte[16], zlib(text(2000)));
    byte[] plainGlue = join(new byte[] {3, 0}, new byte[16], "{\n\"a\":1}");
    assertThat(records(gzip(join(confluent, "\n", glue, "\n", plainGlue, "\n", "{\"b\":2}", "\n"))))
        .containsExactly(confluent, glue, plainGlue, bytes("{\"b\":2}"));
    // Padding is no header.
    assertThat(records(join(new byte[5], "{\"a\":1}", new byte[3])))
        .containsExactly(bytes("{\"a\":1}"));
  }

  @Test
  void givenAByteOrderMarkWhenItIsReadThenItIsNoPartOfARecord() throws IOException {
    assertThat(read("\uFEFF{\"a\":1}\n")).containsExactly("1 {\"a\":1}");
  }

  @Test
  void givenTruncatedDataWhenItIsReadThenItsEndIsTheLastRecord() throws IOException {
    byte[] whole = gzip(String.join("\n", Collections.nCopies(20_000, text(40))));
    try (StoredRecords records = open(Arrays.copyOf(whole, whole.length - 5), MAX_BYTES)) {
      int intact = 0;
      while (records.next() && records.reason() == null) {
        intact++;
      }
      assertThat(intact).isBetween(10_000, 20_000);
      assertThat(records.reason()).isEqualTo(RejectionReason.INVALID_COMPRESSION);
      assertThat(records.message()).contains("truncated or damaged");
      assertThat(records.next()).isFalse();
    }
  }

  @Test
  void givenDamagedZstandardWhenItIsReadThenItsEndIsTheLastRecord() throws IOException {
    byte[] whole = Zstd.compress(bytes(text(100_000)));
    try (StoredRecords records = open(Arrays.copyOf(whole, whole.length / 2), 1 << 20)) {
      assertThat(records.next()).isTrue();
      assertThat(records.reason()).isEqualTo(RejectionReason.INVALID_COMPRESSION);
      assertThat(records.next()).isFalse();
    }
  }

  @Test
  void givenAFailureOfTheStorageWhenItIsReadThenItIsNoDamage() {
    InputStream failing =
        new SequenceInputStream(
            new ByteArrayInputStream(Arrays.copyOf(gzip(text(100_000)), 1000)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("connection reset");
              }
            });
    assertThatThrownBy(() -> all(new StoredRecords(failing, MAX_BYTES)))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");
  }

  @Test
  void givenARecordThatIsTooLargeWhenItIsReadThenItsFirstBytesAreKept() throws IOException {
    String large = "{\"a\":\"" + text(300_000) + "\",\n\"b\":{}}";
    String line = text(200_000);
    try (StoredRecords records =
        open(bytes("{\"a\":1}\n" + large + "{\"b\":2}\n" + line + "\n{\"b\":3}"), 50_000)) {
      assertThat(records.next()).isTrue();
      assertThat(records.next()).isTrue();
      assertThat(records.reason()).isEqualTo(RejectionReason.TOO_LARGE);
      assertThat(new String(records.record(), UTF_8)).isEqualTo(large.substring(0, 50_000));
      assertThat(records.next()).isTrue();
      assertThat(records.reason()).isNull();
      assertThat(records.place()).isEqualTo("3.7");
      assertThat(records.next()).isTrue();
      assertThat(records.reason()).isEqualTo(RejectionReason.TOO_LARGE);
      assertThat(new String(records.record(), UTF_8)).isEqualTo(line.substring(0, 50_000));
      assertThat(records.next()).isTrue();
      assertThat(new String(records.record(), UTF_8)).isEqualTo("{\"b\":3}");
      assertThat(records.next()).isFalse();
    }
  }

  @Test
  void givenAnEmptyObjectWhenItIsReadThenThereIsNoRecord() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("\n[]\n")).isEmpty();
    assertThat(records(gzip(""))).isEmpty();
  }

  @Test
  void givenManyDamagedLinesWhenTheyAreReadThenEachIsARecord() throws IOException {
    // Each could be the beginning of an array that the next lines continue.
    String lines = "{\"a\":[{},\n".repeat(400_000);
    assertThat(all(open(bytes(lines), 16 << 20))).hasSize(400_000);
  }

  /** What a live job would have received, written as Firehose writes it. */
  @Property(tries = 300)
  void givenRecordsOfAllKindsWhenTheirObjectIsReadThenTheyAreAsTheyWereSent(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int n) throws IOException {
    Random random = new Random(seed);
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      sent.add(record(random));
    }
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    for (byte[] record : sent) {
      object.writeBytes(record);
      object.write('\n');
    }
    assertThat(records(gzip(object.toByteArray()))).containsExactlyElementsOf(sent);
  }

  private static byte[] record(Random random) {
    switch (random.nextInt(5)) {
      case 0:
        return gzip(json(random, 3, "\n "));
      case 1:
        return zlib(json(random, 3, ""));
      case 2:
        return bytes("v=1&t=pageview&n=" + random.nextInt());
      case 3:
        String json = "{\"first\":" + json(random, 3, "\n") + "}";
        // Truncated within its first line, which is what a limit of a producer does.
        String line =
            json.substring(0, json.indexOf('\n') < 0 ? json.length() : json.indexOf('\n'));
        return bytes(line.substring(0, Math.max(1, line.length() - 1)).stripTrailing());
      default:
        return bytes("{\"all\":" + json(random, 4, random.nextBoolean() ? "\n  " : "") + "}");
    }
  }

  private static String json(Random random, int depth, String space) {
    switch (depth == 0 ? random.nextInt(3) : random.nextInt(5)) {
      case 0:
        return Integer.toString(random.nextInt(100));
      case 1:
        return "\"q\\\"uote{[}\\\\\"";
      case 2:
        return "null";
      case 3:
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.add(space + "\"k" + i + "\":" + json(random, depth - 1, space));
        }
        return "{" + String.join(",", members) + space + "}";
      default:
        List<String> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(space + json(random, depth - 1, space));
        }
        return "[" + String.join(",", elements) + space + "]";
    }
  }

  private static List<String> read(String text) throws IOException {
    List<String> found = new ArrayList<>();
    try (StoredRecords records = open(bytes(text), MAX_BYTES)) {
      while (records.next()) {
        assertThat(records.reason()).isNull();
        found.add(records.place() + " " + new String(records.record(), UTF_8).stripTrailing());
      }
    }
    return found;
  }

  private static List<byte[]> records(byte[] object) throws IOException {
    return all(open(object, MAX_BYTES));
  }

  private static List<byte[]> all(StoredRecords records) throws IOException {
    List<byte[]> found = new ArrayList<>();
    while (records.next()) {
      assertThat(records.reason()).isNull();
      found.add(records.record());
    }
    records.close();
    return found;
  }

  private static StoredRecords open(byte[] object, int maxBytes) throws IOException {
    return new StoredRecords(new ByteArrayInputStream(object), maxBytes);
  }

  /** Text that compresses badly, so that compressed data has line ends in it. */
  private static String text(int length) {
    Random random = new Random(length);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static byte[] gzip(String text) {
    return gzip(bytes(text));
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return compressed.toByteArray();
  }

  private static byte[] zlib(String text) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(compressed)) {
      out.write(bytes(text));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return compressed.toByteArray();
  }

  private static byte[] join(Object... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (Object part : parts) {
      joined.writeBytes(part instanceof byte[] ? (byte[]) part : bytes((String) part));
    }
    return joined.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
