package io.clickstreamlake.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ParsedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compressed parts in one record, in every order, intact and damaged. */
class CompressedRecordTest {

  @Test
  void givenTwoMembersWhenReadThenBothAreEmitted() {
    ParsedRecord result = read(gzip(event("a")), gzip(event("b")));

    assertThat(ids(result)).containsExactly("a", "b");
    assertThat(result.rejected).isEmpty();
  }

  @Test
  void givenALineThatBeginsInOneMemberAndEndsInTheNextWhenReadThenItIsOneEvent() {
    byte[] event = event("a");

    ParsedRecord result =
        read(gzip(Arrays.copyOf(event, 20)), gzip(Arrays.copyOfRange(event, 20, event.length)));

    assertThat(ids(result)).containsExactly("a");
  }

  @Test
  void givenMembersFollowedByLineBreaksWhenReadThenAllAreEmitted() {
    ParsedRecord result =
        read(gzip(event("a")), bytes("\n"), gzip(event("b")), bytes("\n"), new byte[16]);

    assertThat(ids(result)).containsExactly("a", "b");
    assertThat(result.rejected).isEmpty();
  }

  @Test
  void givenPlainLinesBeforeAndAfterAMemberWhenReadThenAllAreEmitted() {
    ParsedRecord result =
        read(event("a"), bytes("\n"), gzip(event("b")), event("c"), bytes("\n"), gzip(event("d")));

    assertThat(ids(result)).containsExactly("a", "b", "c", "d");
    assertThat(result.rejected).isEmpty();
  }

  @Test
  void givenZlibWhenReadThenItIsEmitted() {
    ParsedRecord result = read(zlib(event("a")), bytes("\n"), zlib(event("b")));

    assertThat(ids(result)).containsExactly("a", "b");
    assertThat(result.rejected).isEmpty();
  }

  @Test
  void givenGzipOfGzipWhenReadThenItIsEmitted() {
    ParsedRecord result = read(gzip(concat(gzip(event("a")), gzip(zlib(event("b"))))));

    assertThat(ids(result)).containsExactly("a");
    // The second inner member is a zlib stream after a text; nested data is expanded only at the
    // start of a text.
    assertThat(result.received).isEqualTo(2);
  }

  @Test
  void givenTooManyLevelsOfCompressionWhenReadThenItIsRejectedWithAReason() {
    byte[] record = event("a");
    for (int i = 0; i < 5; i++) {
      record = gzip(record);
    }

    ParsedRecord result = read(record);

    assertThat(result.rejected).hasSize(1);
    assertThat(result.rejected.get(0).cause().reason().text()).isEqualTo("invalid_compression");
    assertThat(result.rejected.get(0).cause().getMessage())
        .contains("compressed more than 3 times");
  }

  @Test
  void givenADamagedMemberBetweenTwoWhenReadThenTheOthersAreEmittedAndItIsRejected() {
    byte[] damaged = gzip(event("b"));
    damaged[damaged.length - 7] ^= 1;

    ParsedRecord result = read(gzip(event("a")), damaged, gzip(event("c")));

    assertThat(ids(result)).containsExactly("a", "c");
    assertThat(result.rejected).hasSize(1);
    assertThat(result.rejected.get(0).cause().reason().text()).isEqualTo("invalid_compression");
    assertThat(result.rejected.get(0).payload()).isEqualTo(damaged);
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void givenHalfAHeaderContinuedByADamagedMemberWhenReadThenReadingTerminates() {
    byte[] begin = {0x1F, (byte) 0x8B};
    byte[] damaged = gzip(bytes("\b and more"));
    damaged[damaged.length - 7] ^= 1;

    ParsedRecord result = read(gzip(concat(gzip(event("a")), begin)), damaged);

    assertThat(ids(result)).containsExactly("a");
    assertThat(result.rejected)
        .extracting(piece -> piece.cause().reason().text())
        .containsExactly("invalid_utf8", "invalid_compression");
  }

  @Test
  void givenTextThatStartsLikeZlibWhenReadThenItIsText() {
    ParsedRecord result = read(bytes("x^2 is no event\n"), event("a"));

    assertThat(ids(result)).containsExactly("a");
    assertThat(result.rejected.get(0).cause().reason().text()).isEqualTo("malformed_json");
    assertThat(result.rejected.get(0).text()).isEqualTo("x^2 is no event");
  }

  @Test
  void givenAMemberBeforeABombWhenReadThenItIsEmittedAndTheRestIsRejected() {
    byte[] bomb = gzip(new byte[3_000_000]);

    ParsedRecord result =
        ParsedRecord.of(
            concat(gzip(event("a")), bomb, gzip(event("b"))),
            Map.of("parse.max-uncompressed", "1 mb"));

    assertThat(ids(result)).containsExactly("a");
    assertThat(result.rejected).hasSize(1);
    assertThat(result.rejected.get(0).cause().reason().text()).isEqualTo("too_large");
    assertThat(result.rejected.get(0).payload()).isEqualTo(concat(bomb, gzip(event("b"))));
  }

  @Property(tries = 100)
  void givenPartsInAnyOrderWhenCutAnywhereThenWholePartsAreEmittedAndTheCutOneIsRejected(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 3) Integer> kinds) {
    List<byte[]> parts = parts(kinds);
    byte[] record = concat(parts.toArray(new byte[0][]));
    for (int cut = 0; cut <= record.length; cut++) {
      int whole = 0;
      int end = 0;
      for (byte[] part : parts) {
        end += part.length;
        whole += end <= cut ? 1 : 0;
      }

      ParsedRecord result = ParsedRecord.of(Arrays.copyOf(record, cut), Map.of());

      assertThat(ids(result)).as("cut at %d of %s", cut, kinds).isEqualTo(names(whole));
      assertThat(result.received).isEqualTo(result.events.size() + result.rejected.size());
      int wholeBytes = parts.subList(0, whole).stream().mapToInt(part -> part.length).sum();
      // A part that is cut at its line break is still whole; otherwise the cut part is one
      // rejection.
      assertThat(result.rejected.size()).isEqualTo(wholeBytes < cut || cut == 0 ? 1 : 0);
    }
  }

  @Property(tries = 300)
  void givenAMemberWithADamagedByteWhenReadThenItsNeighboursAreEmitted(
      @ForAll @IntRange(min = 0, max = 2) int damagedIndex, @ForAll long seed) {
    List<byte[]> members = new ArrayList<>();
    for (String id : names(3)) {
      members.add(gzip(event(id)));
    }
    Random random = new Random(seed);
    byte[] damaged = members.get(damagedIndex);
    // The header stays intact: damage to its time or system byte has no effect.
    int at = 10 + random.nextInt(damaged.length - 10);
    damaged[at] ^= (byte) (1 << random.nextInt(8));

    ParsedRecord result = ParsedRecord.of(concat(members.toArray(new byte[0][])), Map.of());

    List<String> expected = new ArrayList<>(names(3));
    expected.remove(damagedIndex);
    assertThat(ids(result)).containsAll(expected);
    assertThat(result.received).isEqualTo(3);
  }

  /** Gzip, zlib, gzip of gzip, and plain lines. */
  private static List<byte[]> parts(List<Integer> kinds) {
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      byte[] event = event(names(kinds.size()).get(i));
      switch (kinds.get(i)) {
        case 0 -> parts.add(gzip(event));
        case 1 -> parts.add(i == 0 || kinds.get(i - 1) != 3 ? zlib(event) : gzip(event));
        case 2 -> parts.add(kinds.size() == 1 ? gzip(gzip(event)) : gzip(event));
        default -> parts.add(event);
      }
    }
    return parts;
  }

  private static List<String> names(int count) {
    return List.of("e0", "e1", "e2", "e3").subList(0, count);
  }

  private static List<String> ids(ParsedRecord result) {
    List<String> ids = new ArrayList<>();
    for (ParsedEvent event : result.events) {
      ids.add(event.event.getEventId());
    }
    return ids;
  }

  private static ParsedRecord read(byte[]... parts) {
    ParsedRecord result = ParsedRecord.of(concat(parts), Map.of());
    RecordOracle.checkPositions(result);
    return result;
  }

  private static byte[] event(String id) {
    return bytes(
        "{\"event_id\":\"" + id + "\",\"event_type\":\"v\",\"event_time\":1795169730,\"x\":\"y\"}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new AssertionError("writing to memory failed", e);
    }
    return compressed.toByteArray();
  }

  private static byte[] zlib(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(compressed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new AssertionError("writing to memory failed", e);
    }
    return compressed.toByteArray();
  }
}
