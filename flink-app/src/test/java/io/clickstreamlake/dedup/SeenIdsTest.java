package io.clickstreamlake.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenIdsTest {

  @Test
  void givenNothingWhenAskedThenNoIdIsKnown() {
    SeenIds ids = SeenIds.of(null);

    assertThat(ids.isEmpty()).isTrue();
    assertThat(ids.isFull()).isFalse();
    assertThat(ids.areWaiting()).isFalse();
    assertThat(ids.mayContain(SeenIds.hash(id("a")))).isFalse();
    assertThat(ids.waitingArrival(id("a"))).isEqualTo(SeenIds.NONE);
  }

  @Test
  void givenIdsWhenTakenAsAChunkThenTheChunkHasTheirArrivalsAndNoneWaits() {
    SeenIds ids = SeenIds.of(null);
    add(ids, "a", 7);
    add(ids, "", -1);
    add(ids, "größe", Long.MAX_VALUE);

    assertThat(ids.waitingArrival(id("größe"))).isEqualTo(Long.MAX_VALUE);
    byte[] chunk = ids.takeChunk();

    assertThat(ids.areWaiting()).isFalse();
    assertThat(ids.waitingArrival(id("a"))).isEqualTo(SeenIds.NONE);
    assertThat(ids.mayContain(SeenIds.hash(id("a")))).isTrue();
    assertThat(SeenIds.arrival(id("a"), chunk)).isEqualTo(7);
    assertThat(SeenIds.arrival(id(""), chunk)).isEqualTo(-1);
    assertThat(SeenIds.arrival(id("größe"), chunk)).isEqualTo(Long.MAX_VALUE);
    assertThat(SeenIds.arrival(id("gr"), chunk)).isEqualTo(SeenIds.NONE);
  }

  @Test
  void givenChunksWhenReadAgainThenAllIdsMayBeThereAndFewOthers() {
    List<byte[]> chunks = new ArrayList<>();
    SeenIds ids = SeenIds.of(null);
    int added = 0;
    while (!ids.isFull()) {
      add(ids, "id" + added++, added);
      if (ids.isChunkFull() || ids.isFull()) {
        chunks.add(ids.takeChunk());
      }
    }

    SeenIds again = SeenIds.of(chunks);

    assertThat(again.isEmpty()).isFalse();
    assertThat(again.isFull()).isFalse();
    assertThat(again.areWaiting()).isFalse();
    for (int i = 0; i < added; i++) {
      assertThat(ids.mayContain(SeenIds.hash(id("id" + i)))).isTrue();
      assertThat(again.mayContain(SeenIds.hash(id("id" + i)))).isTrue();
    }
    int mistaken = 0;
    for (int i = 0; i < 10_000; i++) {
      mistaken += ids.mayContain(SeenIds.hash(id("other" + i))) ? 1 : 0;
    }
    assertThat(mistaken).as("of 10,000 others, by a full filter").isLessThan(100);
  }

  private static void add(SeenIds ids, String id, long arrivalTime) {
    ids.add(id(id), SeenIds.hash(id(id)), arrivalTime);
  }

  private static byte[] id(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
