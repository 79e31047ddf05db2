package io.clickstreamlake.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.SourceRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.apache.flink.core.fs.FileStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineRangeTest {

  private static final StoredRecordFormat FORMAT = new StoredRecordFormat(1 << 20, null);

  @TempDir private Path folder;

  /** The judge divides the text at its line ends. */
  @Test
  void givenAnyLinesInAnyRangesWhenAllAreReadThenEachLineIsOneRecordAtItsOffset() throws Exception {
    Random random = new Random(7);
    for (int run = 0; run < 300; run++) {
      StringBuilder text = new StringBuilder();
      List<String> lines = new ArrayList<>();
      for (int i = random.nextInt(30); i > 0; i--) {
        String line = random.nextInt(4) == 0 ? "" : json(random);
        if (!line.isEmpty()) {
          lines.add("@" + text.toString().getBytes(UTF_8).length + " " + line);
        }
        text.append(line).append(i > 1 || random.nextBoolean() ? "\n" : "");
      }
      Path file = Files.writeString(folder.resolve("events.jsonl"), text);
      assertThat(readRanges(file, 1 + random.nextInt(200))).as("run %s", run).isEqualTo(lines);
    }
  }

  @Test
  void givenABrokenLineWhenItCrossesABorderThenItsNeighborsAreWhole() throws Exception {
    String text = "{\"a\":1}\n{\"broken\":\n{\"a\":2}\n{\"a\":3}\n";
    Path file = Files.writeString(folder.resolve("events.jsonl"), text);
    for (int bytes = 1; bytes < text.length(); bytes++) {
      assertThat(readRanges(file, bytes))
          .containsExactly("@0 {\"a\":1}", "@8 {\"broken\":", "@19 {\"a\":2}", "@27 {\"a\":3}");
    }
  }

  @Test
  void givenACompressedFileWithTheNameOfLinesWhenItsRangesAreReadThenTheFirstHasAll()
      throws Exception {
    Path file = folder.resolve("events.ndjson");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("{\"a\":1}\n{\"a\":2}\n".getBytes(UTF_8));
    }
    assertThat(readRanges(file, 10)).containsExactly("@0 {\"a\":1}", "@8 {\"a\":2}");
  }

  @Test
  void givenARangeThatWasReadInPartWhenItIsRestoredThenItGoesOnThere() throws Exception {
    Path file = Files.writeString(folder.resolve("events.jsonl"), "{\"a\":1}\n".repeat(10));
    FileSourceSplit range = range(file, 20, 40);
    assertThat(read(range)).hasSize(5).first().isEqualTo("@24 {\"a\":1}");
    FileSourceSplit restored =
        range.updateWithCheckpointedPosition(
            new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, 3));
    assertThat(read(restored)).containsExactly("@48 {\"a\":1}", "@56 {\"a\":1}");
  }

  @Test
  void givenFilesWhenTheyAreDividedThenOnlyLargeOnesOfLinesAre() throws Exception {
    assertThat(splits("events.jsonl", 2 * LineRange.BYTES - 1)).hasSize(1);
    assertThat(splits("events.json", 4 * LineRange.BYTES)).hasSize(1);
    assertThat(splits("events.jsonl.gz", 4 * LineRange.BYTES)).hasSize(1);

    List<FileSourceSplit> splits = splits("EVENTS.NDJSON", 3 * LineRange.BYTES + 5);
    assertThat(splits).extracting(FileSourceSplit::splitId).hasSize(4).doesNotHaveDuplicates();
    long next = 0;
    for (FileSourceSplit split : splits) {
      assertThat(split.offset()).isEqualTo(next);
      next += split.length();
    }
    assertThat(next).isEqualTo(3 * LineRange.BYTES + 5);
  }

  @Test
  void givenPlacesWhenFilesAreCountedThenOnlyTheFirstRangeCounts() {
    assertThat(LineRange.isOfFirst(new Origin("s", "k", "12.5"))).isTrue();
    assertThat(LineRange.isOfFirst(new Origin("s", "k", "@" + (LineRange.BYTES - 1)))).isTrue();
    assertThat(LineRange.isOfFirst(new Origin("s", "k", "@" + LineRange.BYTES))).isFalse();
  }

  private List<FileSourceSplit> splits(String name, long length) throws IOException {
    Path file = folder.resolve(name);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(length);
    }
    return LineRange.splits(status(file), UUID.randomUUID());
  }

  private static FileStatus status(Path file) throws IOException {
    org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(file.toUri());
    return path.getFileSystem().getFileStatus(path);
  }

  private static String json(Random random) {
    String letter = random.nextBoolean() ? "x" : "ü";
    return "{\"v\":\"" + letter.repeat(random.nextInt(random.nextInt(8) == 0 ? 400 : 20)) + "\"}";
  }

  private static FileSourceSplit range(Path file, long offset, long length) throws IOException {
    FileStatus status = status(file);
    return new FileSourceSplit(
        "range", status.getPath(), offset, length, status.getModificationTime(), status.getLen());
  }

  /** The records of all ranges of this size: place and text. */
  private static List<String> readRanges(Path file, long bytes) throws IOException {
    List<String> records = new ArrayList<>();
    long length = Files.size(file);
    // A single range would be a whole file.
    long size = Math.max(1, Math.min(bytes, length - 1));
    for (long offset = 0; offset < length; offset += size) {
      records.addAll(read(range(file, offset, Math.min(size, length - offset))));
    }
    return records;
  }

  private static List<String> read(FileSourceSplit split) throws IOException {
    List<String> records = new ArrayList<>();
    Configuration none = new Configuration();
    try (BulkFormat.Reader<SourceRecord> reader =
        split.getReaderPosition().isPresent()
            ? FORMAT.restoreReader(none, split)
            : FORMAT.createReader(none, split)) {
      for (BulkFormat.RecordIterator<SourceRecord> batch = reader.readBatch();
          batch != null;
          batch = reader.readBatch()) {
        for (RecordAndPosition<SourceRecord> next = batch.next();
            next != null;
            next = batch.next()) {
          SourceRecord record = next.getRecord();
          records.add(record.origin.position + " " + new String(record.data, UTF_8));
        }
        batch.releaseBatch();
      }
    }
    return records;
  }
}
