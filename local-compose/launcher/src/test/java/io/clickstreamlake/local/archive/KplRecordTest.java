package io.clickstreamlake.local.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class KplRecordTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(byte[] data) {
    return KplRecord.takeApart(data).stream()
        .map(record -> new String(record, StandardCharsets.UTF_8))
        .toList();
  }

  /** Partition keys (field 1), then records (field 3) of a key index (1) and data (3). */
  private static byte[] aggregated(String... texts) throws Exception {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    field(message, 1, bytes("key"));
    for (String text : texts) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      record.writeBytes(new byte[] {1 << 3, 0});
      field(record, 3, bytes(text));
      field(message, 3, record.toByteArray());
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(HexFormat.of().parseHex("f3899ac2"));
    all.writeBytes(message.toByteArray());
    all.writeBytes(MessageDigest.getInstance("MD5").digest(message.toByteArray()));
    return all.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] value) {
    out.write(number << 3 | 2);
    int length = value.length;
    for (; length > 127; length >>>= 7) {
      out.write(length & 0x7F | 0x80);
    }
    out.write(length);
    out.writeBytes(value);
  }

  @Test
  void givenAnAggregatedRecordWhenTakenApartThenEachOfItsRecordsIsThere() throws Exception {
    String large = "x".repeat(70_000);

    assertThat(texts(aggregated("{\"n\":1}", "größe", large)))
        .containsExactly("{\"n\":1}", "größe", large);
  }

  @Test
  void givenAnOrdinaryRecordWhenTakenApartThenItIsWhatItWas() {
    assertThat(texts(bytes("{\"n\":1}"))).containsExactly("{\"n\":1}");
    assertThat(texts(new byte[0])).containsExactly("");
  }

  @Test
  void givenBytesThatOnlyBeginLikeAnAggregateWhenTakenApartThenTheyAreLeftAlone() throws Exception {
    byte[] damaged = aggregated("a", "b");
    damaged[10] ^= 1;
    byte[] cut = Arrays.copyOf(aggregated("a"), 12);

    assertThat(KplRecord.takeApart(damaged)).containsExactly(damaged);
    assertThat(KplRecord.takeApart(cut)).containsExactly(cut);
  }
}
