package io.clickstreamlake.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.dedup.SeenIds.Match;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeenIdsTest {

  private static final long WINDOW = 1000;

  @Test
  void givenNoIdsWhenSearchedThenNoIdIsKnown() {
    SeenIds ids = SeenIds.of(List.of());

    assertThat(ids.isEmpty()).isTrue();
    assertThat(ids.isFull()).isFalse();
    assertThat(ids.hasBuffered()).isFalse();
    assertThat(ids.mayContain(1)).isFalse();
    assertThat(ids.buffered(1, low(2, 9), 0, WINDOW)).isEqualTo(Match.NONE);
    assertThat(ids.nextChunk(low(2, 9), SeenIds.NONE)).isEqualTo(SeenIds.NONE);
  }

  @Test
  void givenBufferedIdsWhenTakenAsAChunkThenTheBufferIsEmptyAndTheChunkHasTheirArrivals() {
    SeenIds ids = SeenIds.of(List.of());
    ids.add(1, low(2, 9), 7000);
    ids.add(1, low(3, 9), -1);
    ids.add(1, low(2, 9), 9000);
    ids.add(1, low(2, 8), 7001);

    assertThat(ids.buffered(1, low(2, 9), 6001, WINDOW)).isEqualTo(Match.SAME);
    assertThat(ids.buffered(1, low(2, 9), 6000, WINDOW)).isEqualTo(Match.NONE);
    assertThat(ids.buffered(1, low(2, 9), 9999, WINDOW)).isEqualTo(Match.SAME);
    assertThat(ids.buffered(1, low(2, 8), 9999, WINDOW)).isEqualTo(Match.OTHER_CONTENT);
    assertThat(ids.buffered(1, low(2, 8), 6001, WINDOW)).isEqualTo(Match.OTHER_CONTENT);
    assertThat(ids.buffered(1, low(3, 9), 9999, WINDOW)).isEqualTo(Match.NONE);
    long[] chunk = ids.takeChunk();

    assertThat(ids.hasBuffered()).isFalse();
    assertThat(ids.buffered(1, low(2, 9), 7000, WINDOW)).isEqualTo(Match.NONE);
    assertThat(ids.nextChunk(low(2, 7), SeenIds.NONE)).isZero();
    assertThat(ids.nextChunk(low(2, 9), 0)).isEqualTo(SeenIds.NONE);
    assertThat(SeenIds.match(chunk, 1, low(2, 9), 8001, WINDOW)).isEqualTo(Match.SAME);
    assertThat(SeenIds.match(chunk, 1, low(3, 9), 998, WINDOW)).isEqualTo(Match.SAME);
    assertThat(SeenIds.match(chunk, 1, low(3, 7), 998, WINDOW)).isEqualTo(Match.OTHER_CONTENT);
    assertThat(SeenIds.match(chunk, 1, low(3, 9), 999, WINDOW)).isEqualTo(Match.NONE);
    assertThat(SeenIds.match(chunk, 2, low(2, 9), 7000, WINDOW)).isEqualTo(Match.NONE);
  }

  @Test
  void givenTwoThousandStoredIdsWhenRepeatedThenEachDuplicateReadsOneSmallChunk() {
    Random random = new Random(1);
    SeenIds ids = SeenIds.of(List.of());
    List<Map.Entry<Integer, long[]>> chunks = new ArrayList<>();
    List<long[]> added = new ArrayList<>();
    for (int i = 0; i < 2200; i++) {
      long[] id = {random.nextLong(), random.nextLong()};
      added.add(id);
      ids.add(id[0], id[1], i);
      if (ids.isChunkFull() || ids.isFull() || random.nextInt(20) == 0) {
        chunks.add(Map.entry(ids.chunks(), ids.takeChunk()));
      }
      if (ids.isFull()) {
        ids = SeenIds.of(chunks);
      }
    }
    if (ids.hasBuffered()) {
      chunks.add(Map.entry(ids.chunks(), ids.takeChunk()));
    }

    // In random order, like the entries of the heap state backend.
    Collections.shuffle(chunks, random);
    for (SeenIds known : List.of(ids, SeenIds.of(chunks))) {
      int read = 0;
      int idsRead = 0;
      for (int i = 0; i < added.size(); i++) {
        long high = added.get(i)[0];
        long low = added.get(i)[1];
        assertThat(known.mayContain(high)).isTrue();
        boolean found = false;
        for (int chunk = known.nextChunk(low, SeenIds.NONE);
            chunk != SeenIds.NONE && !found;
            chunk = known.nextChunk(low, chunk)) {
          long[] stored = chunk(chunks, chunk);
          read++;
          idsRead += stored.length / 3;
          found = SeenIds.match(stored, high, low, i, WINDOW) == Match.SAME;
        }
        assertThat(found).isTrue();
      }
      assertThat(read / 2200.0).as("chunks read per duplicate").isBetween(1.0, 1.05);
      assertThat(idsRead / 2200.0).as("ids read per duplicate").isLessThan(SeenIds.CHUNK_IDS + 2);
    }
  }

  private static long[] chunk(List<Map.Entry<Integer, long[]>> chunks, int number) {
    return chunks.stream().filter(c -> c.getKey() == number).findFirst().orElseThrow().getValue();
  }

  @Test
  void givenStoredChunksWhenReadAgainThenAllIdsAreKnownAndFewOthers() {
    Random random = new Random(2);
    List<Map.Entry<Integer, long[]>> chunks = new ArrayList<>();
    List<Long> added = new ArrayList<>();
    SeenIds ids = SeenIds.of(List.of());
    while (!ids.isFull()) {
      added.add(random.nextLong());
      ids.add(added.get(added.size() - 1), random.nextLong(), added.size());
      if (ids.isChunkFull() || ids.isFull()) {
        chunks.add(Map.entry(ids.chunks(), ids.takeChunk()));
      }
    }

    SeenIds again = SeenIds.of(chunks);

    assertThat(again.isEmpty()).isFalse();
    assertThat(again.isFull()).isFalse();
    assertThat(again.hasBuffered()).isFalse();
    assertThat(again.chunks()).isEqualTo(chunks.size());
    for (long high : added) {
      assertThat(ids.mayContain(high)).isTrue();
      assertThat(again.mayContain(high)).isTrue();
    }
    int falsePositives = 0;
    for (int i = 0; i < 10_000; i++) {
      falsePositives += ids.mayContain(random.nextLong()) ? 1 : 0;
    }
    assertThat(falsePositives).as("of 10,000 other ids, with a full filter").isLessThan(100);
  }

  /** The second half of a digest. */
  private static long low(int fields, int content) {
    return (long) fields << Integer.SIZE | content;
  }
}
