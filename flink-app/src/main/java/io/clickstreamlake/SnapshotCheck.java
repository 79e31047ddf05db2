package io.clickstreamlake;

import io.clickstreamlake.tables.LakeSinks;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/**
 * Checks that a snapshot on the local disk can be read: its metadata, and that each file of state
 * exists with the length that the metadata says. Also counts the files of the tables that are open
 * in it.
 *
 * <p>It is a program for a launcher that has not started Flink yet: Flink itself would restart the
 * job forever.
 */
public final class SnapshotCheck {

  /** Name of the state in which Flink keeps the states of sink writers, one entry per file. */
  private static final String WRITERS = "writer_raw_states";

  private final CheckpointMetadata metadata;

  private SnapshotCheck(CheckpointMetadata metadata) {
    this.metadata = metadata;
  }

  /**
   * Prints one line per snapshot: {@code snapshot}, the folder, and {@code readable} with the
   * number of open files, or {@code unreadable} with the file and the reason; separated by tabs.
   * Ends after the first one that is readable.
   *
   * @param args folders of snapshots
   */
  public static void main(String[] args) {
    for (String folder : args) {
      try {
        System.out.printf(
            "snapshot\t%s\treadable\t%d%n", folder, open(Paths.get(folder)).openFiles());
        return;
      } catch (IOException | RuntimeException e) {
        System.out.printf(
            "snapshot\t%s\tunreadable\t%s%n",
            folder, String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
      }
    }
  }

  /**
   * Opens a snapshot.
   *
   * @throws IOException if it cannot be read; the message names the file and the reason
   */
  static SnapshotCheck open(Path folder) throws IOException {
    Path file = folder.resolve("_metadata");
    if (!Files.exists(file)) {
      throw new FileNotFoundException(file + " does not exist");
    }
    CheckpointMetadata metadata;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      metadata =
          Checkpoints.loadCheckpointMetadata(
              in, SnapshotCheck.class.getClassLoader(), folder.toUri().toString());
    } catch (IOException | RuntimeException e) {
      String reason = e instanceof EOFException ? "it ends too early" : e.getMessage();
      throw new IOException(file + " is damaged (" + Files.size(file) + " bytes): " + reason, e);
    }
    SnapshotCheck snapshot = new SnapshotCheck(metadata);
    for (OperatorSubtaskState state : snapshot.states()) {
      for (StreamStateHandle handle : files(state)) {
        checkFile(handle);
      }
    }
    return snapshot;
  }

  private List<OperatorSubtaskState> states() {
    List<OperatorSubtaskState> states = new ArrayList<>();
    for (OperatorState operator : metadata.getOperatorStates()) {
      states.addAll(operator.getStates());
    }
    return states;
  }

  private static List<StreamStateHandle> files(OperatorSubtaskState state) {
    List<StreamStateHandle> files = new ArrayList<>();
    state.getManagedOperatorState().forEach(each -> files.add(each.getDelegateStateHandle()));
    state.getRawOperatorState().forEach(each -> files.add(each.getDelegateStateHandle()));
    state.getManagedKeyedState().forEach(each -> addFiles(each, files));
    state.getRawKeyedState().forEach(each -> addFiles(each, files));
    return files;
  }

  private static void addFiles(KeyedStateHandle state, List<StreamStateHandle> files) {
    if (state instanceof KeyGroupsStateHandle) {
      files.add(((KeyGroupsStateHandle) state).getDelegateStateHandle());
    } else if (state instanceof IncrementalRemoteKeyedStateHandle) {
      IncrementalRemoteKeyedStateHandle incremental = (IncrementalRemoteKeyedStateHandle) state;
      files.add(incremental.getMetaDataStateHandle());
      incremental.getSharedState().forEach(each -> files.add(each.getHandle()));
      incremental.getPrivateState().forEach(each -> files.add(each.getHandle()));
    }
  }

  private static void checkFile(StreamStateHandle handle) throws IOException {
    if (!(handle instanceof FileStateHandle)) {
      return; // in the metadata itself
    }
    Path file = Paths.get(((FileStateHandle) handle).getFilePath().toUri().getPath());
    if (!Files.isRegularFile(file)) {
      throw new FileNotFoundException(file + " does not exist");
    }
    if (Files.size(file) != handle.getStateSize()) {
      throw new IOException(
          file + " has " + Files.size(file) + " bytes, not " + handle.getStateSize());
    }
  }

  /** Number of files of the tables that only this snapshot can finish. */
  int openFiles() throws IOException {
    int files = 0;
    for (OperatorSubtaskState state : states()) {
      for (OperatorStateHandle handle : state.getManagedOperatorState()) {
        OperatorStateHandle.StateMetaInfo writers =
            handle.getStateNameToPartitionOffsets().get(WRITERS);
        if (writers != null) {
          files += openFiles(handle, writers.getOffsets());
        }
      }
    }
    return files;
  }

  private static int openFiles(OperatorStateHandle handle, long[] offsets) throws IOException {
    int files = 0;
    try (FSDataInputStream in = handle.openInputStream()) {
      DataInputView view = new DataInputViewStreamWrapper(in);
      for (long offset : offsets) {
        in.seek(offset);
        byte[] writer = new byte[view.readInt()];
        view.readFully(writer);
        files += LakeSinks.hasOpenFile(writer) ? 1 : 0;
      }
    }
    return files;
  }
}
