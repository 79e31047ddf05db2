package io.clickstreamlake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.sink.Events;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.generic.IndexedRecord;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;

/** Compares a rewritten file with the original through parquet-java's own reader. */
class ParquetRewriterTest {

  @Test
  void givenRowsThatAreDroppedWhenRewrittenThenTheOthersAndTheLayoutAreUnchanged()
      throws Exception {
    List<ClickEvent> events = new ArrayList<>();
    Events source = new Events(11);
    for (int i = 0; i < 5_500; i++) {
      events.add(source.next());
    }
    byte[] original = file(events, 1_000);
    Set<String> users =
        events.subList(0, 40).stream()
            .map(ClickEvent::getUserId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    // The third row group loses all of its rows.
    Set<String> group = new HashSet<>();
    events.subList(2_000, 3_000).forEach(event -> group.add(event.getEventId()));

    byte[] rewritten =
        rewrite(
            original,
            row ->
                users.contains(String.valueOf(row.get(row.getSchema().getField("user_id").pos())))
                    || group.contains(
                        String.valueOf(row.get(row.getSchema().getField("event_id").pos()))));

    assertThat(new ParquetBytes(rewritten).rows().stream().map(Object::toString))
        .containsExactlyElementsOf(
            new ParquetBytes(original)
                .rows().stream()
                    .filter(
                        row ->
                            (row.getFieldRepetitionCount("user_id") == 0
                                    || !users.contains(row.getString("user_id", 0)))
                                && !group.contains(row.getString("event_id", 0)))
                    .map(Object::toString)
                    .toList());
    try (ParquetFileReader before = ParquetFileReader.open(new ParquetBytes(original));
        ParquetFileReader after = ParquetFileReader.open(new ParquetBytes(rewritten))) {
      assertThat(before.getRowGroups()).hasSize(6);
      assertThat(after.getRowGroups()).as("one row group has no rows left").hasSize(5);
      assertThat(after.getFileMetaData().getSchema())
          .isEqualTo(before.getFileMetaData().getSchema());
      assertThat(after.getFileMetaData().getCreatedBy()).isEqualTo("test version 1 (build 1)");
      assertThat(after.getFileMetaData().getKeyValueMetaData())
          .isEqualTo(Map.of("one", "1", "added", "2"));
      for (BlockMetaData rowGroup : after.getRowGroups()) {
        for (int c = 0; c < rowGroup.getColumns().size(); c++) {
          ColumnChunkMetaData chunk = rowGroup.getColumns().get(c);
          ColumnChunkMetaData old = before.getRowGroups().get(0).getColumns().get(c);
          assertThat(chunk.getCodec()).isEqualTo(old.getCodec());
          assertThat(after.readColumnIndex(chunk)).as("index of " + chunk.getPath()).isNotNull();
          assertThat(after.readOffsetIndex(chunk)).isNotNull();
          assertThat(chunk.getBloomFilterOffset() >= 0)
              .as("filter of " + chunk.getPath())
              .isEqualTo(old.getBloomFilterOffset() >= 0);
          if (chunk.getPath().toDotString().equals("event_id")) {
            assertThat(chunk.getEncodings())
                .doesNotContain(Encoding.RLE_DICTIONARY, Encoding.PLAIN_DICTIONARY);
          }
        }
      }
    }
    for (ClickEvent event : events.subList(0, 200)) {
      if (event.getUserId() != null) {
        assertThat(
                new ParquetBytes(rewritten)
                    .rows(
                        FilterCompat.get(
                            FilterApi.eq(
                                FilterApi.binaryColumn("user_id"),
                                Binary.fromString(event.getUserId())))))
            .as("rows that filters find of " + event.getUserId())
            .hasSize(
                (int)
                    events.stream()
                        .filter(
                            other ->
                                event.getUserId().equals(other.getUserId())
                                    && !users.contains(other.getUserId())
                                    && !group.contains(other.getEventId()))
                        .count());
      }
    }
  }

  @Test
  void givenAllRowsAreDroppedWhenRewrittenThenNothingIsWritten() throws Exception {
    List<ClickEvent> events = new ArrayList<>();
    Events source = new Events(12);
    for (int i = 0; i < 10; i++) {
      events.add(source.next());
    }

    assertThat(rewrite(file(events, 4), row -> true)).isEmpty();
  }

  @Test
  void givenAReaderOfAFileThatIsReplacedAtAnyReadThenItSeesTheRowsOfOneFileOrFails()
      throws Exception {
    List<ClickEvent> events = new ArrayList<>();
    Events source = new Events(13);
    for (int i = 0; i < 3_000; i++) {
      events.add(source.next());
    }
    byte[] original = file(events, 500);
    int schedules = 0;
    int failures = 0;
    // A person in each of the row groups, in the last, in none but the first, …
    for (int person : List.of(0, 700, 2_999)) {
      Set<String> erased = new HashSet<>();
      for (int i = person; i < events.size(); i += 997) {
        erased.add(events.get(i).getEventId());
      }
      byte[] rewritten =
          rewrite(
              original,
              row ->
                  erased.contains(
                      String.valueOf(row.get(row.getSchema().getField("event_id").pos()))));
      for (List<String> columns : List.of(List.<String>of(), List.of("event_id", "user_id"))) {
        List<String> before =
            texts(new ReplacedFile(original, rewritten, Integer.MAX_VALUE), columns);
        ReplacedFile counted = new ReplacedFile(original, rewritten, 0);
        List<String> after = texts(counted, columns);
        assertThat(before).hasSize(events.size());
        assertThat(after).hasSize(events.size() - erased.size());
        for (int read = 1; read <= counted.reads + 6; read++) {
          schedules++;
          List<String> seen;
          try {
            seen = texts(new ReplacedFile(original, rewritten, read), columns);
          } catch (Exception e) {
            failures++;
            continue;
          }
          assertThat(seen).as("replaced before read " + read).isIn(before, after);
        }
      }
    }
    assertThat(failures).isBetween(10, schedules - 1);
  }

  private static List<String> texts(ReplacedFile file, List<String> columns) throws Exception {
    return ParquetBytes.rows(file, columns).stream().map(Object::toString).toList();
  }

  /** A file whose content is another one from a read on. */
  private static final class ReplacedFile implements InputFile {

    private final byte[] before;
    private final byte[] after;
    private final int at;
    private int reads;

    private ReplacedFile(byte[] before, byte[] after, int at) {
      this.before = before;
      this.after = after;
      this.at = at;
    }

    @Override
    public long getLength() {
      return at > 0 ? before.length : after.length;
    }

    @Override
    public SeekableInputStream newStream() {
      Content content = new Content();
      return new DelegatingSeekableInputStream(content) {
        @Override
        public long getPos() {
          return content.position;
        }

        @Override
        public void seek(long position) {
          content.bytes = reads++ < at ? before : after;
          content.position = Math.toIntExact(position);
        }
      };
    }
  }

  /** Bytes that can be replaced. */
  private static final class Content extends InputStream {

    private byte[] bytes = {};
    private int position;

    @Override
    public int read() {
      return position < bytes.length ? bytes[position++] & 0xff : -1;
    }
  }

  private static byte[] rewrite(byte[] original, Predicate<IndexedRecord> drop) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ParquetRewriter(new ParquetBytes(original), 3)
        .footerMetadata("added", "2")
        .write(drop, out);
    return out.toByteArray();
  }

  private static byte[] file(List<ClickEvent> rows, int rowGroupRows) throws Exception {
    RowGroupBuffer<ClickEvent> buffer =
        new AvroRowGroupBuffer<>(
            ClickEvent.getClassSchema(),
            ParquetWriterOptions.builder()
                .sortBy(List.of("event_type", "event_time"))
                .withoutDictionary(Set.of("event_id", "sequence_number"))
                .bloomFilter("event_id", 50_000)
                .bloomFilter("user_id", 50_000)
                .createdBy("test version 1 (build 1)")
                .footerMetadata("one", "1")
                .build(),
            new AvroRecordSize<>());
    EncodedBytes out = new EncodedBytes(0);
    FooterAssembler footer = new FooterAssembler();
    for (int from = 0; from < rows.size(); from += rowGroupRows) {
      for (ClickEvent row : rows.subList(from, Math.min(rows.size(), from + rowGroupRows))) {
        buffer.add(row);
      }
      footer.add(buffer.encode(out, 0));
      buffer.clear();
    }
    footer.appendEnd(out, 0);
    return out.toByteArray();
  }
}
