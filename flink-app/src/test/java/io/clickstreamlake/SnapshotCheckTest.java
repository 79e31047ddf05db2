package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.sink.writer.FileWriterBucketState;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCheckTest {

  @TempDir private Path folder;

  @Test
  void givenACompleteSnapshotWhenCheckedThenItsOpenFilesAreCounted() throws IOException {
    Path snapshot = snapshot("writer-0.bin", "writer-idle.bin", "writer-1.bin");

    assertThat(SnapshotCheck.open(snapshot).openFiles()).isEqualTo(2);
  }

  @Test
  void givenStateOfFlinksFileSinkWhenCheckedThenItHasNoOpenFile() throws IOException {
    var path = new org.apache.flink.core.fs.Path(folder.toUri());
    byte[] state =
        SimpleVersionedSerialization.writeVersionAndSerialize(
            FileSink.forRowFormat(path, new SimpleStringEncoder<String>())
                .build()
                .getWriterStateSerializer(),
            new FileWriterBucketState("day=1", path, 0, null));

    assertThat(SnapshotCheck.open(snapshot(state)).openFiles()).isZero();
  }

  @Test
  void givenADamagedStateOfAWriterWhenCheckedThenTheSnapshotIsNotReadable() throws IOException {
    byte[] state = versioned(golden("writer-0.bin"));

    assertThatThrownBy(
            () -> SnapshotCheck.open(snapshot(Arrays.copyOf(state, state.length - 5))).openFiles())
        .isInstanceOf(IOException.class);
  }

  @Test
  void givenNoMetadataWhenCheckedThenTheMessageNamesTheFile() throws IOException {
    Path snapshot = snapshot("writer-idle.bin");
    Files.delete(snapshot.resolve("_metadata"));

    assertThatThrownBy(() -> SnapshotCheck.open(snapshot))
        .hasMessage(snapshot.resolve("_metadata") + " does not exist");
  }

  @Test
  void givenMetadataOfAnyLengthWhenCheckedThenOnlyTheWholeFileIsReadable() throws IOException {
    Path snapshot = snapshot("writer-0.bin");
    Path metadata = snapshot.resolve("_metadata");
    byte[] whole = Files.readAllBytes(metadata);
    for (int length = 0; length < whole.length; length++) {
      Files.write(metadata, Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> SnapshotCheck.open(snapshot))
          .as("the first %d of %d bytes", length, whole.length)
          .hasMessageStartingWith(metadata + " is damaged (" + length + " bytes)");
    }
  }

  @Test
  void givenAStateFileThatIsGoneOrShortWhenCheckedThenTheMessageNamesIt() throws IOException {
    Path snapshot = snapshot("writer-0.bin");
    Path state = snapshot.resolve("state");
    byte[] whole = Files.readAllBytes(state);

    Files.write(state, Arrays.copyOf(whole, 100));
    assertThatThrownBy(() -> SnapshotCheck.open(snapshot))
        .hasMessage(state + " has 100 bytes, not " + whole.length);
    Files.delete(state);
    assertThatThrownBy(() -> SnapshotCheck.open(snapshot)).hasMessage(state + " does not exist");
  }

  @Test
  void givenSeveralSnapshotsWhenCheckedThenTheOutputEndsWithTheFirstReadableOne()
      throws IOException {
    Path missing = folder.resolve("missing");
    Path readable = snapshot("writer-0.bin");

    assertThat(output(missing.toString(), readable.toString(), "/never/read"))
        .containsExactly(
            "snapshot\t" + missing + "\tunreadable\t" + missing + "/_metadata does not exist",
            "snapshot\t" + readable + "\treadable\t1");
  }

  private static List<String> output(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      SnapshotCheck.main(args);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private Path snapshot(String... writers) throws IOException {
    byte[][] states = new byte[writers.length][];
    for (int i = 0; i < writers.length; i++) {
      states[i] = versioned(golden(writers[i]));
    }
    return snapshot(states);
  }

  /** A state with the version of its format and its length, as Flink stores it. */
  private static byte[] versioned(byte[] state) {
    return ByteBuffer.allocate(8 + state.length).putInt(1).putInt(state.length).put(state).array();
  }

  /** A snapshot with the states of these writers, as Flink stores them: one file, and metadata. */
  private Path snapshot(byte[]... writers) throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve("savepoint-1"));
    Path file = snapshot.resolve("state");
    long[] offsets = new long[writers.length];
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < writers.length; i++) {
        offsets[i] = out.size();
        out.writeInt(writers[i].length);
        out.write(writers[i]);
      }
    }
    OperatorState operator = new OperatorState(new OperatorID(), 1, 128);
    operator.putState(
        0,
        OperatorSubtaskState.builder()
            .setManagedOperatorState(
                new OperatorStreamStateHandle(
                    Map.of(
                        "writer_raw_states",
                        new OperatorStateHandle.StateMetaInfo(
                            offsets, OperatorStateHandle.Mode.SPLIT_DISTRIBUTE)),
                    new FileStateHandle(
                        new org.apache.flink.core.fs.Path(file.toUri()), Files.size(file))))
            .build());
    try (OutputStream out = Files.newOutputStream(snapshot.resolve("_metadata"))) {
      Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(7, List.of(operator), List.of()), out);
    }
    return snapshot;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = SnapshotCheckTest.class.getResourceAsStream("/sink/golden/v1/" + name)) {
      return in.readAllBytes();
    }
  }
}
